"""The queue as the desk pages through it: filters that fit in an address, found by index, a page at a time."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, func, select

from storage.models import Assessment, Case, CaseIndicator, Observation, ObservationFile
from takedown.levels import LADDER, levels_from
from takedown.lifecycle import CaseState
from takedown.queue import case_row
from takedown.views import CaseRow

PAGE = 30
MAX_FOUND = 500  # cases by one indicator, or by words that only a few hold
MAX_COUNTED = 5000  # a longer queue is told as «more than»
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
    """A page of the queue: the highest level first, then the most points, then the newest.

    Read level by level, so that an index gives the order; nothing is sorted, however long the queue is.
    """
    filters = _filters(session, wanted, now)
    page = _page(session, wanted, filters, Cursor.decode(after) if after else None, size)
    return replace(page, total=_count(session, wanted, filters))


def count_found(session: Session, wanted: Wanted, *, now: datetime) -> int:
    """How many cases the filters let through; MAX_COUNTED + 1 stands for more than that."""
    return _count(session, wanted, _filters(session, wanted, now))


def _page(
    session: Session, wanted: Wanted, filters: list[ColumnElement[bool]], cursor: Cursor | None, size: int
) -> Page:
    found: list[Case] = []
    for level in _levels(wanted, cursor):
        query = select(Case).where(Case.level == level, *filters)
        if cursor is not None and level == cursor.level:
            query = query.where(_beyond(cursor))
        order = (col(Case.points).desc(), col(Case.opened_at).desc(), col(Case.id).desc())
        found += session.exec(query.order_by(*order).limit(size + 1 - len(found))).all()
        if len(found) > size:
            break
    shown = found[:size]
    lines = tuple(_lines(session, shown))
    more = len(found) > size
    return Page(lines, _cursor(shown[-1]).encode() if more else "")


def _count(session: Session, wanted: Wanted, filters: list[ColumnElement[bool]]) -> int:
    some = select(col(Case.id)).where(*filters)
    if wanted.level:
        some = some.where(col(Case.level).in_(list(_levels(wanted, None))))
    return session.exec(select(func.count()).select_from(some.limit(MAX_COUNTED + 1).subquery())).one()


def next_case(session: Session, wanted: Wanted, case_id: int, *, now: datetime) -> int | None:
    """The case that follows in the same queue; None at its end, or where the case is gone."""
    case = session.get(Case, case_id)
    if case is None:
        return None
    page = _page(session, wanted, _filters(session, wanted, now), _cursor(case), 1)
    return page.lines[0].row.id if page.lines else None


def _levels(wanted: Wanted, cursor: Cursor | None) -> Iterable[str]:
    """From the top down to the lowest wanted; after a cursor, from its own level on."""
    lowest = wanted.level if wanted.level in LADDER else LADDER[0]
    ladder = levels_from(lowest)[::-1]
    return ladder[ladder.index(cursor.level) :] if cursor is not None and cursor.level in ladder else ladder


def _beyond(cursor: Cursor) -> ColumnElement[bool]:
    same = col(Case.points) == cursor.points
    return or_(
        col(Case.points) < cursor.points,
        and_(same, col(Case.opened_at) < cursor.opened_at),
        and_(same, col(Case.opened_at) == cursor.opened_at, col(Case.id) < cursor.case_id),
    )


def _filters(session: Session, wanted: Wanted, now: datetime) -> list[ColumnElement[bool]]:
    states = STATE_GROUPS.get(wanted.state, (wanted.state,) if wanted.state in set(CaseState) else ())
    filters: list[ColumnElement[bool]] = []
    if states:
        filters.append(col(Case.state) == states[0] if len(states) == 1 else col(Case.state).in_(states))
    if wanted.category:
        filters.append(col(Case.category) == wanted.category)
    if wanted.mine:
        filters.append(or_(col(Case.assignee) == wanted.mine, col(Case.lock_holder) == wanted.mine))
    if wanted.overdue:
        filters.append(col(Case.due_at) <= now)
    if words := wanted.search.strip():
        filters.append(_search(session, words))
    return filters


def _search(session: Session, words: str) -> ColumnElement[bool]:
    """A case's number, part of a host or title, or a whole account, phone or other indicator."""
    compact = "".join(words.split())
    value = col(CaseIndicator.value)
    known: ColumnElement[bool] = value.in_(_spellings(compact))
    if compact.isdigit():
        known = or_(known, value.endswith(f":{compact}", autoescape=True))  # an account without its bank's number
    numbers = list(session.exec(select(CaseIndicator.case_id).where(known).limit(MAX_FOUND)))
    if compact.isascii() and compact.isdigit() and len(compact) < 10:
        numbers.append(int(compact))
    named = or_(
        col(Case.host).contains(words.lower(), autoescape=True), col(Case.title).icontains(words, autoescape=True)
    )
    # no index knows parts of words: they are looked for once, and page, next page and count go by the numbers found
    held = session.exec(select(Case.id).where(named).limit(MAX_FOUND + 1)).all()
    if len(held) > MAX_FOUND:
        return or_(named, col(Case.id).in_(numbers))
    return col(Case.id).in_([*numbers, *held])


def _spellings(words: str) -> list[str]:
    """A phone as it is said and as it is stored."""
    plain = words.lower().replace(".", "").replace("-", "")
    return list(dict.fromkeys([words, words.lower(), plain, *(["+84" + plain[1:]] if plain[:1] == "0" else [])]))


def _lines(session: Session, cases: list[Case]) -> Iterable[Line]:
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
    """By host, the digest of its newest screenshot, a phone's where there is one: so the victims see it."""
    newest = (
        select(Observation.host, Observation.vantage, func.max(ObservationFile.id))
        .join(Observation, col(Observation.id) == col(ObservationFile.observation_id))
        .where(col(Observation.host).in_(hosts), col(ObservationFile.name).startswith("screenshot"))
        .group_by(col(Observation.host), col(Observation.vantage))
    )
    ranked = sorted(session.exec(newest), key=lambda row: "phone" in row[1])  # the last one of a host stays
    chosen = {host: number for host, _, number in ranked if number is not None}
    files = {number: host for host, number in chosen.items()}
    found: defaultdict[str, str] = defaultdict(str)
    for file in session.exec(select(ObservationFile).where(col(ObservationFile.id).in_(list(files)))):
        found[files[file.id or 0]] = file.digest
    return dict(found)


def _cursor(case: Case) -> Cursor:
    assert case.id is not None
    return Cursor(case.level, case.points, case.opened_at, case.id)
