"""Reads a table in the order of its key and in flat memory, past rows that cannot be read any more."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeGuard, TypeVar

from sqlalchemy import Boolean, Float, Integer, String, TypeDecorator, inspect
from sqlalchemy.exc import DataError, OperationalError
from sqlmodel import Session, SQLModel
from sqlmodel.sql.expression import SelectOfScalar

from storage.errors import RowUnreadableError

UNREADABLE = (ValueError, TypeError, DataError, OperationalError)  # no JSON, no time, no UTF-8
MISSHAPEN = (*UNREADABLE, LookupError, AttributeError)  # or JSON of another shape than was written
STEP = 200
FRESH = {"populate_existing": True}  # what the session remembers is not what the database holds
_HIGHEST_KEY = 2**31 - 1  # of an INTEGER column
_Row = TypeVar("_Row", bound=SQLModel)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A row of which only the key can be read: a column holds what no program of ours wrote."""

    key: int
    reason: str


@contextmanager
def named_rows() -> Iterator[None]:
    """For a read that needs all its rows: one that cannot be read is a RowUnreadableError with its remedy."""
    try:
        yield
    except MISSHAPEN as error:
        said = f"{type(error).__name__}: {error}"[:200]
        raise RowUnreadableError(
            f"a row of the database cannot be read ({said}); `lachan evidence verify` names it: restore it from a copy",
            f"có dòng trong cơ sở dữ liệu không đọc được ({said}); `lachan evidence verify` nêu dòng đó: lấy lại từ"
            " bản sao lưu",
        ) from error


def walk(
    session: Session, query: SelectOfScalar[_Row], key: Any, *, step: int = STEP
) -> Iterator[list[_Row | Unreadable]]:
    """The rows of ``query`` by its whole-number ``key`` column, lowest first, negative ones too, ``step`` at a time.

    They stay in the session until the caller expunges them.
    """
    after: int | None = None
    while True:
        where = query if after is None else query.where(key > after)
        page = where.order_by(key).limit(step)
        keys = list(session.execute(page.with_only_columns(key)).scalars())
        if not keys:
            return
        after = keys[-1]
        yield _read(session, query, key, keys)


def _read(session: Session, query: SelectOfScalar[_Row], key: Any, keys: list[int]) -> list[_Row | Unreadable]:
    try:
        found = query.where(key.between(keys[0], keys[-1])).order_by(key)
        return [_checked(session, row, key) for row in session.exec(found, execution_options=FRESH).all()]
    except UNREADABLE:
        return [_read_one(session, query, key, number) for number in keys]


def _read_one(session: Session, query: SelectOfScalar[_Row], key: Any, number: int) -> _Row | Unreadable:
    try:
        return _checked(session, session.exec(query.where(key == number), execution_options=FRESH).one(), key)
    except UNREADABLE as error:
        return Unreadable(number, f"{type(error).__name__}: {error}"[:200])


def _checked(session: Session, row: _Row, key: Any) -> _Row | Unreadable:
    try:
        check_kinds(row)
    except TypeError as error:
        session.expunge(row)
        return Unreadable(getattr(row, key.key), str(error))
    return row


def check_kinds(row: SQLModel) -> None:
    """Raises TypeError where a column holds what is not of its kind: SQLite keeps whatever was written into it."""
    for name, kinds in _kinds(type(row)):
        value = getattr(row, name)
        if value is not None and not isinstance(value, kinds):
            raise TypeError(f"{name} holds {type(value).__name__}")


@cache
def _kinds(table: type[SQLModel]) -> tuple[tuple[str, tuple[type, ...]], ...]:
    """By column of text and of numbers, what Python gives of it."""
    found = []
    for attribute in inspect(table).column_attrs:
        kind = attribute.columns[0].type
        if isinstance(kind, Boolean):
            continue  # its own reading is strict
        for sort, kinds in ((String, (str,)), (Integer, (int,)), (Float, (int, float))):
            if isinstance(kind if not isinstance(kind, TypeDecorator) else kind.impl_instance, sort):
                found.append((attribute.key, kinds))
    return tuple(found)


def readable(session: Session, query: SelectOfScalar[_Row], key: Any) -> Iterator[_Row]:
    """As ``walk``, row by row, without those that cannot be read: for tables whose own check names these."""
    for page in walk(session, query, key):
        yield from (row for row in page if not isinstance(row, Unreadable))


def can_be_key(number: object) -> TypeGuard[int]:
    """May a row bear this key? The databases themselves complain of a question for what is larger."""
    return isinstance(number, int) and -_HIGHEST_KEY <= number <= _HIGHEST_KEY


def get_row(session: Session, query: SelectOfScalar[_Row], key: Any, number: int) -> _Row | Unreadable | None:
    """The row of ``query`` with this key as the database holds it, None where there is none or can be none."""
    if not can_be_key(number):
        return None
    return next((row for page in walk(session, query.where(key == number), key) for row in page), None)
