"""The queue as the desk pages through it: filters that fit in an address, found by index, a page at a time."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

import sqlalchemy as sa
from sqlalchemy import ColumnElement, literal, or_, tuple_, union_all
from sqlmodel import Session, col, func, select

from storage.models import Assessment, Case, Observation, ObservationFile
from storage.models.columns import UtcDateTime
from storage.search import find_by_indicator, find_by_words, holds_words, sought_form
from takedown.levels import LADDER, level_rank, levels_from
from takedown.lifecycle import CaseState
from takedown.queue import case_row
from takedown.views import CaseRow

PAGE = 30
FEW = 1000  # what no more cases have is looked up whole and sorted; a longer queue is read in order
MAX_COUNTED = 1000  # a longer queue is told as «more than»
_VISITS = 60  # of one host, among which its picture is looked for
_OPEN = ("new", "in_review", "confirmed", "police_first", "requested", "waiting", "escalated", "refused")
STATE_GROUPS = {"open": _OPEN, "todo": ("new", "in_review"), "all": ()}


@dataclass(frozen=True, slots=True)
class Wanted:
    """The filters; "" leaves one open. ``state``: a state, or a group of STATE_GROUPS; ``mine``: a person's name."""

    state: str = "todo"
    level: str = ""
    category: str = ""
    search: str = ""
    mine: str = ""
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last case of a page; the next page begins after it."""

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
        from datetime import UTC

        try:
            level, points, opened, number = text.split("~")
            return cls(level, float(points), datetime.fromtimestamp(float(opened), UTC), int(number))
        except (ValueError, OverflowError, OSError):
            return None


@dataclass(frozen=True, slots=True)
class Line:
    """One case of the queue. ``picture``: digest of its newest screenshot, or ""."""

    row: CaseRow
    assignee: str
    lock_holder: str
    due_at: datetime | None
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """``after``: the cursor of the next page, "" on the last one; ``total``: as ``count_found`` has it."""

    lines: tuple[Line, ...]
    after: str = ""
    total: int = 0


def find_page(session: Session, wanted: Wanted, *, now: datetime, after: str = "", size: int = PAGE) -> Page:
    """A page of the queue: the highest level first, then the most points, then the newest."""
    cursor = Cursor.decode(after) if after else None
    sieve = _sieve(session, wanted, now)
    found = _following(session, sieve, cursor, size + 1)
    shown = found[:size]
    if sieve.all is not None:
        total = len(sieve.all)
    else:
        total = len(found) if cursor is None and len(found) <= size else _count(session, sieve)
    lines = tuple(_lines(session, [place.case_id for place in shown]))
    return Page(lines, shown[-1].encode() if len(found) > size else "", total)


def count_found(session: Session, wanted: Wanted, *, now: datetime) -> int:
    """How many cases the filters let through; MAX_COUNTED + 1 stands for more than that."""
    sieve = _sieve(session, wanted, now)
    return len(sieve.all) if sieve.all is not None else _count(session, sieve)


def next_case(
    session: Session,
    wanted: Wanted,
    case_id: int,
    *,
    now: datetime,
    reader: str = "",
    beside: frozenset[int] = frozenset(),
) -> int | None:
    """The case that follows in the same queue; None at its end, or where the case is gone.

    ``reader``: whom it is for. What another person has open or was given is passed over, and so are the cases
    ``beside`` that others look at; "" passes nothing over that is taken.
    """
    case = session.get(Case, case_id)
    if case is None:
        return None
    passed: tuple[ColumnElement[bool], ...] = (_free_for(reader, now),) if reader else ()
    if beside:
        passed = (*passed, col(Case.id).not_in(sorted(beside)))
    found = _following(session, _sieve(session, wanted, now, passed), _place(case), 1)
    return found[0].case_id if found else None


@dataclass(frozen=True, slots=True)
class _Sieve:
    """The filters as the database is asked. ``all``: every place, in order, where something that few cases have bounds
    them; None where the queue is read in the order of an index until a page is full. ``owner``: whose cases alone."""

    states: tuple[str, ...]
    levels: tuple[str, ...]
    filters: tuple[ColumnElement[bool], ...]
    owner: str = ""
    all: tuple[Cursor, ...] | None = None

    def shares(self) -> Iterator[tuple[ColumnElement[bool], ...]]:
        """The filters once for each index that is read: one's own are those given to one, and those one has open."""
        if not self.owner:
            yield self.filters
            return
        given = col(Case.assignee) == self.owner
        yield (given, *self.filters)
        yield (col(Case.lock_holder) == self.owner, ~given, *self.filters)


