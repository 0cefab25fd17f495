"""Scrapy's way out: its aiohttp download handler with our connector, keeping each exchange as it was on the wire."""

import logging
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, ClassVar

import aiohttp
import yarl
from scrapy import Request
from scrapy.core.downloader.handlers._aiohttp import AiohttpDownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadFailedError, DownloadTimeoutError
from scrapy.http import Headers, Response

from crawler.bounds import DEFAULT_BOUNDS
from crawler.config import Config
from crawler.egress.connector import checked_connector
from crawler.egress.exchange import BodilessRequest, RecordedResponse, collecting_context
from crawler.egress.policy import EgressPolicy
from crawler.egress.refusals import on_behalf_of
from crawler.errors import EgressRefusedError

logger = logging.getLogger(__name__)

DEFAULT_SECONDS = 20.0
CHAIN_SHARE, ROBOTS_SHARE = 1.5, 0.5  # of the seconds that one answer may take


class CheckedDownloadHandler(AiohttpDownloadHandler):
    """Leaves an ``Exchange`` in ``request.meta["exchange"]`` (also of a body that came in part) and a ``TlsChain`` in
    ``request.meta["tls"]``. Raises EgressRefusedError, which no middleware retries, where the policy says no."""

    experimental: ClassVar[bool] = False  # ours to answer for
    supports_proxies: ClassVar[bool] = False  # a proxy would dial what we cannot judge

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._own_session = self._session
        self.policy = policy_of(crawler)
        self._ssl_context = collecting_context()
        self._session = aiohttp.ClientSession(
            connector=checked_connector(
                self.policy, limit=self._pool_size_total, limit_per_host=self._pool_size_per_host, keepalive_timeout=5.0
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            request_class=BodilessRequest,
            response_class=RecordedResponse,
            skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
            max_line_size=DEFAULT_BOUNDS.header_line_bytes,
            max_field_size=DEFAULT_BOUNDS.header_field_bytes,
            max_headers=DEFAULT_BOUNDS.header_fields,
        )

    async def download_request(self, request: Request) -> Response:
        """Fetch ``request``; see the class."""
        started = time.monotonic()
        shorten(request)
        with on_behalf_of(request.url):
            try:
                asked = self._read_as_browsers_do(request)
                response = await super().download_request(asked)
            except EgressRefusedError:
                if self.crawler.stats:
                    self.crawler.stats.inc_value("lachan/egress/refused")
                raise
            finally:
                request.meta["spent"] = request.meta.get("spent", 0.0) + time.monotonic() - started
        if asked is not request:
            request.meta.update({name: value for name, value in asked.meta.items() if name != "spent"})
        return response

    def _read_as_browsers_do(self, request: Request) -> Request:
        """Judge spellings of addresses that aiohttp would take for names or reject as malformed."""
        try:
            url = yarl.URL(request.url)
            host, port = url.raw_host or "", url.port or 0
        except ValueError:
            return request  # aiohttp says what is wrong with it
        ip = self.policy.read_host(host, port).ip
        if not ip:
            return request
        return request if ip == host else request.replace(url=str(url.with_host(ip)))

    async def _read_response(self, response: Any, request: Request) -> Response:
        started_at = datetime.now(UTC)
        request.meta["tls"] = response.tls
        try:
            answer = await super()._read_response(response, request)
        except BaseException as error:
            self._record(response, request, started_at, b"".join(response.chunks), f"{type(error).__name__}: {error}")
            raise
        failure = "the body ended before its announced length" if "dataloss" in answer.flags else ""
        self._record(response, request, started_at, answer.body, failure)
        return answer

    @staticmethod
    def _record(response: RecordedResponse, request: Request, at: datetime, body: bytes, failure: str) -> None:
        request.meta["exchange"] = response.exchange(
            body=body, request_body=request.body, started_at=at, failure=failure[:300]
        )
        response.chunks = []

    @staticmethod
    def _extract_headers(response: Any) -> Headers:
        return Headers(list(response.raw_headers))  # as bytes: no server is bound to send UTF-8

    @staticmethod
    def _build_base_response_args(response: Any, request: Request, headers: Headers) -> Any:
        if not response.address:
            raise DownloadFailedError("the connection was gone before its address could be read")
        return AiohttpDownloadHandler._build_base_response_args(response, request, headers)

    @staticmethod
    async def _iter_body_chunks(response: Any) -> AsyncIterator[bytes]:
        async for chunk in response.content.iter_any():
            response.chunks.append(chunk)
            yield chunk

    async def close(self) -> None:
        """Close every connection."""
        await self._own_session.close()
        await self._session.close()


def shorten(request: Request) -> None:
    """Leave ``request`` no more time than its chain of redirects and repetitions has: half as much again as one answer
    may take, and for robots.txt half of one. Its meta data go from link to link. Raises DownloadTimeoutError.
    """
    one = request.meta.setdefault("one_answer", request.meta.get("download_timeout", DEFAULT_SECONDS))
    left = one * (ROBOTS_SHARE if request.meta.get("is_robots") else CHAIN_SHARE) - request.meta.get("spent", 0.0)
    if left <= 0:
        raise DownloadTimeoutError(f"{request.url}: the redirects before it took all the time that there was")
    request.meta["download_timeout"] = min(one, left)


def policy_of(crawler: Crawler) -> EgressPolicy:
    """The policy of the operator's settings, as the sweep hands them to its components."""
    settings = crawler.settings["LACHAN_CONFIG"]
    config = Config.model_validate_json(settings) if settings else Config()
    return config.egress_policy()
