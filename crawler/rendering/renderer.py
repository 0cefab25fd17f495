"""Browsers at the ready: one for each page that is rendered at once, so that one that dies costs only its own visit.

A visit's time runs from when it has its place until its browser is ready for the next one or has ended: it is
``Bounds.render_seconds``, or less where the site has less left, and start, page and end share it.

A visit that takes long gives its place to the next in line and goes on in a browser that is ended with it: what is made
to be slow holds up nobody. So there are up to twice as many browsers as pages that are rendered at once.
"""

import asyncio
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from crawler.bounds import Bounds
from crawler.egress.policy import EgressPolicy
from crawler.egress.proxy import CheckingProxy
from crawler.errors import BrowserUnavailableError
from crawler.rendering.browser import BrowserChoice
from crawler.rendering.capture import capture_visit
from crawler.rendering.chromium import Chromium, bury_strays, remove_orphaned_profiles
from crawler.rendering.deadline import Deadline
from crawler.rendering.driver import START_SECONDS, Driver
from crawler.rendering.vantages import worn_by
from crawler.rendering.weight import Scales
from crawler.site_clock import in_line, left_for_site
from crawler.visit import Outcome, Vantage, Visit

END_SECONDS = 4.0  # of a visit's, kept back for ending a browser that is not fit for another one


class Renderer:
    """``async with Renderer(policy, choice, bounds, pages=2) as renderer``. Entering raises BrowserUnavailableError."""

    def __init__(self, policy: EgressPolicy, choice: BrowserChoice, bounds: Bounds, *, pages: int = 2) -> None:
        self._policy = policy
        self._choice = choice
        self._bounds = bounds
        self._pages = pages
        self._nowhere = CheckingProxy(policy, page="(the browser itself)", closed=True)
        self._driver = Driver()
        self._free: asyncio.LifoQueue[Chromium | None] = asyncio.LifoQueue()
        self._running: set[Chromium] = set()
        self._lent = 0  # places given to others while who had them still runs
        self.peak_bytes = self.peak_processes = 0  # of any one browser

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(remove_orphaned_profiles)
        await self._nowhere.__aenter__()
        try:
            first = await self._start()
        except BaseException:
            await self._driver.stop()
            await self._nowhere.close()
            raise
        for _ in range(self._pages - 1):
            self._free.put_nowait(None)  # started when a second page wants it
        self._free.put_nowait(first)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.gather(*(browser.stop() for browser in tuple(self._running)))
        self._running.clear()
        await self._driver.stop()
        await asyncio.to_thread(bury_strays)  # nobody starts one any more
        await self._nowhere.close()

    @property
    def browsers(self) -> tuple[Chromium, ...]:
        """Those that run now."""
        return tuple(self._running)

    async def capture(self, url: str, vantage: Vantage, robots: str = "") -> Visit:
        """One visit of ``url``. Never raises for a fault of the site's or the browser's: the outcome names it."""
        vantage = worn_by(vantage, self._choice.version)
        with in_line():
            browser = await self._free.get()
        place, deadline = _Place(), Deadline(self._allowed())
        try:
            async with asyncio.timeout(min(START_SECONDS, deadline.left - END_SECONDS)):
                browser = await self._fit(browser)
            visit = await self._bounded(browser, place, url, vantage, deadline)
        except BrowserUnavailableError as error:
            visit = _failed(url, vantage, str(error))
        except TimeoutError:
            await self._retire(browser)
            browser, visit = None, _failed(url, vantage, "no browser was ready in time")
        except BaseException:
            await self._retire(browser)
            browser = None
            raise
        finally:
            if place.lent:
                self._lent -= 1
            else:
                self._free.put_nowait(browser if browser is not None and browser.alive else None)
        return replace(visit, robots=robots, tools=(("browser", f"{self._choice.kind} {self._choice.version}"),))

    def _allowed(self) -> float:
        """Seconds that a visit may take, its browser's start and end included."""
        return min(self._bounds.render_seconds, left_for_site() - self._bounds.after_render_seconds)

    def _lend(self, place: "_Place") -> None:
        """Let the next in line have a browser more: this visit takes long, and others shall not wait for it."""
        if self._lent < self._pages:
            self._lent += 1
            place.lent = True
            self._free.put_nowait(None)

    async def _bounded(
        self, browser: Chromium, place: "_Place", url: str, vantage: Vantage, deadline: Deadline
    ) -> Visit:
        """The visit within its time, whatever the browser does; a browser that is not fit any more is ended."""
        fit, seconds = False, max(0.0, deadline.left - END_SECONDS)
        bounds = replace(self._bounds, render_seconds=seconds)
        patience = asyncio.get_running_loop().call_later(self._bounds.browser_patience, self._lend, place)
        scales = Scales(browser.pid, self._bounds)
        try:
            with scales:
                async with asyncio.timeout(seconds):
                    visit, fit = await capture_visit(
                        browser, self._policy, bounds, url, vantage, lambda: scales.stood_back
                    )
        except TimeoutError:
            visit = _failed(url, vantage, f"the browser did not end the visit in {seconds:.0f} s")
        finally:
            patience.cancel()
            self.peak_bytes = max(self.peak_bytes, scales.peak.size)
            self.peak_processes = max(self.peak_processes, scales.peak.processes)
            browser.visits += 1
            if place.lent or scales.stood_back or not fit or self._is_worn(browser):
                await self._retire(browser)
        return replace(visit, outcome=Outcome.TOO_HEAVY, reason=scales.too_heavy) if scales.too_heavy else visit

    def _is_worn(self, browser: Chromium) -> bool:
        old = time.monotonic() - browser.started >= self._bounds.browser_seconds
        return old or browser.visits >= self._bounds.browser_visits

    async def _fit(self, browser: Chromium | None) -> Chromium:
        if browser is not None and browser.alive:
            return browser
        await self._retire(browser)
        return await self._start()

    async def _start(self) -> Chromium:
        await asyncio.to_thread(bury_strays)
        browser = await Chromium.start(self._driver, self._choice, self._nowhere.url)
        self._running.add(browser)
        return browser

    async def _retire(self, browser: Chromium | None) -> None:
        if browser is not None:
            self._running.discard(browser)
            await browser.stop()


@dataclass(slots=True)
class _Place:
    """A visit's right to one of the browsers. ``lent``: the next in line has got it already."""

    lent: bool = False


def _failed(url: str, vantage: Vantage, reason: str) -> Visit:
    now = datetime.now(UTC)
    return Visit(
        requested_url=url,
        final_url=url,
        vantage=vantage,
        outcome=Outcome.BROWSER_FAILED,
        reason=reason[:300],
        started_at=now,
        finished_at=now,
        missing=tuple((name, reason[:300]) for name in ("dom", "screenshot", "mhtml", "exchanges")),
    )
