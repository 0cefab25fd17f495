"""Mails leave on working days between morning and evening, Vietnamese time."""

from datetime import UTC, date, datetime

import pytest

from takedown.delivery.calendar import Calendar, is_working_day
from takedown.errors import NoticeError


def utc(*words: int) -> datetime:
    return datetime(*words, tzinfo=UTC)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("now", "opening"),
    [
        (utc(2026, 11, 25, 3), utc(2026, 11, 25, 3)),  # Wednesday 10:00
        (utc(2026, 11, 25, 14), utc(2026, 11, 26, 0)),  # Wednesday 21:00 -> Thursday 07:00
        (utc(2026, 11, 24, 23), utc(2026, 11, 25, 0)),  # 06:00 -> 07:00
        (utc(2026, 11, 27, 14), utc(2026, 11, 30, 0)),  # Friday night -> Monday
        (utc(2026, 9, 1, 14), utc(2026, 9, 3, 0)),  # past the National Day
    ],
)
def test_the_next_opening(now: datetime, opening: datetime) -> None:
    assert Calendar().next_opening(now) == opening


def test_tet_is_no_working_time() -> None:
    assert not is_working_day(date(2026, 2, 17))
    assert Calendar().next_opening(utc(2026, 2, 17, 3)) > utc(2026, 2, 19)


def test_hours_are_parsed_or_refused() -> None:
    assert Calendar.parse("").next_opening(utc(2026, 2, 17, 3)) == utc(2026, 2, 17, 3)
    for text in ("night", "25:00-26:00", "20:00-07:00"):
        with pytest.raises(NoticeError, match="07:00-20:00"):
            Calendar.parse(text)
