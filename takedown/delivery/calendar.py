"""When a mail may leave: not at night, not on a Vietnamese holiday, and not too many to one recipient."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from takedown.errors import NoticeError
from takedown.reports.content import VIETNAM

_FORM = re.compile(r"(\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)", re.ASCII)
_LONGEST_BREAK = 20  # days; Tết with its week-ends is shorter


@dataclass(frozen=True, slots=True)
class Calendar:
    """``opens`` to ``closes`` in Vietnamese time on working days; both None: always."""

    opens: time | None = time(7)
    closes: time | None = time(20)

    @classmethod
    def parse(cls, text: str) -> "Calendar":
        """``07:00-20:00``, or "" for always. Raises NoticeError."""
        if not text:
            return cls(None, None)
        found = _FORM.fullmatch(text)
        try:
            numbers = [int(number) for number in found.groups()] if found else []
            opens, closes = time(numbers[0], numbers[1]), time(numbers[2], numbers[3])
        except (ValueError, IndexError) as error:
            raise NoticeError(
                f"`{text}` are no sending hours; write 07:00-20:00, or nothing for always",
                f"`{text}` không phải giờ gửi; viết 07:00-20:00, hoặc để trống nếu lúc nào cũng gửi",
            ) from error
        if opens >= closes:
            raise NoticeError(
                f"`{text}`: sending hours begin before they end; write 07:00-20:00",
                f"`{text}`: giờ gửi phải bắt đầu trước khi kết thúc; viết 07:00-20:00",
            )
        return cls(opens, closes)

    def next_opening(self, now: datetime) -> datetime:
        """``now`` where mails may leave now, else when they may next."""
        if self.opens is None or self.closes is None:
            return now
        local = now.astimezone(VIETNAM)
        if is_working_day(local.date()) and self.opens <= local.time() < self.closes:
            return now
        day = local.date() if local.time() < self.opens else local.date() + timedelta(days=1)
        for _ in range(_LONGEST_BREAK):
            if is_working_day(day):
                return datetime.combine(day, self.opens, VIETNAM)
            day += timedelta(days=1)
        return datetime.combine(day, self.opens, VIETNAM)


def is_working_day(day: date) -> bool:
    """Monday to Friday, no public holiday of Vietnam."""
    return day.weekday() < 5 and day not in _holidays(day.year)


@lru_cache(maxsize=8)
def _holidays(year: int) -> frozenset[date]:
    import holidays

    return frozenset(holidays.country_holidays("VN", years=year))
