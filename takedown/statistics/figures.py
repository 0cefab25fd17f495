"""Reads the figures of the dashboard; what they mean is decided in the pure modules beside this one."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from storage.models import Case, Notice
from storage.spans import at_time, seconds_between
from takedown.lifecycle import CaseState
from takedown.statistics.survival import Life, Step, kaplan_meier, median_hours, share_up

WEEKS = 12
FINE = 7 * 24  # hours; of a page that lived longer begun days tell enough
_WEEK_SECONDS = 7 * 24 * 3600
_UNJUDGED = frozenset({CaseState.NEW, CaseState.IN_REVIEW})
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
class Curves:
    """What takes the longest to count, as it was ``at`` that time."""

    at: datetime
    everything: Curve
    categories: tuple[Curve, ...]
    providers: tuple[Provider, ...]


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


def read_figures(session: Session, *, now: datetime, curves: Curves | None = None) -> Figures:
    """One read of the tables; nothing is written. The database counts, so that years of cases take little longer than
    a week's. ``curves``: those of shortly before, where somebody keeps them.
    """
    known = curves or read_curves(session, now=now)
    states = dict(session.execute(select(Case.state, func.count()).group_by(Case.state)).all())
    return Figures(
        by_state=tuple((state, states[state]) for state in CaseState if state in states),
        weeks=_weeks(session, now),
        overdue_notices=_count(session, Notice.state == "sent", Notice.kind == "first", col(Notice.due_at) <= now),
        overdue_cases=session.exec(select(func.count()).select_from(Case).where(col(Case.due_at) <= now)).one(),
        awaiting_release=_count(session, Notice.state == "draft"),
        everything=known.everything,
        categories=known.categories,
        providers=known.providers,
    )


def read_curves(session: Session, *, now: datetime) -> Curves:
    """How long pages stay up. A life is counted in begun hours, from ``FINE`` on in begun days."""
    kinds: dict[str, list[Life]] = defaultdict(list)
    for category, life in _lives(session, now):
        kinds[category or "other"].append(life)
    return Curves(
        at=now,
        everything=curve("", (life for lives in kinds.values() for life in lives)),
        categories=_ranked(curve(name, found) for name, found in kinds.items()),
        providers=_providers(session, now),
    )


def _lives(session: Session, now: datetime) -> Iterator[tuple[str, Life]]:
    """By kind of case, how long the pages of judged frauds stayed up from the opening of their case."""
    judged = [state for state in CaseState if state not in _UNJUDGED | _NO_FRAUD]
    each = sa.select(col(Case.category), *_life(col(Case.opened_at), now)).where(col(Case.state).in_(judged))
    lives = _at_once(each)
    groups = (lives.c.category, _span(lives.c.hours).label("span"), lives.c.ended)
    for category, hours, ended, count in session.execute(sa.select(*groups, func.count()).group_by(*_named(groups))):
        yield category, Life(float(hours), bool(ended), count)


def _life(start: Any, now: datetime) -> tuple[ColumnElement[Any], ...]:
    """Begun hours until the page of the case was down, or until now where it is not."""
    hours = (seconds_between(start, func.coalesce(col(Case.down_at), at_time(now))) + 3599) // 3600
    return hours.label("hours"), col(Case.down_at).is_not(None).label("ended")


def _span(hours: ColumnElement[int]) -> ColumnElement[int]:
    """Of a page that was down before its clock began none; of a long life whole days."""
    return sa.case((hours <= 0, 0), (hours > FINE, (hours + 23) // 24 * 24), else_=hours)


def _at_once(query: sa.Select[Any]) -> sa.CTE:
    """Made once and then grouped: else each part of ``_span`` would count the time between anew."""
    return query.cte().prefix_with("MATERIALIZED")


def _named(columns: Iterable[ColumnElement[Any]]) -> list[sa.TextClause]:
    """To group by the columns' places: PostgreSQL takes no parameters there."""
    return [sa.text(str(place)) for place, _ in enumerate(columns, 1)]


def _providers(session: Session, now: datetime) -> tuple[Provider, ...]:
    """Every recipient that was ever told, the busiest first; the clock of each page runs from its notice."""
    told = _told(now)
    lives: dict[str, list[Life]] = defaultdict(list)
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    groups = (told.c.recipient_id, _span(told.c.hours).label("span"), told.c.ended)
    added = (func.sum(told.c.answered), func.sum(told.c.late), func.max(told.c.id))
    for name, hours, ended, count, answered, late, newest in session.execute(
        sa.select(*groups, func.count(), *added).group_by(*_named(groups))
    ):
        total = sums[name]
        sums[name] = [total[0] + count, total[1] + answered, total[2] + late, max(total[3], newest)]
        lives[name].append(Life(float(hours), bool(ended), count))
    newest_ids = [total[3] for total in sums.values()]
    names = session.exec(select(Notice.recipient_id, Notice.recipient_name).where(col(Notice.id).in_(newest_ids)))
    called = dict(names.all())
    found = (
        Provider(name, called[name], notices, answered, late, curve(name, lives[name]))
        for name, (notices, answered, late, _) in sums.items()
    )
    return tuple(sorted(found, key=lambda entry: (-entry.notices, entry.recipient_id)))


def _told(now: datetime) -> sa.CTE:
    """The first notices that left, each with how long its page stayed up afterwards."""
    late = sa.and_(col(Notice.state) == "sent", col(Notice.due_at) <= now)
    return _at_once(
        sa.select(
            col(Notice.id),
            col(Notice.recipient_id),
            *_life(col(Notice.sent_at), now),
            sa.case((col(Notice.answered_at).is_not(None), 1), else_=0).label("answered"),
            sa.case((late, 1), else_=0).label("late"),
        )
        .join(Case, col(Case.id) == col(Notice.case_id))
        .where(col(Notice.kind) == "first", col(Notice.state).in_(_LEFT), col(Notice.sent_at).is_not(None))
    )


def curve(name: str, lives: Iterable[Life]) -> Curve:
    """The survival of a group."""
    known = tuple(lives)
    count, up = sum(life.count for life in known), sum(life.count for life in known if not life.ended)
    return Curve(name, count, up, kaplan_meier(known))


def _weeks(session: Session, now: datetime) -> tuple[Week, ...]:
    came, went = (_by_week(session, column, now) for column in (col(Case.opened_at), col(Case.down_at)))
    return tuple(
        Week(now - timedelta(days=7 * back), came.get(back, 0), went.get(back, 0)) for back in range(WEEKS - 1, -1, -1)
    )


def _by_week(session: Session, column: Any, now: datetime) -> dict[int, int]:
    """By how many weeks ago, 0 for the one that ends now."""
    since = now - timedelta(days=7 * WEEKS)
    week = seconds_between(column, at_time(now)) // _WEEK_SECONDS
    weeks = sa.select(week, func.count()).where(column > since, column <= now).group_by(*_named([week]))
    return dict(session.execute(weeks).all())


def _ranked(curves: Iterable[Curve]) -> tuple[Curve, ...]:
    return tuple(sorted(curves, key=lambda entry: (-entry.count, entry.name)))


def _count(session: Session, *where: object) -> int:
    query = select(func.count()).select_from(Notice)
    for condition in where:
        query = query.where(condition)  # type: ignore[arg-type]
    return session.exec(query).one()
