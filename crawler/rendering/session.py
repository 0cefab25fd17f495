"""Speaks DevTools through Playwright: calls with deadlines of ours."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, cast

from playwright.async_api import CDPSession
from playwright.async_api import Error as BrowserError

__all__ = ["BrowserError", "DevtoolsSession", "Json"]

Json = Mapping[str, Any]
Handler = Callable[[Json], None]

TELL_SECONDS = 10.0  # then nobody waits for the answer to a call that nobody reads


class DevtoolsSession:
    """A page's session. Its calls raise TimeoutError, or BrowserError when the browser says no or is gone."""

    def __init__(self, cdp: CDPSession) -> None:
        self._cdp = cdp
        self._told: set[asyncio.Task[None]] = set()

    async def call(self, method: str, seconds: float, **params: Any) -> Json:
        """The answer, within ``seconds``."""
        async with asyncio.timeout(max(seconds, 0.001)):
            return await self._send(method, params)

    def tell(self, method: str, **params: Any) -> None:
        """Call without waiting; whatever the answer, nobody needs it. Calls leave in the order of their telling."""
        task = asyncio.get_running_loop().create_task(self._tell(method, params))
        self._told.add(task)
        task.add_done_callback(self._told.discard)

    def on(self, method: str, handler: Handler) -> None:
        """Have ``handler`` called with the parameters of each such event; it must be quick and must not raise."""
        self._cdp.on(method, handler)

    async def _send(self, method: str, params: Json) -> Json:
        return cast(Json, await self._cdp.send(method, dict(params)))

    async def _tell(self, method: str, params: Json) -> None:
        try:
            async with asyncio.timeout(TELL_SECONDS):
                await self._send(method, params)
        except (BrowserError, TimeoutError):
            return
