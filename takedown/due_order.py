"""Lists that are ordered by a clock, a page at a time: where one page ended, and what comes after it."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import Mapped

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_SHAPE = re.compile(r"(-?[0-9]{1,18})?~([0-9]{1,10})", re.ASCII)
_MOST = 2_147_483_647


@dataclass(frozen=True, slots=True)
class DueMark:
    """The last row of a page. ``due_at`` None: its clock does not run."""

    due_at: datetime | None
    number: int

    def encode(self) -> str:
        """For an address; exact to the microsecond."""
        ticks = "" if self.due_at is None else str((self.due_at - _EPOCH) // _TICK)
        return f"{ticks}~{self.number}"

    @classmethod
    def decode(cls, text: str) -> "DueMark | None":
        """None for anything that ``encode`` did not make."""
        found = _SHAPE.fullmatch(text)
        if found is None or int(found[2]) > _MOST:
            return None
        try:
            return cls(None if found[1] is None else _EPOCH + int(found[1]) * _TICK, int(found[2]))
        except OverflowError:
            return None


def comes_after(
    mark: DueMark,
    due_at: Mapped[datetime] | Mapped[datetime | None],
    number: Mapped[int | None],
    *,
    newest_first: bool = False,
) -> ColumnElement[bool]:
    """Rows behind the mark where the earliest clock is first and those without one are last; among equals the lowest
    number, or with ``newest_first`` the highest."""
    behind = number < mark.number if newest_first else number > mark.number
    if mark.due_at is None:
        return and_(due_at.is_(None), behind)
    return or_(due_at > mark.due_at, due_at.is_(None), and_(due_at == mark.due_at, behind))
