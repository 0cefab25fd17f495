"""Asks the database for the queue in its order. A statement is put together once and kept, its values are bound anew:
with twelve states and two shares putting one together takes longer than running it."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import ColumnElement, bindparam, or_, tuple_, union_all
from sqlmodel import Session

from storage.models import Case
from storage.models.columns import UtcDateTime
from takedown.levels import LADDER, level_rank

MAX_COUNTED = 1000  # a longer queue is told as «more than»
_TABLE = cast(sa.Table, Case.__table__)  # type: ignore[attr-defined]
_ORDER = ("points", "opened_at", "id")
Columns = Any  # of the table, or of some rows of it
Condition = Callable[[Columns], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in the queue: the last case of a page, after which the next one begins."""

    level: str
    points: float
    opened_at: datetime
    case_id: int

    def order(self) -> tuple[int, float, float, int]:
        """What sorts places as the queue has them."""
        return (-level_rank(self.level), -self.points, -self.opened_at.timestamp(), -self.case_id)

    def encode(self) -> str:
        """For an address."""
        return f"{self.level}~{self.points!r}~{self.opened_at.timestamp()!r}~{self.case_id}"

    @classmethod
    def decode(cls, text: str) -> "Cursor | None":
        """None for anything that ``encode`` did not make."""
        try:
            level, points, opened, number = text.split("~")
            return cls(level, float(points), datetime.fromtimestamp(float(opened), UTC), int(number))
        except (ValueError, OverflowError, OSError):
            return None


# What a case must be, by name; the values that they bear stand in ``Sieve.values`` under the names bound here.
_FILTERS: Mapping[str, Condition] = {
    "category": lambda c: c.category == bindparam("category"),
    "late": lambda c: c.due_at <= bindparam("late", type_=UtcDateTime()),
    "beside": lambda c: c.id.not_in(bindparam("beside", expanding=True)),
    # neither open at another person nor given to one
    "free": lambda c: sa.and_(
        or_(
            c.lock_holder == "",
            c.lock_holder == bindparam("reader"),
            c.lock_until.is_(None),
            c.lock_until <= bindparam("free_at", type_=UtcDateTime()),
        ),
        or_(c.assignee == "", c.assignee == bindparam("reader")),
    ),
    # one's own are those given to one, and those one has open: an index each
    "given": lambda c: c.assignee == bindparam("owner"),
    "held": lambda c: sa.and_(c.lock_holder == bindparam("owner"), c.assignee != bindparam("owner")),
}


@dataclass(frozen=True, slots=True)
class Sieve:
    """The filters as the database is asked. ``states``: () lets every one through; ``filters``: names of _FILTERS, with
    their ``values``; ``more``: conditions that no two questions share; ``all``: every place, in order, where something
    that few cases have bounds them, None where the queue is read in the order of an index until a page is full."""

    states: tuple[str, ...]
    levels: tuple[str, ...]
    filters: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    more: tuple[Condition, ...] = ()
    all: tuple[Cursor, ...] | None = None

    @property
    def shares(self) -> tuple[tuple[str, ...], ...]:
        """The filters once for each index that is read."""
        if "owner" not in self.values:
            return (self.filters,)
        return tuple((mine, *self.filters) for mine in ("given", "held"))


def following(session: Session, sieve: Sieve, cursor: Cursor | None, number: int) -> list[Cursor]:
    """The next ``number`` places after the cursor, from the top where there is none."""
    if sieve.all is not None:
        first = 0 if cursor is None else bisect_right(sieve.all, cursor.order(), key=Cursor.order)
        return list(sieve.all[first : first + number])
    found: list[Cursor] = []
    levels = sieve.levels
    if cursor is not None and cursor.level in levels:
        levels = levels[levels.index(cursor.level) :]
    for level in levels:
        after = cursor if cursor is not None and cursor.level == level else None
        values = {**sieve.values, "level": level, "number": number - len(found)}
        if after is not None:
            values |= {"points": after.points, "opened_at": after.opened_at, "case_id": after.case_id}
        make = _kept if not sieve.more else _ordered
        found += _read(session, make(sieve.states, sieve.shares, after is not None, sieve.more), values)
        if len(found) >= number:
            break
    return found


