"""Reads days as Vietnamese registries write them: 02-11-2026, 02/11/2026, or the ISO form, at Vietnam's midnight."""

import re
from datetime import UTC, datetime, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7))
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?", re.ASCII)


def read_date(text: str) -> datetime | None:
    """The moment in UTC, or None for what is no date; without a zone Vietnam's is meant."""
    text = text.strip()[:40]
    if match := _DAY_FIRST.match(text):
        day, month, year, hour, minute, second = (int(part or 0) for part in match.groups())
        try:
            return datetime(year, month, day, hour, minute, second, tzinfo=VIETNAM).astimezone(UTC)
        except ValueError:
            return None
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (when if when.tzinfo else when.replace(tzinfo=VIETNAM)).astimezone(UTC)
