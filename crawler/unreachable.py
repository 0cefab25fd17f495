"""Says why a site could not be reached: which host and port, and the operating system's own words."""

import os
import socket
import ssl
from urllib.parse import urlsplit

import aiohttp

from crawler.egress.http import FetchError

_REMEDY = "check the address and the network; a site that is gone can only be explained from a saved page"


def describe_failure(error: FetchError, url: str) -> str:
    """One line for a fetch of ``url`` that failed with ``error``; names the host that failed where redirects led."""
    chain = _causes(error)
    if not any(isinstance(cause, aiohttp.ClientError | OSError) for cause in chain) or _timed_out(chain):
        return f"{error}; {_REMEDY}"
    return f"{url}: no answer from {_endpoint(chain, url)}: {_words(chain)}; {_REMEDY}"


def _endpoint(chain: list[BaseException], url: str) -> str:
    for cause in chain:
        if isinstance(cause, aiohttp.ClientConnectorError):
            return f"{cause.host}:{cause.port}"
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or (443 if parts.scheme == 'https' else 80)}"


def _words(chain: list[BaseException]) -> str:
    """The innermost cause in words; aiohttp's own messages print objects."""
    for cause in reversed(chain):
        if isinstance(cause, ssl.SSLError):
            return f"TLS failed: {cause.reason or cause.strerror}"
        if isinstance(cause, socket.gaierror):
            return f"the name does not resolve ({cause.strerror})"
        if isinstance(cause, OSError) and not isinstance(cause, aiohttp.ClientError):
            return os.strerror(cause.errno) if cause.errno else str(cause.strerror or cause)
    last = chain[-1]
    if isinstance(last, OSError) and last.errno:
        return os.strerror(last.errno)
    return "the connection was closed" if isinstance(last, aiohttp.ServerDisconnectedError) else type(last).__name__


def _timed_out(chain: list[BaseException]) -> bool:
    return any(isinstance(cause, TimeoutError) and not cause.errno for cause in chain)


def _causes(error: BaseException) -> list[BaseException]:
    """``error`` and what it came from, outermost first, at most ten."""
    chain: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and len(chain) < 10:
        chain.append(current)
        current = current.__cause__ or current.__context__
    return chain
