"""`lachan sweep`: looks at sites, and puts what is suspicious into the queue."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from crawler.config import Config
    from crawler.stop_signals import StopSignals
    from crawler.sweep_summary import SweepSummary
    from takedown.intake import IntakeReport

SEED_FILES = frozenset({".csv", ".toml"})
_TAKEN_AT_ONCE = 500


def sweep(
    targets: Annotated[
        list[str] | None,
        typer.Argument(
            help="Addresses or host names; a word that ends in .csv or .toml is a seed file.", metavar="[TARGET]..."
        ),
    ] = None,
    seeds: Annotated[
        list[Path] | None, typer.Option(help="Seed file; several may follow, as in seeds/domains/*.csv.")
    ] = None,
    due: Annotated[bool, typer.Option("--due", help="Everything that is due: what cron calls.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Also seeds that were swept lately.")] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many targets.")] = None,
    report: Annotated[Path | None, typer.Option(help="One JSON line per target: final state and reason.")] = None,
    max_seconds: Annotated[float | None, typer.Option(min=1, help="Begin no new target after so long.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One summary object on standard output.")] = False,
    english: Annotated[bool, typer.Option("--en", help="Speak English.")] = False,
) -> None:
    """Sweep the named targets and seed files, or with --due whatever is due; then take the findings into the queue."""
    from storage.errors import StorageError
    from takedown.cli.configured import load_config
    from takedown.cli.exit_codes import ExitCode
    from takedown.cli.shown import complain, say, say_json
    from takedown.words import fault_words

    names, files = split_words(targets or [], seeds or [])
    check_request(names, files, due)
    check_report(report)
    config = load_config()
    from crawler.stop_signals import StopSignals
    from crawler.sweep import SweepRequest, run_sweep  # after the quick refusals: it brings the whole crawler

    language = "en" if english else config.language
    asked = SweepRequest(
        targets=names,
        seed_files=files,
        due=due,
        again=again,
        limit=limit,
        report=report,
        max_seconds=max_seconds,
        progress=True,
    )
    with StopSignals() as stops:
        summary = run_sweep(config, asked, stops)
        taken, code = None, int(summary.exit_code)
        try:
            taken = None if summary.cut_off else take_unless_pressed(config, code, stops)
        except StorageError as error:  # what was swept is recorded: its summary is not lost, the next sweep takes it in
            complain(f"lachan: {fault_words(error, language)}")
            code = int(ExitCode.BROKEN)
        except KeyboardInterrupt:
            code = int(ExitCode.STOPPED)
        if as_json:
            say_json({**summary.to_json(), "intake": taken, "exit_code": code})
        else:
            queued = taken is not None and (taken.taken or summary.exit_code != ExitCode.BROKEN)
            say(*summary.lines(language), *([intake_line(taken, language)] if taken and queued else []))
        if files and not (due or names or summary.named or summary.problems or summary.exit_code):
            complain(nothing_named(language))
        leave(summary, code)


def take_unless_pressed(config: "Config", code: int, stops: "StopSignals") -> "IntakeReport | None":
    """What a sweep left waiting; the second stop raises KeyboardInterrupt and leaves the rest to the next sweep."""
    from crawler.stop_signals import WHEN_PRESSED_AGAIN

    with stops.leaving(WHEN_PRESSED_AGAIN):
        return take_after(config, code)


def leave(summary: "SweepSummary", code: int) -> NoReturn:
    """Ends a command that swept. After a sweep that was cut off the process ends at once: threads and browsers are
    still at work, and would hold an ordinary end up."""
    if summary.cut_off:
        sys.stdout.flush()
        os._exit(code)
    raise typer.Exit(code)


def split_words(words: list[str], seeds: list[Path]) -> tuple[tuple[str, ...], tuple[Path, ...]]:
    """Targets and seed files; of the words into which a shell expands `a*.csv`, the option takes only the first."""
    files = [word for word in words if Path(word).suffix in SEED_FILES and "://" not in word]
    names = [word for word in words if word not in files]
    return tuple(names), (*seeds, *map(Path, files))


def check_request(names: tuple[str, ...], files: tuple[Path, ...], due: bool) -> None:
    """Raises WrongUsageError where there is nothing to sweep or a seed file is not there."""
    from takedown.cli.faults import WrongUsageError

    for file in files:
        if not file.is_file():
            raise WrongUsageError(
                f"seed file {file} is not there; `ls seeds/domains` shows those that ship",
                f"không có tệp hạt giống {file}; `ls seeds/domains` liệt kê tệp có sẵn",
            )
    if not (names or files or due):
        raise WrongUsageError(
            "nothing to sweep: name a site, give --seeds FILE, or say --due",
            "không có gì để quét: nêu một trang, thêm --seeds TỆP, hoặc dùng --due",
        )


def check_report(path: Path | None) -> None:
    """Raises WrongUsageError where the report could not be written, before anything is fetched for it."""
    from takedown.cli.faults import WrongUsageError

    try:
        if path is not None:
            with path.open("a", encoding="utf-8"):
                pass
    except OSError as error:
        raise WrongUsageError(
            f"--report {path}: {error.strerror}; name a file that can be written",
            f"--report {path}: {error.strerror}; nêu một tệp ghi được",
        ) from error


def take_all_in(config: "Config", *, patient: bool = True) -> "IntakeReport":
    """Puts every waiting assessment into the queue, a batch a transaction, so that a kill loses at most one batch.
    A database that is away is waited for, unless not ``patient``."""
    from crawler.patience import OUTAGE_SECONDS, wait_out
    from takedown.cli.opening import opened_database

    def opened_and_taken() -> "IntakeReport":
        with opened_database(config, make=True) as engine:
            return take_waiting(engine, config.case_level)

    # the opening too: a server may be on its way back just then
    return wait_out(opened_and_taken, seconds=OUTAGE_SECONDS if patient else 0)


def take_after(config: "Config", exit_code: int) -> "IntakeReport | None":
    """What a sweep left waiting; None where another sweep runs, since the findings are that one's to take in, and where
    the store that the summary calls broken cannot be asked."""
    from storage.errors import StorageError
    from takedown.cli.exit_codes import ExitCode

    if exit_code == ExitCode.ALREADY_RUNNING:
        return None
    try:
        return take_all_in(config, patient=exit_code != ExitCode.BROKEN)  # else it has been waited for already
    except StorageError:
        if exit_code != ExitCode.BROKEN:
            raise
        return None


def take_waiting(engine: "Engine", threshold: str) -> "IntakeReport":
    """Puts waiting assessments into the queue of a database that is open; then what look-ups saw change."""
    from datetime import UTC, datetime

    from storage.db import write_session
    from takedown.domain_changes import take_in_changes
    from takedown.intake import IntakeReport, take_in

    total = IntakeReport()
    while True:
        with write_session(engine) as session:
            report = take_in(session, now=datetime.now(UTC), threshold=threshold, limit=_TAKEN_AT_ONCE)
            session.commit()
        if not report.taken:
            break
        total += report
    while True:
        with write_session(engine) as session:
            told = take_in_changes(session, now=datetime.now(UTC))
            session.commit()
        if not told.taken:
            return total


def nothing_named(language: str) -> str:
    """A hint for seed files in which no place stands."""
    from takedown.cli.shown import in_language

    return in_language(
        language,
        "Các tệp hạt giống không nêu địa chỉ nào: thêm dòng dưới tiêu đề url,priority,category,source,note, "
        "hoặc dùng --due. Kiểm tra: lachan seeds check TỆP",
        "The seed files name no address: add lines under the header url,priority,category,source,note, "
        "or say --due. Check them: lachan seeds check FILE",
    )


def intake_line(report: "IntakeReport", language: str) -> str:
    """What became of the findings, in one line."""
    from takedown.cli.shown import in_language

    words = in_language(
        language,
        "Hàng chờ: {} vụ mới, {} vụ thấy lại; bỏ qua {} dưới ngưỡng, {} được bảo vệ, {} chưa biết, {} đã xét. "
        "Xem: lachan cases",
        "Queue: {} new cases, {} seen again; passed over: {} below the threshold, {} protected, {} unknown, "
        "{} settled before. See: lachan cases --en",
    )
    return words.format(
        report.opened, report.seen_again, report.below, report.protected, report.unknown, report.settled
    )