def _free_for(reader: str, now: datetime) -> ColumnElement[bool]:
    """Neither open at another person nor given to one."""
    unlocked = or_(col(Case.lock_holder).in_(("", reader)), col(Case.lock_until).is_(None), col(Case.lock_until) <= now)
    return sa.and_(unlocked, col(Case.assignee).in_(("", reader)))


def _sieve(session: Session, wanted: Wanted, now: datetime, more: tuple[ColumnElement[bool], ...] = ()) -> _Sieve:
    """Whatever few have (words, an account, overdue) is looked up first; the rest then sifts those few."""
    states = STATE_GROUPS.get(wanted.state, (wanted.state,) if wanted.state in set(CaseState) else ())
    if (wanted.category or wanted.mine) and not states:
        states = tuple(CaseState)  # the indexes of a kind and of a person have the state next
    filters: list[ColumnElement[bool]] = list(more)
    if wanted.category:
        filters.append(col(Case.category) == wanted.category)
    few: list[int] | None = None
    for ids, condition in _rare(session, wanted, states, now):
        if few is None and len(ids) <= FEW:
            few = ids
        else:
            filters.append(condition)
    sieve = _Sieve(states, tuple(_levels(wanted)), tuple(filters), wanted.mine)
    return sieve if few is None else replace(sieve, all=_places(session, sieve, few))


def _rare(
    session: Session, wanted: Wanted, states: tuple[str, ...], now: datetime
) -> Iterator[tuple[list[int], ColumnElement[bool]]]:
    """What perhaps few cases have: the numbers of those, at most FEW + 1, and the condition to use where it is more."""
    if words := wanted.search.strip():
        yield sought_cases(session, words, FEW + 1)
    if wanted.overdue:
        late = col(Case.due_at) <= now
        numbers = session.exec(select(Case.id).where(late, *_among(states)).limit(FEW + 1))
        yield sorted(filter(None, numbers)), late


def _among(states: tuple[str, ...]) -> Iterator[ColumnElement[bool]]:
    if states:
        yield col(Case.state).in_(states)


def _places(session: Session, sieve: _Sieve, numbers: list[int]) -> tuple[Cursor, ...]:
    """Those of the few that the other filters let through, in the order of the queue."""
    found: list[Cursor] = []
    for filters in sieve.shares():
        query = select(Case.level, Case.points, Case.opened_at, Case.id).where(
            col(Case.id).in_(numbers), col(Case.level).in_(sieve.levels), *_among(sieve.states), *filters
        )
        found += (Cursor(*row) for row in session.exec(query))
    return tuple(sorted(found, key=Cursor.order))


def _following(session: Session, sieve: _Sieve, cursor: Cursor | None, number: int) -> list[Cursor]:
    """The next places in the order of the queue."""
    if sieve.all is not None:
        first = 0 if cursor is None else bisect_right(sieve.all, cursor.order(), key=Cursor.order)
        return list(sieve.all[first : first + number])
    found: list[Cursor] = []
    levels = sieve.levels
    if cursor is not None and cursor.level in levels:
        levels = levels[levels.index(cursor.level) :]
    for level in levels:
        after = cursor if cursor is not None and cursor.level == level else None
        rows = session.execute(_ordered(sieve, level, after, number - len(found)))
        found += [Cursor(*row) for row in rows]
        if len(found) >= number:
            break
    return found


_ORDER = ("points", "opened_at", "id")


def _ordered(sieve: _Sieve, level: str, after: Cursor | None, number: int) -> sa.Executable:
    """Places of one level, those of each state and share read in the order of an index and merged: nothing long is
    sorted."""
    columns = (col(Case.level), col(Case.points), col(Case.opened_at), col(Case.id))
    where = [col(Case.level) == level]
    if after is not None:
        last = (literal(after.points), literal(after.opened_at, UtcDateTime()), literal(after.case_id))
        where.append(tuple_(*columns[1:]) < tuple_(*last))
    order = [column.desc() for column in columns[1:]]
    if not sieve.states:
        return sa.select(*columns).where(*where, *sieve.filters).order_by(*order).limit(number)
    each = (
        sa.select(*columns).where(col(Case.state) == state, *where, *filters).order_by(*order).limit(number).subquery()
        for state in sieve.states
        for filters in sieve.shares()
    )
    merged = union_all(*(sa.select(one) for one in each)).subquery()
    return sa.select(merged).order_by(*(merged.c[name].desc() for name in _ORDER)).limit(number)


