"""Reads the figures of the dashboard; what they mean is decided in the pure modules beside this one."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from storage.models import Case, CaseEvent, Notice
from takedown.lifecycle import CaseState
from takedown.statistics.survival import Life, Step, kaplan_meier, median_hours, share_up

WEEKS = 12
_LEFT = ("sent", "answered")
_NO_FRAUD = frozenset({CaseState.FALSE_POSITIVE, CaseState.DUPLICATE})


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days that end at ``until``: cases that came in and cases that were proven down."""

    until: datetime
    opened: int
    down: int


@dataclass(frozen=True, slots=True)
class Curve:
    """The survival of one group. ``count``: pages in it, ``up``: how many still are."""

    name: str
    count: int
    up: int
    steps: tuple[Step, ...]

    @property
    def median(self) -> float | None:
        """Hours until half were removed."""
        return median_hours(self.steps)

    def removed_within(self, hours: float) -> float:
        """The share that was down by then."""
        return 1 - share_up(self.steps, hours)


@dataclass(frozen=True, slots=True)
class Provider:
    """One recipient's record. Shares are of its first notices that left."""

    recipient_id: str
    name: str
    notices: int
    answered: int
    overdue: int
    curve: Curve


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that the dashboard shows of the cases."""

    by_state: tuple[tuple[str, int], ...]
    weeks: tuple[Week, ...]
    overdue_notices: int
    overdue_cases: int
    awaiting_release: int
    everything: Curve
    categories: tuple[Curve, ...]
    providers: tuple[Provider, ...]


def read_figures(session: Session, *, now: datetime) -> Figures:
    """One read of the tables; nothing is written."""
    down = down_times(session)
    cases = session.exec(select(Case.id, Case.opened_at, Case.category, Case.state)).all()
    judged = [row for row in cases if row[3] not in _NO_FRAUD | {CaseState.NEW, CaseState.IN_REVIEW}]
    lives = {number: _life(opened, down.get(number or 0), now) for number, opened, _, _ in judged}
    kinds: dict[str, list[Life]] = defaultdict(list)
    for number, _, category, _ in judged:
        kinds[category or "other"].append(lives[number])
    states = Counter(state for _, _, _, state in cases)
    return Figures(
        by_state=tuple((state, states[state]) for state in CaseState if states[state]),
        weeks=_weeks([opened for _, opened, _, _ in cases], down.values(), now),
        overdue_notices=_count(session, Notice.state == "sent", Notice.kind == "first", col(Notice.due_at) <= now),
        overdue_cases=session.exec(select(func.count()).select_from(Case).where(col(Case.due_at) <= now)).one(),
        awaiting_release=_count(session, Notice.state == "draft"),
        everything=curve("", lives.values()),
        categories=_ranked(curve(name, found) for name, found in kinds.items()),
        providers=providers(session, down, now=now),
    )


def down_times(session: Session) -> dict[int, datetime]:
    """By case, when it was first proven down."""
    rows = session.exec(
        select(CaseEvent.case_id, func.min(CaseEvent.at))
        .where(CaseEvent.kind == "transition", col(CaseEvent.detail)["to"].as_string() == CaseState.DOWN.value)
        .group_by(col(CaseEvent.case_id))
    )
    return {case_id: at for case_id, at in rows if at is not None}


def providers(session: Session, down: dict[int, datetime], *, now: datetime) -> tuple[Provider, ...]:
    """Every recipient that was ever told, the busiest first; the clock of each page runs from its notice."""
    told: dict[str, list[Notice]] = defaultdict(list)
    for notice in session.exec(select(Notice).where(Notice.kind == "first", col(Notice.state).in_(_LEFT))):
        told[notice.recipient_id].append(notice)
    found = (_provider(name, notices, down, now) for name, notices in told.items())
    return tuple(sorted(found, key=lambda entry: (-entry.notices, entry.recipient_id)))


def curve(name: str, lives: Iterable[Life]) -> Curve:
    """The survival of a group."""
    known = tuple(lives)
    return Curve(name, len(known), sum(not life.ended for life in known), kaplan_meier(known))


def _provider(name: str, notices: list[Notice], down: dict[int, datetime], now: datetime) -> Provider:
    lives = [_life(entry.sent_at, down.get(entry.case_id), now) for entry in notices if entry.sent_at is not None]
    late = sum(entry.state == "sent" and entry.due_at is not None and entry.due_at <= now for entry in notices)
    answered = sum(entry.answered_at is not None for entry in notices)
    return Provider(name, notices[-1].recipient_name, len(notices), answered, late, curve(name, lives))


def _life(start: datetime, end: datetime | None, now: datetime) -> Life:
    """A page that was down before the notice left was not removed by it: it counts with zero hours."""
    return Life(max(((end or now) - start).total_seconds() / 3600, 0.0), end is not None)


def _weeks(opened: Iterable[datetime], down: Iterable[datetime], now: datetime) -> tuple[Week, ...]:
    came, went = (Counter((now - at) // timedelta(days=7) for at in times) for times in (opened, down))
    return tuple(Week(now - timedelta(days=7 * back), came[back], went[back]) for back in range(WEEKS - 1, -1, -1))


def _ranked(curves: Iterable[Curve]) -> tuple[Curve, ...]:
    return tuple(sorted(curves, key=lambda entry: (-entry.count, entry.name)))


def _count(session: Session, *where: object) -> int:
    query = select(func.count()).select_from(Notice)
    for condition in where:
        query = query.where(condition)  # type: ignore[arg-type]
    return session.exec(query).one()
