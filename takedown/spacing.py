"""Who is told when: the nearest to the page first, the next only when the clock of the nearer ones has run out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from takedown.routing import Step

# Roles on no rung (police, browser lists, banks, carriers) protect people beside the ladder and are told at once.
_RUNGS = {"platform": 0, "host": 0, "owner": 1, "registrar": 2, "registry": 3, "network": 3, "isp": 4}


@dataclass(frozen=True, slots=True)
class Told:
    """The live first notice to a recipient. ``due_at`` None: it has not left, so no clock runs yet."""

    due_at: datetime | None
    bounced: bool = False

    def is_silent(self, now: datetime) -> bool:
        """Has it had its chance?"""
        return self.bounced or (self.due_at is not None and self.due_at <= now)


@dataclass(frozen=True, slots=True)
class Turn:
    """Whether a recipient may be told now. ``after``: who is waited for; ``until``: None where no clock runs yet."""

    due: bool
    after: tuple[str, ...] = ()
    until: datetime | None = None


def turns(steps: Iterable[Step], told: Mapping[str, Told], *, now: datetime, urgent: bool = False) -> dict[str, Turn]:
    """By recipient. An urgent case waits for nobody; who cannot be reached yet keeps nobody waiting."""
    each = tuple(steps)
    return {step.recipient.id: Turn(True) if urgent else _turn(step, each, told, now) for step in each}


def _turn(step: Step, steps: tuple[Step, ...], told: Mapping[str, Told], now: datetime) -> Turn:
    rung = _RUNGS.get(step.role)
    if rung is None:
        return Turn(True)
    nearer = [entry for entry in steps if _RUNGS.get(entry.role, rung) < rung and not entry.problem]
    awaited = [entry.recipient for entry in nearer if not _is_silent(told.get(entry.recipient.id), now)]
    if not awaited:
        return Turn(True)
    clocks = [told[entry.id].due_at if entry.id in told else None for entry in awaited]
    known = [clock for clock in clocks if clock is not None]
    return Turn(False, tuple(entry.name for entry in awaited), max(known) if len(known) == len(clocks) else None)


def _is_silent(told: Told | None, now: datetime) -> bool:
    return told is not None and told.is_silent(now)