def _count(session: Session, sieve: _Sieve) -> int:
    total = 0
    for filters in sieve.shares():
        some = select(col(Case.id)).where(*_among(sieve.states), *filters)
        if sieve.levels != LADDER[::-1]:
            some = some.where(col(Case.level).in_(sieve.levels))
        total += session.exec(select(func.count()).select_from(some.limit(MAX_COUNTED + 1).subquery())).one()
    return min(total, MAX_COUNTED + 1)


def _levels(wanted: Wanted) -> Iterable[str]:
    """From the top down to the lowest wanted."""
    return levels_from(wanted.level if wanted.level in LADDER else LADDER[0])[::-1]


def sought_cases(session: Session, words: str, limit: int) -> tuple[list[int], ColumnElement[bool]]:
    """Cases by their number, parts of their words, or a whole account, phone or other indicator.

    Gives at most ``limit`` numbers, and the condition that stands for them where there are more.
    """
    compact = "".join(words.split())
    numbers = find_by_indicator(session, _spellings(compact), limit)
    if compact.isascii() and compact.isdigit() and len(compact) < 10:
        numbers.append(int(compact))
    found = find_by_words(session, _without_path(words), limit)
    condition = holds_words(_without_path(words))
    if numbers:
        condition = or_(condition, col(Case.id).in_(numbers))
    return list(dict.fromkeys([*numbers, *found])), condition


def _without_path(words: str) -> str:
    """A pasted address, defanged or not, as its host alone."""
    if "/" not in words or " " in words.strip():
        return words
    plain = words.strip().replace("[.]", ".").replace("(.)", ".")
    return plain.partition("://")[2].partition("/")[0] if "://" in plain else plain.partition("/")[0]


def _spellings(words: str) -> list[str]:
    """An indicator as it is stored; a phone also with the country's code, as it is said at home."""
    form = sought_form(words)
    return [form, "84" + form[1:]] if form[:1] == "0" and form.isdigit() else [form]


def _lines(session: Session, numbers: list[int]) -> Iterable[Line]:
    known = {case.id: case for case in session.exec(select(Case).where(col(Case.id).in_(numbers)))}
    cases = [known[number] for number in numbers if number in known]
    assessments = _by_id(session, cases)
    pictures = newest_pictures(session, [case.host for case in cases])
    for case in cases:
        row = case_row(case, assessments.get(case.assessment_id or 0))
        yield Line(row, case.assignee, case.lock_holder, case.due_at, pictures.get(case.host, ""))


def _by_id(session: Session, cases: list[Case]) -> dict[int, Assessment]:
    wanted = [case.assessment_id for case in cases if case.assessment_id is not None]
    rows = session.exec(select(Assessment).where(col(Assessment.id).in_(wanted)))
    return {row.id: row for row in rows if row.id is not None}


def newest_pictures(session: Session, hosts: list[str]) -> dict[str, str]:
    """By host, the digest of its newest screenshot, a phone's where there is one: so the victims see it.

    Looked for among each host's newest visits, so that one that was watched for a year costs as much as any other.
    """
    if not hosts:
        return {}
    distinct = list(dict.fromkeys(hosts))
    rows = session.execute(_pictured(len(distinct)), {f"host{place}": host for place, host in enumerate(distinct)})
    ranked = sorted(rows, key=lambda row: ("phone" in row[1], row[2]))  # the last one of a host stays
    return {host: digest for host, _, _, digest in ranked}


@cache
def _pictured(number: int) -> sa.Executable:
    """Made once for so many hosts: putting it together takes longer than asking it."""
    newest = (
        sa.select(col(Observation.id))
        .where(col(Observation.host) == sa.bindparam(f"host{place}"))
        .order_by(col(Observation.observed_at).desc())
        .limit(_VISITS)
        .subquery()
        for place in range(number)
    )
    looked = union_all(*(sa.select(one.c.id) for one in newest)).subquery()
    columns = (col(Observation.host), col(Observation.vantage), col(ObservationFile.id), col(ObservationFile.digest))
    return (
        sa.select(*columns)
        .join(looked, looked.c.id == col(Observation.id))
        .join(ObservationFile, col(ObservationFile.observation_id) == col(Observation.id))
        .where(col(ObservationFile.name).startswith("screenshot"))
    )


def _place(case: Case) -> Cursor:
    assert case.id is not None
    return Cursor(case.level, case.points, case.opened_at, case.id)
