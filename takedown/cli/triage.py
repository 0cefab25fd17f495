"""`lachan triage`: which of many names look like fraud, by their letters alone."""

import sys
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Annotated, Self, TextIO

import typer

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from crawler.feeds.lists import NameEntry, NameList
    from crawler.triage import NameHit

LEVELS = ("clean", "watch", "suspicious")


def triage(
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FILE]...", help="Lists of names: one a line, CSV, zone file; .gz too; - reads a pipe."
        ),
    ] = None,
    min_level: Annotated[str, typer.Option(help="Show from this level on: clean, watch or suspicious.")] = "suspicious",
    add: Annotated[bool, typer.Option("--add", help="Make what is shown targets of the next sweep.")] = False,
    report: Annotated[
        Path | None, typer.Option(help="Also write one JSON line a name, and a last one to sum up.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line for each name.")] = False,
    english: Annotated[bool, typer.Option("--en", help="Speak English.")] = False,
) -> None:
    """Score host names against the protected brands. No network; any number of names in flat memory."""
    paths = check_files(files or [])
    with (
        TriageOutput(min_level, add=add, report=report, as_json=as_json, english=english) as out,
        ExitStack() as stack,
    ):
        lists = [_opened(stack, path) for path in paths]
        out.run(entry for names in lists for entry in names)
        out.finish([names.fault for names in lists if names.fault], sum(names.skipped for names in lists))


def check_files(files: list[str]) -> list[Path | None]:
    """The files, None for standard input. Raises WrongUsageError for one that is not there."""
    from takedown.cli.faults import WrongUsageError

    if not files and sys.stdin.isatty():
        raise WrongUsageError(
            "no names: give a file, or pipe names in, as in `zcat new.gz | lachan triage`",
            "không có tên nào: đưa một tệp, hoặc qua ống dẫn, như `zcat new.gz | lachan triage`",
        )
    for name in files:
        if name != "-" and not Path(name).is_file():
            raise WrongUsageError(
                f"{name}: no such file; give a list of names", f"{name}: không có tệp này; đưa một danh sách tên"
            )
    return [None if name == "-" else Path(name) for name in files or ["-"]]


def _opened(stack: ExitStack, path: Path | None) -> "NameList":
    from crawler.feeds.lists import NameList, opened_list

    return NameList(sys.stdin.buffer, "stdin") if path is None else stack.enter_context(opened_list(path))


class TriageOutput:
    """What becomes of a stream of names: shown, written, added; the same for every feed."""

    def __init__(self, min_level: str, *, add: bool, report: Path | None, as_json: bool, english: bool) -> None:
        from crawler.triage import TriageCounts
        from takedown.cli.faults import WrongUsageError
        from takedown.cli.language import chosen_language

        if min_level not in LEVELS:
            raise WrongUsageError(
                f"--min-level {min_level[:40]}: no such level; use one of {', '.join(LEVELS)}",
                f"--min-level {min_level[:40]}: không có mức này; dùng một trong {', '.join(LEVELS)}",
            )
        self.counts = TriageCounts()
        self._least = min_level
        self._add = add
        self._json = as_json
        self._report = _opened_report(report)
        self._language = chosen_language(english)
        self._stack = ExitStack()
        self._engine: Engine | None = None

    def __enter__(self) -> Self:
        if self._add:
            from takedown.cli.configured import load_config
            from takedown.cli.opening import opened_database

            self._engine = self._stack.enter_context(opened_database(load_config(), make=True))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def engine(self) -> "Engine | None":
        """The database, where hits are added to it."""
        return self._engine

    def run(self, entries: "Iterable[NameEntry]", *, keep: bool = False) -> list[str]:
        """Show every hit as soon as it is found and, where asked, recorded; when it returns, all of them are. With
        ``keep`` the hosts of those that were added."""
        from datetime import UTC, datetime

        from crawler.detection.score import Level
        from crawler.names import name_index
        from crawler.triage import add_hits, triage
        from seeds import load_protected

        hits = triage(entries, name_index(), load_protected(), Level(self._least), self.counts)
        if self._engine is not None:
            hits = add_hits(self._engine, hits, datetime.now(UTC), self.counts)
        found = []
        for hit in hits:
            self._show(hit)
            if self._engine is not None and keep:
                found.append(hit.judged.host)
        return found

    def _show(self, hit: "NameHit") -> None:
        from takedown.cli.shown import encode_json, say

        line = as_object(hit)
        if self._report is not None:
            print(encode_json(line), file=self._report)
        if self._json:
            say(encode_json(line))
        else:
            say(as_line(hit, self._language))

    def finish(self, faults: list[str], skipped: int = 0, **more: object) -> None:
        """The sum on standard error, the report's last line, and the exit code."""
        from takedown.cli.exit_codes import ExitCode
        from takedown.cli.shown import complain, encode_json, in_language, shown_word

        counts = self.counts
        if self._report is not None:
            total = {**asdict(counts), "skipped_lines": skipped, "faults": faults, **more}
            print(encode_json(total), file=self._report)
            self._report.close()
        words = in_language(
            self._language,
            "{} tên, {} tên từ mức «{}»; {} được bảo vệ, {} chỗ không có tên.",
            "{} names, {} from «{}» on; {} protected, {} places without a name.",
        )
        least = shown_word("level", self._least, self._language)
        complain(words.format(counts.names, counts.hits, least, counts.protected, skipped))
        if self._add:
            added = in_language(self._language, "Hàng quét: {} mới, {} đã có. Tiếp: lachan sweep --due",
                                "Targets: {} new, {} known. Next: lachan sweep --due")  # fmt: skip
            complain(added.format(counts.added, counts.known))
        complain(*faults)
        if faults:
            raise typer.Exit(ExitCode.SOME_FAILED)


def _opened_report(path: Path | None) -> TextIO | None:
    from takedown.cli.faults import WrongUsageError

    try:
        return path.open("w", encoding="utf-8") if path is not None else None
    except OSError as error:
        raise WrongUsageError(
            f"--report {path}: {error.strerror}; name a file that can be written",
            f"--report {path}: {error.strerror}; nêu tệp ghi được",
        ) from error


def as_object(hit: "NameHit") -> dict[str, object]:
    """A hit for a program; keys are stable."""
    judged = hit.judged
    return {
        "host": judged.host,
        "level": judged.level,
        "points": judged.points,
        "probability": judged.probability,
        "brand": judged.brand.id if judged.brand else None,
        "categories": list(judged.categories),
        "signals": [
            {"rule": signal.rule, "points": signal.points, "vi": signal.message_vi, "en": signal.message_en}
            for signal in judged.signals
        ],
        "source": hit.source,
    }


def as_line(hit: "NameHit", language: str) -> str:
    """A hit on one line for a person."""
    from takedown.cli.shown import shown_word

    judged = hit.judged
    reasons = " ".join(signal.message(language) for signal in judged.signals[:3])
    level = shown_word("level", judged.level, language)
    return f"{level:<12} {judged.points:+5.1f}  {judged.host}  {reasons}"