def places(session: Session, sieve: Sieve, numbers: list[int]) -> tuple[Cursor, ...]:
    """Those of a few cases that the filters let through, in the order of the queue."""
    if not numbers:
        return ()
    # bounded, so that no database looks for them through an index of all the others: SQLite took that of the levels
    few = sa.select(_TABLE).where(_TABLE.c.id.in_(numbers)).limit(len(numbers)).subquery()
    found: list[Cursor] = []
    for share in sieve.shares:
        query = sa.select(*_place(few.c)).where(
            few.c.level.in_(sieve.levels), *_among(few.c, sieve.states), *_conditions(few.c, share, sieve.more)
        )
        found += _read(session, query, sieve.values)
    return tuple(sorted(found, key=Cursor.order))


def count(session: Session, sieve: Sieve) -> int:
    """How many there are; MAX_COUNTED + 1 stands for more than that."""
    if sieve.all is not None:
        return len(sieve.all)
    total = 0
    for share in sieve.shares:
        some = sa.select(_TABLE.c.id).where(*_among(_TABLE.c, sieve.states), *_conditions(_TABLE.c, share, sieve.more))
        if sieve.levels != LADDER[::-1]:
            some = some.where(_TABLE.c.level.in_(sieve.levels))
        counted = sa.select(sa.func.count()).select_from(some.limit(MAX_COUNTED + 1).subquery())
        total += session.execute(counted, sieve.values).scalar_one()
    return min(total, MAX_COUNTED + 1)


def overdue(session: Session, states: tuple[str, ...], now: datetime, limit: int) -> list[int]:
    """Numbers of at most ``limit`` cases whose clock has run out."""
    query = sa.select(_TABLE.c.id).where(_TABLE.c.due_at <= now, *_among(_TABLE.c, states)).limit(limit)
    return list(session.execute(query).scalars())


def _ordered(
    states: tuple[str, ...],
    shares: tuple[tuple[str, ...], ...],
    after: bool,
    more: tuple[Condition, ...] = (),
) -> sa.Executable:
    """Places of one level, those of each state and share read in the order of an index and merged: nothing long is
    sorted."""
    table = _TABLE.c
    columns, number = _place(table), bindparam("number", type_=sa.Integer())
    where = [table.level == bindparam("level")]
    if after:
        last = (
            bindparam("points", type_=sa.Float()),
            bindparam("opened_at", type_=UtcDateTime()),
            bindparam("case_id", type_=sa.Integer()),
        )
        where.append(tuple_(*columns[1:]) < tuple_(*last))
    order = [column.desc() for column in columns[1:]]
    if not states:
        found = sa.select(*columns).where(*where, *_conditions(table, shares[0], more))
        return found.order_by(*order).limit(number)
    each = (
        sa.select(*columns)
        .where(table.state == state, *where, *_conditions(table, share, more))
        .order_by(*order)
        .limit(number)
        .subquery()
        for state in states
        for share in shares
    )
    merged = union_all(*(sa.select(one) for one in each)).subquery()
    return sa.select(merged).order_by(*(merged.c[name].desc() for name in _ORDER)).limit(number)


_kept = lru_cache(maxsize=500)(_ordered)


def _conditions(columns: Columns, names: Iterable[str], more: tuple[Condition, ...]) -> list[ColumnElement[bool]]:
    return [*(_FILTERS[name](columns) for name in names), *(made(columns) for made in more)]


def _among(columns: Columns, states: tuple[str, ...]) -> list[ColumnElement[bool]]:
    return [columns.state.in_(states)] if states else []


def _place(columns: Columns) -> tuple[Any, ...]:
    return (columns.level, columns.points, columns.opened_at, columns.id)


def _read(session: Session, query: sa.Executable, values: Mapping[str, Any]) -> list[Cursor]:
    return [Cursor(*row) for row in session.execute(query, dict(values))]
