"""From Scrapy's responses and failures to visits: each way that a fetch can end gets its named outcome."""

import ssl
from collections.abc import Sequence
from datetime import datetime
from importlib.metadata import version
from urllib.parse import urljoin

import aiohttp
from scrapy import Request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Response

from crawler.egress.failures import causes, describe, of_the_network
from crawler.errors import EgressRefusedError
from crawler.middlewares.robots import RobotsDisallowedError
from crawler.page_types import is_page_type, missing_part
from crawler.rendering.challenge import recognise_challenge
from crawler.visit import Exchange, Outcome, Redirect, Vantage, Visit

REASON_CHARACTERS = 300
TOOLS = tuple((name, version(name)) for name in ("lachan", "scrapy", "aiohttp"))


def visit_from_response(
    response: Response, *, requested_url: str, vantage: Vantage, started_at: datetime, finished_at: datetime
) -> Visit:
    """The visit that ended with ``response``; only a readable page is READ."""
    request = response.request
    meta = request.meta if request is not None else {}
    exchanges: tuple[Exchange, ...] = tuple(meta.get("exchanges", ()))
    content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
    outcome, reason = judge_response(response, content_type)
    return Visit(
        requested_url=requested_url,
        final_url=response.url,
        vantage=vantage,
        outcome=outcome,
        reason=reason,
        started_at=started_at,
        finished_at=finished_at,
        status=response.status,
        content_type=content_type,
        html=response.body,
        exchanges=exchanges,
        redirects=redirects_of(exchanges),
        tls=meta.get("tls"),
        robots=str(meta.get("robots", "")),
        tools=TOOLS,
    )


def judge_response(response: Response, content_type: str) -> tuple[Outcome, str]:
    """Outcome and reason of an HTTP answer."""
    if "dataloss" in response.flags:
        return Outcome.TRUNCATED, "the body ended before its announced length"
    headers = {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in first_headers(response)}
    if wall := recognise_challenge(status=response.status, headers=headers, body=response.body):
        return Outcome.CHALLENGE, wall
    if response.status >= 400:
        return Outcome.HTTP_ERROR, f"HTTP {response.status}"
    if not is_page_type(content_type, response.body):
        return Outcome.NOT_A_PAGE, f"content type {content_type.split(';', 1)[0].strip().lower()[:100]}"
    if not response.body.strip():
        return Outcome.EMPTY_SHELL, "the body is empty"
    if missing := missing_part(response.status, headers.get("content-range", "")):
        return Outcome.TRUNCATED, missing
    return Outcome.READ, ""


def first_headers(response: Response) -> list[tuple[bytes, bytes]]:
    """Each header's name with its first value."""
    return [(key, values[0]) for key, values in response.headers.items() if values]


def redirects_of(exchanges: Sequence[Exchange]) -> tuple[Redirect, ...]:
    """The hops that servers asked for, the last one too when nobody answered at its end."""
    return tuple(
        Redirect(url=exchange.url, status=exchange.status, location=joined(exchange.url, location))
        for exchange in exchanges
        if 300 <= exchange.status < 400 and (location := location_of(exchange))
    )


def joined(base: str, location: str) -> str:
    """Where ``location`` leads from ``base``; as it stands where no address can be made of it."""
    try:
        return urljoin(base, location)
    except ValueError:
        return location


def location_of(exchange: Exchange) -> str:
    """The Location header of an answer, or ""."""
    return next((value.strip() for name, value in exchange.response_headers if name.lower() == "location"), "")


def visit_from_failure(
    error: BaseException,
    *,
    request: Request,
    requested_url: str,
    vantage: Vantage,
    started_at: datetime,
    finished_at: datetime,
) -> Visit:
    """The visit that ended with ``error``, none of which says anything good or bad about the site."""
    exchanges: tuple[Exchange, ...] = tuple(request.meta.get("exchanges", ()))
    outcome = judge_failure(error)
    redirects = redirects_of(exchanges)
    return Visit(
        requested_url=requested_url,
        final_url=redirects[-1].location if redirects else request.url,
        vantage=vantage,
        outcome=outcome,
        reason=(describe(error) if of_the_network(error) else f"{type(error).__name__}: {error}")[:REASON_CHARACTERS],
        started_at=started_at,
        finished_at=finished_at,
        exchanges=exchanges,
        redirects=redirects,
        robots=str(request.meta.get("robots", "")),
    )


def judge_failure(error: BaseException) -> Outcome:
    """The named outcome of an exception raised by a fetch."""
    for cause in causes(error):
        if isinstance(cause, EgressRefusedError):
            return Outcome.EGRESS_REFUSED
        if isinstance(cause, ssl.SSLError | aiohttp.ClientSSLError):
            return Outcome.TLS_FAILED
    kinds: tuple[tuple[type[BaseException], Outcome], ...] = (
        (RobotsDisallowedError, Outcome.ROBOTS_DISALLOWED),
        (CannotResolveHostError, Outcome.DNS_FAILED),
        (DownloadConnectionRefusedError, Outcome.CONNECT_FAILED),
        (DownloadTimeoutError, Outcome.TIMED_OUT),
        (TimeoutError, Outcome.TIMED_OUT),
        (DownloadCancelledError, Outcome.TRUNCATED),
        (ResponseDataLossError, Outcome.TRUNCATED),
    )
    for kind, outcome in kinds:
        if isinstance(error, kind):
            return outcome
    if isinstance(error, IgnoreRequest):  # Scrapy tells these two apart by their words alone
        if "max redirections" in str(error).lower():
            return Outcome.TOO_MANY_REDIRECTS
        if "DOWNLOAD_MAXSIZE" in str(error):
            return Outcome.TRUNCATED
    return Outcome.FAILED
