"""Asks a domain's registry over RDAP, and once its registrar for what the registry leaves out."""

import json
import time
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from crawler.bounds import Bounds
from crawler.config import Config
from crawler.detection.facts import Lookup, LookupState
from crawler.egress.http import HttpClient
from crawler.egress.policy import EgressPolicy
from crawler.enrichment.answer import REASON_CHARACTERS, REDACTED, Answer, MalformedAnswerError, completed
from crawler.enrichment.courtesy import Courtesy
from crawler.enrichment.rdap_fetch import Fetched, fetch_rdap
from crawler.enrichment.rdap_json import parse_rdap
from crawler.enrichment.registries import NoService, RdapUrl, lookup_rdap_url

SERVICE = "rdap"
REGISTRAR = "rdap_registrar"
# A server named from general knowledge may no longer be the one that answers for the ending.
UNCONFIRMED = "a 404 of a server that no bootstrap confirms says nothing"
MIN_SECONDS = 1.0  # less is not worth a second question


async def lookup_rdap(
    domain: str,
    *,
    config: Config,
    policy: EgressPolicy,
    now: datetime,
    bounds: Bounds,
    seconds: float,
    courtesy: Courtesy,
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
        registry, further = await _ask(http, url, domain, now, bounds, max(deadline - time.monotonic(), 0.1), courtesy)
        if registry.lookup.state is LookupState.UNREGISTERED and not found.confirmed:
            return replace(registry, lookup=replace(registry.lookup, state=LookupState.FAILED, reason=UNCONFIRMED))
        left = deadline - time.monotonic()
        if registry.registration is None or not further or further == url or left < MIN_SECONDS:
            return registry
        registrar, _ = await _ask(http, further, domain, now, bounds, left, courtesy)
    return completed(registry, registrar, REGISTRAR)


async def _ask(
    http: HttpClient, url: str, domain: str, now: datetime, bounds: Bounds, seconds: float, courtesy: Courtesy
) -> tuple[Answer, str]:
    raw: dict[str, bytes] = {}

    def ended(state: LookupState, reason: str, source: str) -> tuple[Answer, str]:
        where = source or urlsplit(url).netloc
        return Answer(Lookup(SERVICE, state, where[:255], reason[:REASON_CHARACTERS], now), raw=raw), ""

    answer = await fetch_rdap(http, url, courtesy=courtesy, bounds=bounds, seconds=seconds, now=now)
    if answer.body:
        raw[SERVICE] = answer.body
    if not isinstance(answer, Fetched):
        return ended(answer.state, answer.reason, answer.source)
    now = answer.asked_at
    source = urlsplit(answer.url).netloc
    if answer.status == 404:
        return ended(_absent(answer, url), "HTTP 404", source)
    try:
        registration, further = parse_rdap(answer.body, domain)
    except MalformedAnswerError as error:
        return ended(LookupState.FAILED, f"the answer is {error}", source)
    if not registration.says_something:
        state = LookupState.REDACTED if registration.withheld else LookupState.FAILED
        return ended(state, "the answer holds no dates and no names", source)
    lookup = Lookup(SERVICE, LookupState.FOUND, source[:255], REDACTED if registration.withheld else "", now)
    return Answer(lookup, registration, raw, ((lookup, registration),)), further


def _absent(answer: Fetched, url: str) -> LookupState:
    """Only the registry itself may say that a name is free: not a host it redirects to, and not some web server."""
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
