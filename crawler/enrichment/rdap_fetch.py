"""Puts one RDAP question politely: from what is kept, in turn, and with the reason when there is no answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from crawler.bounds import Bounds
from crawler.detection.facts import LookupState
from crawler.egress.http import FetchError, HttpAnswer, HttpClient
from crawler.enrichment.answer import plain
from crawler.enrichment.courtesy import Courtesy
from crawler.errors import EgressRefusedError

HEADERS = {"Accept": "application/rdap+json, application/json;q=0.9", "User-Agent": "lachan (domain look-up)"}
_STATES = {
    401: LookupState.REFUSED,
    403: LookupState.REFUSED,
    408: LookupState.TIMED_OUT,
    429: LookupState.THROTTLED,
    451: LookupState.REFUSED,
    504: LookupState.TIMED_OUT,
}


@dataclass(frozen=True, slots=True)
class Fetched:
    """A whole answer of status 200 or 404; ``url``: the address that gave it, redirects followed."""

    url: str
    status: int
    body: bytes
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Why there is none."""

    state: LookupState
    reason: str
    source: str = ""
    body: bytes = b""


async def fetch_rdap(
    http: HttpClient,
    url: str,
    *,
    courtesy: Courtesy,
    bounds: Bounds,
    seconds: float,
    now: datetime,
    headers: Mapping[str, str] | None = None,
) -> Fetched | Unanswered:
    """The answer to one question, kept or fresh; never raises for a remote fault."""
    key = f"rdap {url}"
    if kept := await courtesy.recall(key):
        return Fetched(kept.source, kept.status, kept.body, kept.asked_at)
    server = urlsplit(url).netloc[:255]
    if later := await courtesy.turn(server, seconds / 2):
        return Unanswered(LookupState.THROTTLED, f"{server} is left alone until {later:%Y-%m-%d %H:%M:%S} UTC", server)
    try:
        sent = {**HEADERS, **(headers or {})}
        answer = await http.fetch("GET", url, headers=sent, max_bytes=bounds.lookup_bytes, seconds=seconds)
    except EgressRefusedError as error:
        return Unanswered(LookupState.FAILED, str(error), server)
    except FetchError as error:
        late = isinstance(error.__cause__, TimeoutError)
        return Unanswered(LookupState.TIMED_OUT if late else LookupState.FAILED, plain(str(error)), server)
    source = urlsplit(answer.url).netloc[:255]
    if state := refusal_state(answer):
        if state is LookupState.THROTTLED:
            await courtesy.pause(server, answer.headers.get("retry-after", ""))
        return Unanswered(state, f"HTTP {answer.status}", source, answer.body)
    if answer.truncated:
        reason = f"the answer is longer than {bounds.lookup_bytes} bytes"
        return Unanswered(LookupState.FAILED, reason, source, answer.body)
    await courtesy.keep(key, answer.status, answer.url, answer.body)
    return Fetched(answer.url, answer.status, answer.body, now)


def refusal_state(answer: HttpAnswer) -> LookupState | None:
    """How a look-up ended that got neither 200 nor 404; None for these two."""
    if answer.status in {200, 404}:
        return None
    if answer.status == 503 and "retry-after" in answer.headers:
        return LookupState.THROTTLED
    return _STATES.get(answer.status, LookupState.FAILED)
