"""Good manners towards servers that are asked: a turn each, a pause when told so, and no question twice."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

FOUND_FOR = timedelta(hours=24)
ABSENT_FOR = timedelta(hours=1)
PAUSE = timedelta(minutes=10)  # of a server that throttles and does not say for how long
LONGEST_PAUSE = timedelta(hours=24)
BODY_BYTES = 200_000  # larger answers are not kept


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer that was given before; ``source``: the address that gave it."""

    status: int
    source: str
    body: bytes
    asked_at: datetime


class Courtesy(Protocol):
    """What a look-up asks before it asks anybody. Implementations never raise for a server's sake."""

    async def recall(self, key: str) -> Kept | None:
        """The answer to this question, when it was given lately."""

    async def keep(self, key: str, status: int, source: str, body: bytes) -> None:
        """Remember a whole answer."""

    async def turn(self, server: str, seconds: float) -> datetime | None:
        """Wait for this server's turn, ``seconds`` at most; a time means: not now, come back then."""

    async def pause(self, server: str, retry_after: str) -> None:
        """The server wants to be left alone; ``retry_after`` as its header says it, or ""."""


class Unhurried:
    """No memory and no turns: for single look-ups without a database, and for tests."""

    async def recall(self, key: str) -> Kept | None:
        return None

    async def keep(self, key: str, status: int, source: str, body: bytes) -> None:
        return None

    async def turn(self, server: str, seconds: float) -> datetime | None:
        return None

    async def pause(self, server: str, retry_after: str) -> None:
        return None


def pause_of(retry_after: str) -> timedelta:
    """How long a throttling server is left alone: what it says in seconds, within a day; else ten minutes."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit() and len(text) < 9:
        return min(max(timedelta(seconds=int(text)), timedelta(seconds=1)), LONGEST_PAUSE)
    return PAUSE
