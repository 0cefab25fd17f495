"""A site's seconds: they run while something is done for the site, and stand while it waits in line for what is ours.

Browsers are few and sites under way many. Were the waiting counted, a line that is longer than a site's time would let
every site in it run out of time just before its turn, and none would ever be rendered.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from types import TracebackType
from typing import Self


class SiteClock:
    """``async with SiteClock(seconds)``; leaving raises TimeoutError once that much time was worked."""

    def __init__(self, seconds: float) -> None:
        self._timeout = asyncio.timeout(seconds)
        self._waiting = 0
        self._seconds = self._left = seconds

    async def __aenter__(self) -> Self:
        await self._timeout.__aenter__()
        self._token: Token[SiteClock | None] = _clock.set(self)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _clock.reset(self._token)
        await self._timeout.__aexit__(kind, error, trace)

    @property
    def worked(self) -> float:
        """Seconds that it ran so far."""
        when = self._timeout.when()
        left = self._left if when is None else when - asyncio.get_running_loop().time()
        return self._seconds - left

    @contextmanager
    def standing(self) -> Iterator[None]:
        """It stands as long as anything done for the site is in here."""
        now = asyncio.get_running_loop().time
        self._waiting += 1
        if self._waiting == 1 and not self._timeout.expired():
            self._left = (self._timeout.when() or now()) - now()
            self._timeout.reschedule(None)
        try:
            yield
        finally:
            self._waiting -= 1
            if not self._waiting and not self._timeout.expired():
                self._timeout.reschedule(now() + self._left)


def worked() -> float:
    """Seconds that were worked for the site under way; 0 outside any."""
    clock = _clock.get()
    return clock.worked if clock is not None else 0.0


@contextmanager
def in_line() -> Iterator[None]:
    """Around every wait for a browser, a reader and the like: the clock of the site that waits stands."""
    clock = _clock.get()
    if clock is None:
        yield
    else:
        with clock.standing():
            yield


_clock: ContextVar[SiteClock | None] = ContextVar("site_clock", default=None)
