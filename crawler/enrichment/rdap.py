"""Asks a domain's registry over RDAP, and once its registrar for what the registry leaves out."""

import json
import time
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from crawler.bounds import Bounds
from crawler.config import Config
from crawler.detection.facts import Lookup, LookupState
from crawler.egress.http import FetchError, HttpAnswer, HttpClient
from crawler.egress.policy import EgressPolicy
from crawler.enrichment.answer import REASON_CHARACTERS, REDACTED, Answer, MalformedAnswerError, completed, plain
from crawler.enrichment.rdap_json import parse_rdap
from crawler.enrichment.registries import NoService, RdapUrl, lookup_rdap_url
from crawler.errors import EgressRefusedError

SERVICE = "rdap"
REGISTRAR = "rdap_registrar"
# A server named from general knowledge may no longer be the one that answers for the ending.
UNCONFIRMED = "a 404 of a server that no bootstrap confirms says nothing"
MIN_SECONDS = 1.0  # less is not worth a second question
_HEADERS = {"Accept": "application/rdap+json, application/json;q=0.9", "User-Agent": "lachan (domain look-up)"}
_STATES = {
    401: LookupState.REFUSED,
    403: LookupState.REFUSED,
    408: LookupState.TIMED_OUT,
    429: LookupState.THROTTLED,
    451: LookupState.REFUSED,
    504: LookupState.TIMED_OUT,
}


async def lookup_rdap(
    domain: str, *, config: Config, policy: EgressPolicy, now: datetime, bounds: Bounds, seconds: float
) -> Answer:
    """The registry's answer about ``domain``, its blanks filled by the registrar's, within ``seconds``; never raises
    for a remote fault."""
    deadline = time.monotonic() + seconds
    found = await lookup_rdap_url(domain, config=config, policy=policy, now=now, seconds=seconds)
    if not isinstance(found, RdapUrl):
        state = LookupState.NO_PUBLIC_SERVICE if isinstance(found, NoService) else LookupState.FAILED
        return Answer(Lookup(SERVICE, state, reason=found.reason, asked_at=now))
    url = found.url
    async with HttpClient(policy) as http:
        registry, further = await _ask(http, url, domain, now, bounds, max(deadline - time.monotonic(), 0.1))
        if registry.lookup.state is LookupState.UNREGISTERED and not found.confirmed:
            return replace(registry, lookup=replace(registry.lookup, state=LookupState.FAILED, reason=UNCONFIRMED))
        left = deadline - time.monotonic()
        if registry.registration is None or not further or further == url or left < MIN_SECONDS:
            return registry
        registrar, _ = await _ask(http, further, domain, now, bounds, left)
    return completed(registry, registrar, REGISTRAR)


async def _ask(
    http: HttpClient, url: str, domain: str, now: datetime, bounds: Bounds, seconds: float
) -> tuple[Answer, str]:
    def ended(state: LookupState, reason: str, source: str = "") -> tuple[Answer, str]:
        where = source or urlsplit(url).netloc
        return Answer(Lookup(SERVICE, state, where[:255], reason[:REASON_CHARACTERS], now), raw=raw), ""

    raw: dict[str, bytes] = {}
    try:
        answer = await http.fetch("GET", url, headers=_HEADERS, max_bytes=bounds.lookup_bytes, seconds=seconds)
    except EgressRefusedError as error:
        return ended(LookupState.FAILED, str(error))
    except FetchError as error:
        timed_out = isinstance(error.__cause__, TimeoutError)
        return ended(LookupState.TIMED_OUT if timed_out else LookupState.FAILED, plain(str(error)))
    source = urlsplit(answer.url).netloc
    if answer.body:
        raw[SERVICE] = answer.body
    if answer.status != 200:
        return ended(_state(answer, url), f"HTTP {answer.status}", source)
    if answer.truncated:
        return ended(LookupState.FAILED, f"the answer is longer than {bounds.lookup_bytes} bytes", source)
    try:
        registration, further = parse_rdap(answer.body, domain)
    except MalformedAnswerError as error:
        return ended(LookupState.FAILED, f"the answer is {error}", source)
    if not registration.says_something:
        state = LookupState.REDACTED if registration.withheld else LookupState.FAILED
        return ended(state, "the answer holds no dates and no names", source)
    reason = REDACTED if registration.withheld else ""
    return Answer(Lookup(SERVICE, LookupState.FOUND, source[:255], reason, now), registration, raw), further


def _state(answer: HttpAnswer, url: str) -> LookupState:
    """Only the registry itself may say that a name is free: not a host it redirects to, and not some web server."""
    if answer.status == 503 and "retry-after" in answer.headers:
        return LookupState.THROTTLED
    if answer.status != 404:
        return _STATES.get(answer.status, LookupState.FAILED)
    same = urlsplit(answer.url).netloc == urlsplit(url).netloc
    return LookupState.UNREGISTERED if same and _is_rdap_error(answer.body) else LookupState.FAILED


def _is_rdap_error(body: bytes) -> bool:
    """Nothing, or the error object of RFC 9083."""
    if not body.strip():
        return True
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return False
    return isinstance(said, dict) and str(said.get("errorCode", 404)) == "404"
