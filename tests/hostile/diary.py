"""What became of each look, on the disk and told as soon as it ends; a run that was stopped goes on from it."""

import json
import logging
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tests.hostile.case import Case
from tests.hostile.verdicts import Row, row_line

_ROW, _FAULT, _NOTE = "row", "fault", "note"


class NoDiaryError(Exception):
    """A file that a run was to go on from is not one; the words name it."""


class Diary:
    """``rows``: a look each; ``faults``: what went wrong apart from them; ``notes``: what else is to be told.

    A bar shows ``total`` looks on a terminal while entered, a line each is printed elsewhere.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows: list[Row] = []
        self.faults: list[str] = []
        self.notes: list[str] = []
        self._bar = _bar() if sys.stdout.isatty() else None

    @classmethod
    def begin(cls, path: Path) -> Self:
        """A new file, with its folder. Raises FileExistsError."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.open("x", encoding="utf-8").close()
        return cls(path)

    @classmethod
    def resume(cls, path: Path) -> Self:
        """What ``path`` holds; a last line that a kill cut short is taken away. Raises NoDiaryError."""
        diary = cls(path)
        try:
            text = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise NoDiaryError(f"{path}: {error}; name the file that a stopped run told") from error
        whole = text[: text.rfind("\n") + 1]
        for number, line in enumerate(whole.splitlines(), 1):
            try:
                diary._take(json.loads(line))
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                raise NoDiaryError(f"{path}, line {number}: {line[:80]!r} is no line of a run: {error}") from error
        if whole != text:
            path.write_text(whole, "utf-8")
        return diary

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def expect(self, total: int) -> None:
        """How many looks there will be, those that are done among them."""
        if self._bar is not None:
            self._bar.add_task("hostile", total=total, completed=len(self.rows))
        self._total = total

    def left(self, cases: Sequence[Case], how: str) -> list[Case]:
        """Those of ``cases`` that were not looked at ``how`` yet."""
        done = {row.name for row in self.rows if row.how == how}
        return [case for case in cases if case.name not in done]

    def add(self, row: Row) -> None:
        """One more look."""
        self._keep({_ROW: asdict(row)})
        line = row_line(row)
        if self._bar is None:
            print(f"{len(self.rows):5} of {self._total}  {line}", flush=True)
            return
        self._bar.advance(self._bar.task_ids[0])
        if row.faults:
            self._bar.console.print(line, markup=False, highlight=False)

    def fault(self, words: str) -> None:
        """Something went wrong that belongs to no one look."""
        self._keep({_FAULT: words})
        self._say(f"!! {words}")

    def note(self, words: str) -> None:
        """Something to be told at the end again."""
        self._keep({_NOTE: words})
        self._say(words)

    def _say(self, words: str) -> None:
        if self._bar is None:
            print(words, flush=True)
        else:
            self._bar.console.print(words, markup=False, highlight=False)

    def _keep(self, line: dict[str, Any]) -> None:
        self._take(line)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def _take(self, line: dict[str, Any]) -> None:
        ((kind, value),) = line.items()
        if kind == _ROW:
            self.rows.append(Row(**{**value, "faults": tuple(value["faults"])}))
        else:
            {_FAULT: self.faults, _NOTE: self.notes}[kind].append(str(value))


class CountedLines(logging.Handler):
    """Counts what would be logged: refusals come by the thousand, and each is counted in its policy besides."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.counts: Counter[str] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        self.counts[str(record.msg)] += 1

    @property
    def told(self) -> str:
        """Each kind of line with its number, the most frequent first."""
        return ", ".join(f"«{line}» {count:,}" for line, count in self.counts.most_common()) or "none"


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=Console()
    )
