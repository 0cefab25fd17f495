"""Asks registry, name servers and the server itself about one host, all at once and within one bound of time."""

import asyncio
import logging
import time
from collections.abc import Awaitable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from crawler.bounds import Bounds
from crawler.config import Config
from crawler.detection.facts import DomainFacts, Lookup, LookupState
from crawler.detection.hosts import on_free_platform
from crawler.egress.policy import EgressPolicy
from crawler.enrichment import servers
from crawler.enrichment.answer import REASON_CHARACTERS, Answer, Registration, plain
from crawler.enrichment.rdap import SERVICE as RDAP
from crawler.enrichment.rdap import lookup_rdap
from crawler.enrichment.registries import NoService, configured_whois
from crawler.enrichment.whois import SERVICE as WHOIS
from crawler.enrichment.whois import lookup_whois
from crawler.visit import DnsAnswer, TlsChain
from seeds.target import registrable_domain

logger = logging.getLogger(__name__)
MARGIN_SECONDS = 0.5  # parts end before the whole is cut
RDAP_SHARE = 0.5  # of the time, where WHOIS may still have to be asked
DNS_SECONDS = 12.0
TLS_SECONDS = 10.0
# After these RDAP has nothing, and nobody told us to stay away.
_ASK_WHOIS = frozenset({LookupState.NO_PUBLIC_SERVICE, LookupState.FAILED, LookupState.TIMED_OUT})
T = TypeVar("T")


@dataclass(frozen=True)
class Enrichment:
    """What was found out about a host; ``raw`` holds the answers as they came, by service."""

    facts: DomainFacts
    raw: dict[str, bytes] = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Question:
    """What every part needs to know; ``deadline`` in seconds of the monotonic clock."""

    host: str
    domain: str
    config: Config
    policy: EgressPolicy
    now: datetime
    bounds: Bounds
    deadline: float

    @property
    def left(self) -> float:
        return max(self.deadline - time.monotonic(), 0.1)


@dataclass(frozen=True, slots=True)
class _Lost:
    """A part that broke or overran, so that it costs only itself."""

    state: LookupState
    reason: str

    def lookup(self, service: str, now: datetime) -> Lookup:
        return Lookup(service, self.state, reason=self.reason, asked_at=now)


async def lookup_domain(
    host: str, *, config: Config, policy: EgressPolicy, now: datetime, bounds: Bounds
) -> Enrichment:
    """All that may be asked about ``host`` (A-labels or an address), within ``bounds.lookup_seconds``.

    Each question ends in a Lookup with its state; a remote fault never raises. ``now`` stands on every answer.
    Raises SettingsError when ``config.whois_server`` is unusable.
    """
    host = host.strip("[]").rstrip(".").lower()
    domain = registrable_domain(host)
    configured_whois(domain, config)  # an unusable setting is the operator's fault and ends here, not in a state
    seconds = bounds.lookup_seconds
    deadline = time.monotonic() + max(seconds - MARGIN_SECONDS, seconds / 2)
    question = _Question(host, domain, config, policy, now, bounds, deadline)
    registry, dns, tls = await asyncio.gather(
        _kept(_registry(question), seconds),
        _kept(servers.ask_dns(policy, host, domain, now=now, seconds=min(question.left, DNS_SECONDS)), seconds),
        _kept(servers.ask_tls(policy, host, now=now, seconds=min(question.left, TLS_SECONDS)), seconds),
    )
    rdap, whois = registry if not isinstance(registry, _Lost) else _lost_registry(registry, now)
    dns_lookup, answers = dns if not isinstance(dns, _Lost) else (dns.lookup(servers.DNS, now), ())
    tls_lookup, chain = tls if not isinstance(tls, _Lost) else (tls.lookup(servers.TLS, now), TlsChain(host))
    lookups = (rdap.lookup, whois.lookup, dns_lookup, tls_lookup)
    registration = rdap.registration or whois.registration or Registration()
    facts = _facts(question, lookups, registration, answers, chain)
    raw = {**rdap.raw, **whois.raw, servers.DNS: servers.dns_bytes(answers), servers.TLS: servers.tls_bytes(chain)}
    return Enrichment(facts, {service: data for service, data in raw.items() if data})


async def _kept(part: Awaitable[T], seconds: float) -> T | _Lost:
    try:
        async with asyncio.timeout(seconds):
            return await part
    except TimeoutError:
        return _Lost(LookupState.TIMED_OUT, f"no answer within {seconds:.0f} s")
    except Exception as error:
        logger.exception("look-up broke")
        return _Lost(LookupState.FAILED, plain(f"{type(error).__name__}: {error}")[:REASON_CHARACTERS])


async def _registry(question: _Question) -> tuple[Answer, Answer]:
    """RDAP, then WHOIS only where RDAP has nothing."""
    now = question.now
    if platform := on_free_platform(question.host):
        # The platform's own registration would vouch for whoever took a free name below it.
        reason = f"{platform} gives names away: its registration is not the site's"
        state = LookupState.NO_PUBLIC_SERVICE
        return Answer(Lookup(RDAP, state, reason=reason, asked_at=now)), Answer(
            Lookup(WHOIS, state, reason=reason, asked_at=now)
        )
    other = not isinstance(configured_whois(question.domain, question.config), NoService)
    share = question.left * (RDAP_SHARE if other else 1.0)
    rdap = await lookup_rdap(
        question.domain,
        config=question.config,
        policy=question.policy,
        now=now,
        bounds=question.bounds,
        seconds=share,
    )
    if rdap.lookup.state not in _ASK_WHOIS:
        reason = f"RDAP answered: {rdap.lookup.state}"
        return rdap, Answer(Lookup(WHOIS, LookupState.NOT_ASKED, reason=reason, asked_at=now))
    whois = await lookup_whois(
        question.domain,
        config=question.config,
        policy=question.policy,
        now=now,
        bounds=question.bounds,
        seconds=question.left,
    )
    return rdap, whois


def _lost_registry(lost: _Lost, now: datetime) -> tuple[Answer, Answer]:
    return Answer(lost.lookup(RDAP, now)), Answer(lost.lookup(WHOIS, now))


def _facts(
    question: _Question,
    lookups: tuple[Lookup, ...],
    registration: Registration,
    answers: tuple[DnsAnswer, ...],
    chain: TlsChain,
) -> DomainFacts:
    return DomainFacts(
        domain=question.domain,
        host=question.host,
        observed_at=question.now,
        lookups=lookups,
        registrar=registration.registrar,
        registrar_id=registration.registrar_id,
        registrant=registration.registrant,
        registered_at=registration.registered_at,
        updated_at=registration.updated_at,
        expires_at=registration.expires_at,
        statuses=registration.statuses,
        nameservers=registration.nameservers or servers.name_servers(answers),
        abuse_emails=registration.abuse_emails,
        addresses=servers.addresses(answers),
        mail_servers=servers.mail_servers(answers),
        certificates=servers.certificates(chain),
    )
