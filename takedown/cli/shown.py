"""The one place where text meets a terminal: hostile characters made inert, tables, JSON, messages."""

import json
import shutil
import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from pathlib import Path
from typing import Any

from takedown.inert import UNSEEN, inert
from takedown.words import word


def in_language(language: str, vietnamese: str, english: str) -> str:
    """The words in ``en``, or else in Vietnamese."""
    return english if language == "en" else vietnamese


def shown_word(table: str, value: str, language: str) -> str:
    """The name of a state, level or outcome as it stands within a line: without the capital that a heading has."""
    named = word(table, value, language)
    return named if named[1:2].isupper() else named[:1].lower() + named[1:]


def say(*lines: str) -> None:
    """Lines on standard output, each made inert."""
    for line in lines:
        print(inert(line, limit=20_000), flush=True)  # noqa: T201


def complain(*lines: str) -> None:
    """Lines on standard error, each made inert."""
    for line in lines:
        print(inert(line, limit=20_000), file=sys.stderr, flush=True)  # noqa: T201


def say_json(value: object) -> None:
    """Exactly one JSON value on standard output, on one line unless a person looks on."""
    print(encode_json(value, pretty=sys.stdout.isatty()), flush=True)  # noqa: T201


def encode_json(value: object, *, pretty: bool = False) -> str:
    """JSON in readable Vietnamese, with every unseen character as ``\\uXXXX``."""
    text = json.dumps(_jsonable(value), ensure_ascii=False, allow_nan=False, indent=2 if pretty else None)
    if text.isascii():
        return text.replace("\x7f", "\\u007f")
    return "".join(_escaped(character) for character in text)


def _escaped(character: str) -> str:
    if character == "\n" or unicodedata.category(character) not in UNSEEN:
        return character
    return json.dumps(character)[1:-1] if character != "\x7f" else "\\u007f"


def _jsonable(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _jsonable(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Enum):
        return _jsonable(value.value)
    if isinstance(value, dict):
        return {str(name): _jsonable(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_jsonable(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted(map(_jsonable, value))
    return str(value) if isinstance(value, Path) else value


_WHOLE = 40


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table. ``right``: numbers."""

    title: str
    right: bool = False
    fold: bool = False  # long text that a terminal breaks over lines
    whole: bool = False  # its cells keep to one line, up to ``_WHOLE`` cells wide, at the cost of the others


def terminal_width() -> int | None:
    """Cells in a line of the terminal; None where nobody looks on and nothing need be broken over lines."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def say_table(columns: Sequence[Column], rows: Sequence[Sequence[object]]) -> None:
    """A drawn table on a terminal; elsewhere plain aligned columns, nothing cut."""
    cells = [[inert(cell) for cell in row] for row in rows]
    if sys.stdout.isatty():
        _draw(columns, cells)
    else:
        _print_aligned(columns, cells)


def _draw(columns: Sequence[Column], cells: Sequence[Sequence[str]]) -> None:
    from rich.cells import cell_len
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(header_style="bold")
    for place, column in enumerate(columns):
        longest = max((cell_len(text) for text in (column.title, *(row[place] for row in cells))), default=0)
        table.add_column(
            column.title,
            justify="right" if column.right else "left",
            overflow="fold" if column.fold or column.whole else "ellipsis",
            width=min(longest, _WHOLE) if column.whole else None,
        )
    for row in cells:
        table.add_row(*(Text(cell) for cell in row))  # Text: brackets in a page's words are no markup
    Console().print(table)


def _print_aligned(columns: Sequence[Column], cells: Sequence[Sequence[str]]) -> None:
    from rich.cells import cell_len

    lines = [[column.title for column in columns], *cells]
    widths = [max(cell_len(line[place]) for line in lines) for place in range(len(columns))]
    for line in lines:
        padded = []
        for cell, width, column in zip(line, widths, columns, strict=True):
            space = " " * (width - cell_len(cell))
            padded.append(space + cell if column.right else cell + space)
        print("  ".join(padded).rstrip(), flush=True)  # noqa: T201


def shown_day(at: datetime) -> str:
    """The day in the reader's own zone."""
    return at.astimezone().strftime("%Y-%m-%d")


def shown_time(at: datetime | None) -> str:
    """Minutes in the reader's own zone, with the zone."""
    return at.astimezone().strftime("%Y-%m-%d %H:%M %Z") if at is not None else ""
