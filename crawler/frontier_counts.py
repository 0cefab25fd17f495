"""How the targets of the frontier stand: a count by state."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, text
from sqlmodel import Session, col, select

from storage.models import Target


@dataclass(frozen=True, slots=True)
class FrontierCounts:
    """Each target is in exactly one: ``due`` now; ``leased``; else ``failed`` (its last visit, to be tried again
    later), ``done`` (visited, nothing open) or ``waiting`` (never visited, planned for later)."""

    due: int
    leased: int
    done: int
    failed: int
    waiting: int


def count_targets(session: Session, batch: str | None, now: datetime, purpose: str | None = None) -> FrontierCounts:
    """How the targets of a batch (None: all) stand."""
    leased = col(Target.lease_until) > now
    due = col(Target.due_at) <= now
    state = case(
        (leased, "leased"),
        (due, "due"),
        (col(Target.attempts) > 0, "failed"),
        (col(Target.visits) > 0, "done"),
        else_="waiting",
    )
    query = select(state.label("state"), func.count()).group_by(text("state"))
    if batch is not None:
        query = query.where(Target.batch == batch)
    if purpose is not None:
        query = query.where(Target.purpose == purpose)
    counts = {str(name): int(number) for name, number in session.exec(query)}
    return FrontierCounts(**{name: counts.get(name, 0) for name in FrontierCounts.__dataclass_fields__})
