"""Which WHOIS server answers for an ending: our table, python-whois's own, else one question to IANA's."""

import re
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache

from crawler.config import Config
from crawler.detection.facts import LookupState
from crawler.egress.policy import EgressPolicy
from crawler.enrichment.answer import REASON_CHARACTERS
from crawler.enrichment.registries import (
    NoService,
    Registry,
    UnknownService,
    WhoisServer,
    configured_whois,
    load_registries,
)
from crawler.enrichment.turns import Turns
from crawler.enrichment.whois_dial import converse
from crawler.enrichment.whois_text import judge_opening, named, tame_text

IANA = WhoisServer("whois.iana.org")
IANA_SECONDS = 10.0
IANA_BYTES = 50_000
PAUSE = timedelta(hours=1)  # before an ending that got no answer is asked about again
ENDINGS = 2_000
# python-whois names a registrar here, who would call every other registrar's domain free.
_NO_REGISTRY = frozenset({"whois.namecheap.com"})
_ENDING = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
_SERVER = re.compile(r"(?:whois|refer):[ \t]+([A-Za-z0-9.-]{4,253})[ \t]*", re.ASCII)

Found = WhoisServer | NoService | UnknownService


@dataclass(slots=True)
class _Memory:
    """What IANA said of one ending in this process."""

    found: Found | None = None
    tried_at: datetime | None = None
    turns: Turns = field(default_factory=Turns)


_MEMORIES: dict[str, _Memory] = {}


async def lookup_whois_server(
    domain: str, *, config: Config, policy: EgressPolicy, now: datetime, seconds: float
) -> Found:
    """The server that answers for ``domain``. Raises SettingsError when ``config.whois_server`` is unusable."""
    if found := configured_whois(domain, config):
        return found
    tld = domain.rpartition(".")[2]
    if host := load_registries().get(tld, Registry()).whois or shipped_host(tld):
        return WhoisServer(host)
    if not _ENDING.fullmatch(tld):
        return NoService(f"{tld!r} is no ending")
    if len(_MEMORIES) >= ENDINGS:
        _MEMORIES.clear()
    memory = _MEMORIES.setdefault(tld, _Memory())
    async with memory.turns.lock():
        if memory.found is None or (isinstance(memory.found, UnknownService) and _may_try(memory.tried_at, now)):
            memory.tried_at, memory.found = now, _unknown("no answer in time")
            memory.found = await _ask_iana(tld, policy, min(IANA_SECONDS, seconds / 2))
        return memory.found


@cache
def shipped_host(tld: str) -> str:
    """The server that python-whois ships for ``tld``, or "". Its way out to IANA is closed: that question is ours."""
    from whois.whois import NICClient

    client = NICClient()
    client.findwhois_iana = lambda _: ""
    # It compares the last letters of the whole name with «id» and «hr», where other endings end so too.
    if tld not in {"id", "hr"} and tld.endswith(("id", "hr")):
        return ""
    try:
        host = client.choose_server(f"a.{tld}") or ""
    except UnicodeError:
        return ""
    return "" if host in _NO_REGISTRY else host


def parse_iana(text: str, tld: str) -> Found:
    """What IANA's answer about ``tld`` says."""
    if named(text) != tld:
        if "returned 0 objects" in text or judge_opening(text) is LookupState.UNREGISTERED:
            return NoService(f".{tld} is not in the root zone")
        return _unknown(f"the answer is not about .{tld}")
    hosts = (match[1].lower().strip(".") for line in text.splitlines() if (match := _SERVER.fullmatch(line.rstrip())))
    host = next((host for host in hosts if "." in host), "")
    return WhoisServer(host) if host else NoService(f".{tld} has no public WHOIS service")


async def _ask_iana(tld: str, policy: EgressPolicy, seconds: float) -> Found:
    said = await converse(policy, IANA.host, IANA.port, tld, limit=IANA_BYTES, deadline=time.monotonic() + seconds)
    return _unknown(said.reason) if said.state else parse_iana(tame_text(said.body), tld)


def _unknown(reason: str) -> UnknownService:
    return UnknownService(f"no WHOIS server known: {IANA.host} did not say ({reason})"[:REASON_CHARACTERS])


def _may_try(tried_at: datetime | None, now: datetime) -> bool:
    return tried_at is None or abs(now - tried_at) >= PAUSE
