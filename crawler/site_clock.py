"""A site's seconds: they run while something is done for the site, and stand while it waits in line for what is ours.

``Bounds.site_seconds`` is what one look at a site may take on this clock: its front page with robots.txt, redirects and
repetitions, further pages, both rendered vantages with their browsers' start and end, the press in a visit of its own,
and all reading. Each part takes no more than ``left_for_site``. Name servers and registries are asked after that, in
sum within ``Bounds.asking_seconds``; time-stamp authorities beside all sites, each round within ``stamping_seconds``.

Browsers are few and sites under way many. Were the waiting counted, a line that is longer than a site's time would let
every site in it run out of time just before its turn, and none would ever be rendered.
"""

import asyncio
import math
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from types import TracebackType
from typing import Self


class SiteClock:
    """``async with SiteClock(seconds)``; leaving raises TimeoutError once that much time was worked.

    ``spent``: what was worked for the site before the clock was started.
    """

    def __init__(self, seconds: float, spent: float = 0.0) -> None:
        self._left = max(0.0, seconds - spent)
        self._timeout = asyncio.timeout(self._left)
        self._waiting = 0
        self._spent = spent
        self._given = self._left

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
        """Seconds that were worked so far."""
        return self._spent + self._given - self._now_left()

    @property
    def left(self) -> float:
        """Seconds that are left, never negative."""
        return max(0.0, self._now_left())

    def _now_left(self) -> float:
        when = self._timeout.when()
        return self._left if when is None else when - asyncio.get_running_loop().time()

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


def left_for_site() -> float:
    """Seconds that are left to the site under way; without end outside any."""
    clock = _clock.get()
    return clock.left if clock is not None else math.inf


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
