"""Asks a look-up service that the operator has a contract with, for endings without a public one; off by default."""

import json
import time
from datetime import datetime
from pathlib import Path
from urllib.parse import quote, urlsplit

from crawler.bounds import Bounds
from crawler.config import Config
from crawler.detection.facts import Lookup, LookupState
from crawler.egress.http import HttpClient
from crawler.egress.policy import EgressPolicy
from crawler.enrichment.answer import (
    REASON_CHARACTERS,
    REDACTED,
    Answer,
    MalformedAnswerError,
    Registration,
    a_label,
    epp_status,
    host_names,
    is_withheld,
    plain,
)
from crawler.enrichment.courtesy import Courtesy
from crawler.enrichment.rdap_fetch import Fetched, fetch_rdap
from crawler.enrichment.vietnam_dates import read_date
from crawler.errors import SettingsError

SERVICE = "contract"
_NAMES = ("domainName", "domain", "name")
_OWNERS = ("registrantName", "registrant", "owner", "ownerName")
_BORN = ("creationDate", "created", "registeredDate", "issuedDate")
_ENDS = ("expirationDate", "expires", "expiredDate")
_SERVERS = ("nameServer", "nameServers", "nameservers", "dns")


async def lookup_contract(
    domain: str,
    *,
    config: Config,
    policy: EgressPolicy,
    now: datetime,
    bounds: Bounds,
    seconds: float,
    courtesy: Courtesy,
) -> Answer:
    """What the contracted service says of ``domain``; never raises. Without a readable key it is not asked."""
    url = config.whois_api.replace("{domain}", quote(domain))
    source = urlsplit(url).netloc[:255]
    deadline = time.monotonic() + seconds

    def ended(state: LookupState, reason: str, raw: bytes = b"") -> Answer:
        lookup = Lookup(SERVICE, state, source, reason[:REASON_CHARACTERS], now)
        return Answer(lookup, raw={SERVICE: raw} if raw else {})

    try:
        headers = {"X-API-Key": read_key(config)} if config.whois_api_key_file else {}
    except SettingsError as error:
        return ended(LookupState.FAILED, str(error))
    async with HttpClient(policy) as http:
        left = max(deadline - time.monotonic(), 0.1)
        answer = await fetch_rdap(http, url, courtesy=courtesy, bounds=bounds, seconds=left, now=now, headers=headers)
    if not isinstance(answer, Fetched):
        return ended(answer.state, answer.reason, answer.body)
    if answer.status == 404:
        return ended(LookupState.FAILED, "the service does not know the name", answer.body)
    try:
        registration = parse_contract(answer.body, domain)
    except MalformedAnswerError as error:
        return ended(LookupState.FAILED, f"the answer is {error}", answer.body)
    if not registration.says_something:
        return ended(LookupState.REDACTED if registration.withheld else LookupState.FAILED, "no facts", answer.body)
    reason = REDACTED if registration.withheld else ""
    lookup = Lookup(SERVICE, LookupState.FOUND, source, reason, answer.asked_at)
    return Answer(lookup, registration, {SERVICE: answer.body}, ((lookup, registration),))


def parse_contract(body: bytes, domain: str) -> Registration:
    """A JSON object, or one below «data», in the names that Vietnamese services use. Raises MalformedAnswerError."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MalformedAnswerError("no JSON") from error
    inner = answer.get("data", answer) if isinstance(answer, dict) else None
    if not isinstance(inner, dict):
        raise MalformedAnswerError("no JSON object")
    if a_label(_first(inner, _NAMES)) != domain:
        raise MalformedAnswerError(f"about {_first(inner, _NAMES) or 'nothing'} instead of {domain}")
    owner = _first(inner, _OWNERS)
    withheld = is_withheld(owner) or (bool(owner) and set(owner) <= set("*. "))
    return Registration(
        registrar=_first(inner, ("registrar", "registrarName")),
        registrant="" if withheld else owner,
        registered_at=read_date(_first(inner, _BORN)),
        expires_at=read_date(_first(inner, _ENDS)),
        statuses=tuple(dict.fromkeys(filter(None, map(epp_status, _texts(inner, ("status", "statuses"))))))[:16],
        nameservers=host_names(_texts(inner, _SERVERS)),
        withheld=withheld,
    )


def read_key(config: Config) -> str:
    """The service's key. Raises SettingsError."""
    try:
        key = Path(config.whois_api_key_file).read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"whois_api_key_file: {config.whois_api_key_file} cannot be read ({error})",
            f"whois_api_key_file: không đọc được {config.whois_api_key_file} ({error})",
        ) from error
    if not key or not key.isprintable():
        raise SettingsError(
            f"whois_api_key_file: {config.whois_api_key_file} holds no key; write it on one line",
            f"whois_api_key_file: {config.whois_api_key_file} không có khóa; viết khóa trên một dòng",
        )
    return key


def _first(inner: dict[str, object], names: tuple[str, ...]) -> str:
    return next((text for name in names if (text := plain(inner.get(name)))), "")


def _texts(inner: dict[str, object], names: tuple[str, ...]) -> list[str]:
    for name in names:
        value = inner.get(name)
        if isinstance(value, list):
            return [plain(item) for item in value[:64] if isinstance(item, str)]
        if isinstance(value, str):
            return [plain(part) for part in value.split(",")]
    return []
