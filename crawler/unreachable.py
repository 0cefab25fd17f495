"""Says why a site could not be reached: which host and port, and the operating system's own words."""

from urllib.parse import urlsplit

import aiohttp

from crawler.egress.failures import causes, describe
from crawler.egress.http import FetchError

_REMEDY = "check the address and the network; a site that is gone can only be explained from a saved page"


def describe_failure(error: FetchError, url: str) -> str:
    """One line for a fetch of ``url`` that failed with ``error``; names the host that failed where redirects led."""
    chain = causes(error)
    if not any(isinstance(cause, aiohttp.ClientError | OSError) for cause in chain) or _timed_out(chain):
        return f"{error}; {_REMEDY}"
    return f"{url}: no answer from {_endpoint(chain, url)}: {describe(error)}; {_REMEDY}"


def _endpoint(chain: list[BaseException], url: str) -> str:
    for cause in chain:
        if isinstance(cause, aiohttp.ClientConnectorError):
            return f"{cause.host}:{cause.port}"
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or (443 if parts.scheme == 'https' else 80)}"


def _timed_out(chain: list[BaseException]) -> bool:
    return any(isinstance(cause, TimeoutError) and not cause.errno for cause in chain)
