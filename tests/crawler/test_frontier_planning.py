"""When a target comes back."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.detection.score import Level
from crawler.planning import plan_next

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("level", "failed", "attempts", "hours"),
    [
        ("clean", False, 1, 24),
        ("unknown", False, 1, 24),
        ("watch", False, 1, 24),
        ("suspicious", False, 1, 6),
        ("near_certain", False, 1, 6),
        ("unknown", True, 1, 0.25),
        ("unknown", True, 2, 1),
        ("unknown", True, 3, 6),
        ("unknown", True, 4, 24),
        ("unknown", True, 99, 24),
        ("likely", True, 4, 6),
    ],
)
def test_intervals(level: str, failed: bool, attempts: int, hours: float) -> None:
    assert plan_next(level, failed, attempts, NOW, revisit_hours=24, max_attempts=4) == NOW + timedelta(hours=hours)


@given(st.sampled_from(list(Level)), st.booleans(), st.integers(0, 50), st.floats(0.01, 10_000), st.integers(1, 50))
def test_never_now_and_never_later_than_the_ordinary_turn(
    level: Level, failed: bool, attempts: int, hours: float, bound: int
) -> None:
    due = plan_next(level, failed, attempts, NOW, revisit_hours=hours, max_attempts=bound)
    assert NOW < due <= NOW + timedelta(hours=hours)
