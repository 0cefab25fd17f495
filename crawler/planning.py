"""Decides when a target is looked at again: a pure function of how the last look went."""

from datetime import datetime, timedelta

from crawler.detection.score import Level

BACK_OFF = (timedelta(minutes=15), timedelta(hours=1), timedelta(hours=6))
CLOSER = 4  # what is suspicious comes this many times as often
_SUSPECTS = frozenset({Level.SUSPICIOUS, Level.LIKELY, Level.NEAR_CERTAIN})


def plan_next(
    level: str, failed: bool, attempts: int, now: datetime, revisit_hours: float = 24.0, max_attempts: int = 4
) -> datetime:
    """When to look again.

    ``attempts``: visits begun since the last success, this one included. The first three failures wait 15 minutes,
    1 hour and 6 hours, never longer than the ordinary interval; from ``max_attempts`` on, the ordinary interval.
    """
    ordinary = timedelta(hours=revisit_hours) / (CLOSER if level in _SUSPECTS else 1)
    if failed and attempts < max_attempts and attempts <= len(BACK_OFF):
        return now + min(BACK_OFF[max(attempts, 1) - 1], ordinary)
    return now + ordinary
