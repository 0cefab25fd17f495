"""The frontier: what to look at next, as rows that are leased, renewed and settled, so that a kill loses nothing."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, and_, case, func, or_, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from crawler.frontier_counts import FrontierCounts, count_targets
from crawler.lease_owner import new_owner, owner_is_gone
from crawler.planning import plan_next
from storage.models import Target
from storage.models.target import SWEEP

__all__ = [
    "AddResult",
    "FrontierCounts",
    "LeasedTarget",
    "WantedTarget",
    "add_targets",
    "count_targets",
    "lease_due",
    "new_owner",
    "plan_next",
    "record_outcome",
    "release_dead",
    "release_leases",
    "renew_leases",
]

MAX_URL = 2000  # bytes; what fits a unique index on every database
FATAL_ATTEMPTS = 10  # a target that saw its worker die this often waits its ordinary turn
MAX_NAME = 255
_CHUNK = 500
_FRONTIER_LOCK = 0x6C61_6368_616E_03
_LEASED_COLUMNS = ("id", "url", "host", "domain", "purpose", "source", "attempts")  # LeasedTarget's, in its order
_WINDOW = 4  # candidates read per lease wanted, since some share a domain


@dataclass(frozen=True, slots=True)
class WantedTarget:
    """A URL that somebody wants visited. ``domain``: registrable. ``priority``: higher comes first.

    Raises ValueError where the URL is empty or over 2,000 bytes, or where host or domain is empty or over 255.
    """

    url: str
    host: str
    domain: str
    purpose: str = SWEEP
    source: str = ""
    priority: int = 0

    def __post_init__(self) -> None:
        if not 0 < len(self.url.encode(errors="replace")) <= MAX_URL:
            raise ValueError(f"a target's URL has 1 to {MAX_URL} bytes: {self.url[:80]!r}")
        if not (0 < len(self.host) <= MAX_NAME and 0 < len(self.domain) <= MAX_NAME):
            raise ValueError(f"a target's host and domain have 1 to {MAX_NAME} characters: {self.url[:80]!r}")


@dataclass(frozen=True, slots=True)
class AddResult:
    """Targets that are new, and those that were there before (a URL named twice counts once in 500, then as known)."""

    added: int
    known: int


@dataclass(frozen=True, slots=True)
class LeasedTarget:
    """A target that is ours until ``until``. ``attempts``: visits begun since the last success, this one included."""

    id: int
    url: str
    host: str
    domain: str
    purpose: str
    source: str
    attempts: int
    owner: str
    until: datetime


def add_targets(
    session: Session, wanted: Iterable[WantedTarget], *, now: datetime, batch: str = "", due_now: bool = False
) -> AddResult:
    """Adds the wanted targets, in chunks and in flat memory. New ones are due now.

    Known ones (same URL and purpose) take the new source, priority and batch and keep their due time; with
    ``due_now`` they are due now, unless somebody is visiting them.
    """
    _lock_frontier(session)
    newest = session.exec(select(func.max(Target.id))).one() or 0
    named, remaining = 0, iter(wanted)
    while chunk := {(target.url, target.purpose): target for target in islice(remaining, _CHUNK)}:
        _upsert(session, list(chunk.values()), now, batch, due_now)
        named += len(chunk)
    added = session.exec(select(func.count()).where(col(Target.id) > newest)).one()
    if added >= _CHUNK:
        _tell_planner(session)
    return AddResult(added, named - added)


def lease_due(
    session: Session,
    *,
    owner: str,
    now: datetime,
    limit: int,
    lease_seconds: float,
    batch: str | None = None,
    purpose: str = SWEEP,
    per_domain: int = 1,
) -> list[LeasedTarget]:
    """Takes up to ``limit`` due targets for ``owner``, highest priority first, then longest due.

    No domain gets more than ``per_domain`` live leases, whoever holds them. A lease that ran out is due again. No two
    callers ever get the same target; commit at once, since other callers wait for this transaction.
    """
    _lock_frontier(session)
    until = now + timedelta(seconds=lease_seconds)
    live = _live(session, now)
    leased: list[LeasedTarget] = []
    while len(leased) < limit:
        full = [domain for domain, number in live.items() if number >= per_domain]
        candidates = _candidates(session, now, limit - len(leased), batch, purpose, full)
        chosen = list(islice(_polite(candidates, live, per_domain), limit - len(leased)))
        if not chosen:
            return leased
        leased += _take(session, chosen, owner, now, until)
    return leased


def bring_forward(session: Session, host: str, *, now: datetime) -> int:
    """Makes the host's sites due now, those that nobody visits: something was learnt that their score lacks."""
    waits = and_(col(Target.host) == host, col(Target.purpose) == SWEEP, col(Target.due_at) > now)
    return _update(session, and_(waits, col(Target.lease_owner) == ""), due_at=now)


def renew_leases(session: Session, *, owner: str, now: datetime, lease_seconds: float) -> int:
    """Puts off the end of every lease that ``owner`` still holds; the number of them."""
    return _update(session, col(Target.lease_owner) == owner, lease_until=now + timedelta(seconds=lease_seconds))


def release_leases(session: Session, *, owner: str, now: datetime) -> int:
    """Gives back what ``owner`` took and did not settle: due at once, and not counted as an attempt."""
    attempts = case((col(Target.attempts) > 0, col(Target.attempts) - 1), else_=0)
    free = {"lease_owner": "", "lease_until": None, "due_at": _due_by(now), "attempts": attempts}
    return _update(session, col(Target.lease_owner) == owner, **free)


