"""Keeps the requests that the page's own session does not show, workers' above all, as Playwright reports them."""

import asyncio
from datetime import UTC, datetime

from playwright.async_api import BrowserContext, Request

from crawler.bounds import Bounds
from crawler.egress.proxy import CheckingProxy
from crawler.rendering.recorder import BODY_SECONDS, URL_CHARACTERS, NetworkRecorder, Record
from crawler.rendering.session import BrowserError

GRACE_SECONDS = 0.1  # the page's own session tells of the same request at nearly the same time


class StrayRequests:
    """Attach it to the visit's context; what it finds is added to ``network``."""

    def __init__(self, network: NetworkRecorder, proxy: CheckingProxy, bounds: Bounds) -> None:
        self._network = network
        self._proxy = proxy
        self._bounds = bounds
        self._seen = 0

    def attach(self, context: BrowserContext) -> None:
        """Listen to every request of every page, frame and worker."""
        context.on("request", self._begin)

    def _begin(self, request: Request) -> None:
        self._seen += 1
        self._network.changed_at = asyncio.get_running_loop().time()
        if self._seen > 2 * self._bounds.render_requests:
            self._network.full = self._network.full or f"more than {self._bounds.render_requests} requests"
            self._proxy.exhaust()  # a page can be told to ask for no more, a worker cannot
        elif request.url.startswith(("http://", "https://")):
            self._network.start(self._follow(request, datetime.now(UTC)))

    async def _follow(self, request: Request, started_at: datetime) -> None:
        await asyncio.sleep(GRACE_SECONDS)
        if self._network.knows(request.url, request.method):
            return
        record = Record(
            url=request.url[:URL_CHARACTERS],
            method=request.method,
            resource=request.resource_type,
            started_at=started_at,
            request_headers=request.headers,
            request_body=(request.post_data_buffer or b"")[: self._bounds.resource_bytes],
        )
        try:
            async with asyncio.timeout(BODY_SECONDS):
                await self._read(request, record)
        except TimeoutError:
            record.truncated = bool(record.response)
        except BrowserError as error:
            record.truncated, record.failure = True, f"body not kept by the browser: {error}"[:200]
        finally:  # also when the visit ended meanwhile; and the page's own session may have told of it late
            full = len(self._network.records) >= self._bounds.render_requests
            if not full and not self._network.knows(request.url, request.method):
                self._network.adopt(record)

    async def _read(self, request: Request, record: Record) -> None:
        response = await request.response()
        if response is None:
            record.ended, record.failure = True, (request.failure or "failed")[:200]
            return
        headers = await response.all_headers()
        record.response = {"status": response.status, "statusText": response.status_text, "headers": headers}
        record.body = self._network.within_bounds(record, await response.body())
        record.ended = True
