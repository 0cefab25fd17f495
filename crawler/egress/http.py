"""A small bounded HTTP client for what is not a page: RDAP, time-stamps, icons, one page to explain."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urljoin, urlsplit

import aiohttp

from crawler.codings import undo_codings
from crawler.egress.connector import checked_connector
from crawler.egress.exchange import RecordedResponse, collecting_context
from crawler.egress.failures import describe
from crawler.egress.policy import EgressPolicy
from crawler.egress.refusals import on_behalf_of
from crawler.errors import CrawlerError

REDIRECTS = frozenset({301, 302, 303, 307, 308})
CHUNK_BYTES = 65_536


Permit = Callable[[str], Awaitable[None]]


class FetchError(CrawlerError):
    """Nothing usable came back; the message says what happened."""


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """The last answer of a chain of redirects. ``headers`` by lower-case name, first value; ``address``: the ip:port
    dialled; ``truncated``: the body hit its bound."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    address: str = ""
    truncated: bool = False


CREDENTIALS = frozenset({"authorization", "cookie", "x-api-key"})  # never sent on to another origin


class HttpClient:
    """``async with HttpClient(policy) as http``. ``verify=False`` also talks to servers with broken certificates."""

    def __init__(self, policy: EgressPolicy, *, verify: bool = True) -> None:
        self._policy = policy
        self._tls = strict_context() if verify else collecting_context()
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=checked_connector(self._policy, limit=16),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            response_class=RecordedResponse,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._session is not None
        await self._session.close()

    async def fetch(
        self,
        method: str,
        url: str,
        *,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        max_bytes: int = 1_000_000,
        seconds: float = 15.0,
        max_redirects: int = 5,
        permit: Permit | None = None,
    ) -> HttpAnswer:
        """One request, its redirects followed and each judged; every bound covers the whole chain.

        ``permit`` is asked about each address before it is fetched, and forbids it by what it raises.
        Raises EgressRefusedError, or FetchError for anything else that is not an HTTP answer.
        """
        sent = dict(headers or {})
        with on_behalf_of(url):
            try:
                async with asyncio.timeout(seconds):
                    for _ in range(max_redirects + 1):
                        if permit is not None:
                            await permit(url)
                        answer = await self._once(method, url, body, sent, max_bytes)
                        location = answer.headers.get("location")
                        if answer.status not in REDIRECTS or not location:
                            return answer
                        url = _followed(answer.url, location)
                        if _origin(url) != _origin(answer.url):  # a key is for whom it was given to
                            sent = {name: value for name, value in sent.items() if name.lower() not in CREDENTIALS}
                        if answer.status == 303 or (method == "POST" and answer.status in {301, 302}):
                            method, body = "GET", b""
            except TimeoutError as error:
                raise FetchError(f"{url} took longer than {seconds} s") from error
            except (aiohttp.ClientError, OSError, ValueError) as error:
                raise FetchError(f"{url}: {describe(error)}") from error
        raise FetchError(f"{url}: more than {max_redirects} redirects")

    async def _once(self, method: str, url: str, body: bytes, headers: Mapping[str, str], max_bytes: int) -> HttpAnswer:
        assert self._session is not None
        self._judge_literal(url)
        sent = {"Accept-Encoding": "gzip, deflate", **headers}
        async with self._session.request(
            method, url, data=body or None, headers=sent, ssl=self._tls, allow_redirects=False
        ) as response:
            assert isinstance(response, RecordedResponse)
            raw, cut = await _read(response, max_bytes)
            decoded, over = _decoded(raw, response.headers.get("Content-Encoding", ""), max_bytes)
            return HttpAnswer(
                url=str(response.url),
                status=response.status,
                headers={name.lower(): value for name, value in reversed(tuple(response.headers.items()))},
                body=decoded,
                address=response.address,
                truncated=cut or over,
            )

    def _judge_literal(self, url: str) -> None:
        """aiohttp reads odd spellings of addresses otherwise than a browser: they are judged before it sees them."""
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise FetchError(f"{url[:200]!r} is no http address")
        self._policy.read_host(parts.hostname, parts.port or (443 if parts.scheme == "https" else 80))


def fetch_now(
    policy: EgressPolicy,
    method: str,
    url: str,
    *,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    max_bytes: int = 1_000_000,
    seconds: float = 15.0,
    max_redirects: int = 5,
    verify: bool = True,
) -> HttpAnswer:
    """``HttpClient.fetch`` for code without an event loop, such as a worker process."""

    async def run() -> HttpAnswer:
        async with HttpClient(policy, verify=verify) as client:
            return await client.fetch(
                method,
                url,
                body=body,
                headers=headers,
                max_bytes=max_bytes,
                seconds=seconds,
                max_redirects=max_redirects,
            )

    return asyncio.run(run())


def strict_context() -> ssl.SSLContext:
    """TLS that trusts this machine's roots. They are read once, and anew when their file has changed: that takes 15 ms
    and a megabyte of small pieces, which a sweep would take for each time-stamp and each look-up."""
    file = ssl.get_default_verify_paths().cafile or ""
    changed = Path(file).stat().st_mtime_ns if file else 0
    return _trusting(file, changed)


@lru_cache(maxsize=2)
def _trusting(file: str, changed: int) -> ssl.SSLContext:
    return ssl.create_default_context()


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.lower()


def _followed(base: str, location: str) -> str:
    url = urljoin(base, location)
    if urlsplit(base).scheme == "https" and urlsplit(url).scheme != "https":
        raise FetchError(f"{base} redirects from https to {url[:200]}")
    return url


async def _read(response: RecordedResponse, max_bytes: int) -> tuple[bytes, bool]:
    body = bytearray()
    async for chunk in response.content.iter_chunked(CHUNK_BYTES):
        body += chunk
        if len(body) > max_bytes:
            return bytes(body[:max_bytes]), True
    return bytes(body), False


def _decoded(raw: bytes, encoding: str, max_bytes: int) -> tuple[bytes, bool]:
    """The body without its content coding, and whether it is not whole; as it came where nobody can read the coding."""
    try:
        content = undo_codings(raw, encoding, max_bytes)
    except ValueError:
        return raw, False
    return content.body, content.over or not content.whole
