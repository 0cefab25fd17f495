"""A browser that is started when the first page needs it, and never before."""

import asyncio
import logging
from contextlib import AsyncExitStack
from datetime import UTC, datetime

from crawler.bounds import Bounds
from crawler.egress.policy import EgressPolicy
from crawler.errors import BrowserUnavailableError
from crawler.rendering.browser import BrowserChoice, find_browser
from crawler.rendering.renderer import Renderer
from crawler.site_clock import in_line
from crawler.visit import Outcome, Vantage, Visit

logger = logging.getLogger(__name__)


class StandbyBrowser:
    """``unavailable`` says why there is none, or is empty. ``capture`` never raises for a browser's fault."""

    def __init__(self, setting: str, policy: EgressPolicy, bounds: Bounds, *, pages: int) -> None:
        self._policy = policy
        self._bounds = bounds
        self._pages = pages
        self._stack = AsyncExitStack()
        self._renderer: Renderer | None = None
        self._starting = asyncio.Lock()
        self.choice: BrowserChoice | None = None
        self.unavailable = ""
        try:
            self.choice = find_browser(setting)
        except BrowserUnavailableError as error:
            self.unavailable = str(error)

    async def capture(self, url: str, vantage: Vantage, robots: str = "") -> Visit:
        """One rendered visit; BROWSER_FAILED when no browser could be started."""
        started_at = datetime.now(UTC)
        try:
            with in_line():
                renderer = await self._started()
        except BrowserUnavailableError as error:
            return Visit(
                requested_url=url,
                final_url=url,
                vantage=vantage,
                outcome=Outcome.BROWSER_FAILED,
                reason=str(error),
                started_at=started_at,
                finished_at=datetime.now(UTC),
                robots=robots,
            )
        return await renderer.capture(url, vantage, robots=robots)

    async def _started(self) -> Renderer:
        async with self._starting:
            if self._renderer is None:
                if self.choice is None:
                    raise BrowserUnavailableError(self.unavailable)
                renderer = Renderer(self._policy, self.choice, self._bounds, pages=self._pages)
                self._renderer = await self._stack.enter_async_context(renderer)
            return self._renderer

    async def close(self) -> None:
        """Stop the browser, if one was started."""
        await self._stack.aclose()
        self._renderer = None
