"""The queue as the desk pages through it: filters that fit in an address, found by index, a page at a time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, or_, union_all
from sqlmodel import Session, col, select

from storage.models import Assessment, Case, Observation, ObservationFile
from storage.search import find_by_indicator, find_by_words, holds_words, sought_form
from takedown.levels import LADDER, levels_from
from takedown.lifecycle import CaseState
from takedown.queue import case_row
from takedown.queue_order import Columns, Condition, Cursor, Sieve, count, following, overdue, places
from takedown.views import CaseRow

PAGE = 30
FEW = 1000  # what no more cases have is looked up whole and sorted; a longer queue is read in order
_VISITS = 60  # of one host, among which its picture is looked for
_OPEN = ("new", "in_review", "confirmed", "police_first", "requested", "waiting", "escalated", "refused")
_NOTHING: Mapping[str, Any] = MappingProxyType({})
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
    found = following(session, sieve, cursor, size + 1)
    shown = found[:size]
    whole = sieve.all is None and cursor is None and len(found) <= size
    total = len(found) if whole else count(session, sieve)
    lines = tuple(_lines(session, [place.case_id for place in shown]))
    return Page(lines, shown[-1].encode() if len(found) > size else "", total)


def count_found(session: Session, wanted: Wanted, *, now: datetime) -> int:
    """How many cases the filters let through; MAX_COUNTED + 1 stands for more than that."""
    return count(session, _sieve(session, wanted, now))


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
    passed, values = list[str](), dict[str, Any]()
    if reader:
        passed.append("free")
        values |= {"reader": reader, "free_at": now}
    if beside:
        passed.append("beside")
        values["beside"] = sorted(beside)
    found = following(session, _sieve(session, wanted, now, passed, values), _place(case), 1)
    return found[0].case_id if found else None


def _sieve(
    session: Session, wanted: Wanted, now: datetime, passed: Iterable[str] = (), values: Mapping[str, Any] = _NOTHING
) -> Sieve:
    """Whatever few have (words, an account, overdue) is looked up first; the rest then sifts those few."""
    states = STATE_GROUPS.get(wanted.state, (wanted.state,) if wanted.state in set(CaseState) else ())
    if (wanted.category or wanted.mine) and not states:
        states = tuple(CaseState)  # the indexes of a kind and of a person have the state next
    names, bound, more = list(passed), dict(values), list[Condition]()
    if wanted.category:
        names.append("category")
        bound["category"] = wanted.category
    if wanted.mine:
        bound["owner"] = wanted.mine
    few: list[int] | None = None
    if words := wanted.search.strip():
        numbers, holds = sought_cases(session, words, FEW + 1)
        if len(numbers) <= FEW:
            few = numbers
        else:
            more.append(holds)
    if wanted.overdue:
        late = overdue(session, states, now, FEW + 1)
        if few is None and len(late) <= FEW:
            few = sorted(late)
        else:
            names.append("late")
            bound["late"] = now
    sieve = Sieve(states, tuple(_levels(wanted)), tuple(names), bound, tuple(more))
    return sieve if few is None else replace(sieve, all=places(session, sieve, few))


def _levels(wanted: Wanted) -> Iterable[str]:
    """From the top down to the lowest wanted."""
    return levels_from(wanted.level if wanted.level in LADDER else LADDER[0])[::-1]


def sought_cases(session: Session, words: str, limit: int) -> tuple[list[int], Condition]:
    """Cases by their number, parts of their words, or a whole account, phone or other indicator.

    Gives at most ``limit`` numbers, and the condition that stands for them where there are more.
    """
    compact = "".join(words.split())
    numbers = find_by_indicator(session, _spellings(compact), limit)
    if compact.isascii() and compact.isdigit() and len(compact) < 10:
        numbers.append(int(compact))
    found = find_by_words(session, _without_path(words), limit)

    def holds(columns: Columns) -> ColumnElement[bool]:
        held = holds_words(_without_path(words), columns.id)
        return or_(held, columns.id.in_(numbers)) if numbers else held

    return list(dict.fromkeys([*numbers, *found])), holds


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