def release_dead(session: Session, *, now: datetime, revisit_hours: float = 24.0) -> int:
    """Frees the leases of processes of this machine that have ended without settling them; the number freed.

    They are due at once, behind what was due when they were leased, so that a page that kills its worker cannot
    starve the rest; after ten such deaths it waits an ordinary interval, with the reason in its row.
    """
    holders = session.exec(select(Target.lease_owner).where(col(Target.lease_until).is_not(None)).distinct()).all()
    freed = 0
    for owner in filter(owner_is_gone, holders):
        mine = col(Target.lease_owner) == owner
        freed += _update(session, and_(mine, col(Target.attempts) >= FATAL_ATTEMPTS), **_fatal(now, revisit_hours))
        freed += _update(session, mine, lease_owner="", lease_until=None, due_at=_due_by(now))
    return freed


def record_outcome(
    session: Session,
    lease: LeasedTarget,
    *,
    outcome: str,
    reason: str,
    level: str,
    now: datetime,
    next_due: datetime | None,
    failed: bool,
) -> bool:
    """Settles a lease. False where it is no longer ours: then nothing of this visit may be recorded (roll back)."""
    ours = and_(
        col(Target.id) == lease.id, col(Target.lease_owner) == lease.owner, col(Target.attempts) == lease.attempts
    )
    settled = {"last_outcome": outcome, "last_reason": reason, "last_level": level, "last_visit_at": now}
    attempts = lease.attempts if failed else 0
    free = {"lease_owner": "", "lease_until": None, "due_at": next_due, "attempts": attempts}
    return _update(session, ours, visits=col(Target.visits) + 1, **settled, **free) == 1


def _lock_frontier(session: Session) -> None:
    # On SQLite every writing transaction is alone anyway. On PostgreSQL two callers that read the same live leases
    # would both find room on one domain, and two that add the same URLs in another order would deadlock.
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _FRONTIER_LOCK})


def _tell_planner(session: Session) -> None:
    # PostgreSQL counts a grown table about once a minute; until then it sorts all that is due for every lease.
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("ANALYZE target"))


def _upsert(session: Session, chunk: Sequence[WantedTarget], now: datetime, batch: str, due_now: bool) -> None:
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(Target)
    new = statement.excluded
    changes: dict[str, Any] = {"batch": new.batch, "priority": new.priority, "source": new.source}
    if due_now:
        changes["due_at"] = case((col(Target.lease_until) > now, col(Target.due_at)), else_=new.due_at)
    session.execute(
        statement.on_conflict_do_update(index_elements=["url", "purpose"], set_=changes),
        [_new_row(target, now, batch) for target in chunk],
    )


def _new_row(target: WantedTarget, now: datetime, batch: str) -> dict[str, object]:
    return {
        "url": target.url,
        "host": target.host,
        "domain": target.domain,
        "purpose": target.purpose,
        "source": target.source,
        "priority": target.priority,
        "batch": batch,
        "created_at": now,
        "due_at": now,
    }


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(col(Target.lease_until).is_(None), col(Target.lease_until) <= now)


def _candidates(
    session: Session, now: datetime, number: int, batch: str | None, purpose: str, full: Sequence[str]
) -> Sequence[tuple[int, str]]:
    """(id, domain) of the next due targets outside of the ``full`` domains, a few more than wanted."""
    query = (
        select(Target.id, Target.domain)
        .where(Target.purpose == purpose, col(Target.due_at) <= now, _free(now), col(Target.domain).not_in(full))
        .order_by(col(Target.priority).desc(), col(Target.due_at), col(Target.id))
        .limit(number * _WINDOW)
        .with_for_update(skip_locked=True)  # nothing on SQLite
    )
    if batch is not None:
        query = query.where(Target.batch == batch)
    return cast(Sequence[tuple[int, str]], session.exec(query).all())


def _live(session: Session, now: datetime) -> Counter[str]:
    # Counted here: with GROUP BY, SQLite walks the whole index of domains instead of the few live leases.
    return Counter(session.exec(select(Target.domain).where(col(Target.lease_until) > now)))


def _polite(candidates: Iterable[tuple[int, str]], live: Counter[str], per_domain: int) -> Iterator[int]:
    """The candidates that leave every domain within its number of live leases, counted on in ``live``."""
    for target_id, domain in candidates:
        if live[domain] < per_domain:
            live[domain] += 1
            yield target_id


def _take(session: Session, chosen: Sequence[int], owner: str, now: datetime, until: datetime) -> list[LeasedTarget]:
    # due_at moves to now: if this lease is lost, the target queues behind what was due before it.
    lease = {"lease_owner": owner, "lease_until": until, "due_at": now, "attempts": col(Target.attempts) + 1}
    statement = (
        update(Target)
        .where(col(Target.id).in_(chosen))
        .values(**lease)
        .returning(*(getattr(Target, name) for name in _LEASED_COLUMNS))
        .execution_options(synchronize_session=False)
    )
    rows = [LeasedTarget(**row._mapping, owner=owner, until=until) for row in session.execute(statement)]
    place = {target_id: index for index, target_id in enumerate(chosen)}
    return sorted(rows, key=lambda row: place[row.id])


def _due_by(now: datetime) -> ColumnElement[Any]:
    """When a target that was leased is due again: when it was taken, or now where the clock was set back since."""
    return case((col(Target.due_at) > now, now), else_=col(Target.due_at))


def _fatal(now: datetime, revisit_hours: float) -> dict[str, object]:
    reason = f"the worker ended {FATAL_ATTEMPTS} times or more while visiting this target"
    due = now + timedelta(hours=revisit_hours)
    return {"lease_owner": "", "lease_until": None, "due_at": due, "last_outcome": "failed", "last_reason": reason}


def _update(session: Session, which: ColumnElement[bool], **values: Any) -> int:
    statement = update(Target).where(which).values(**values).execution_options(synchronize_session=False)
    return cast(CursorResult[Any], session.execute(statement)).rowcount
