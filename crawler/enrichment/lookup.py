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
from crawler.detection.facts import DomainFacts, Lookup, LookupState, Network
from crawler.detection.hosts import on_free_platform
from crawler.egress.policy import EgressPolicy
from crawler.enrichment import servers
from crawler.enrichment.answer import REASON_CHARACTERS, Answer, Registration, plain
from crawler.enrichment.contract_api import lookup_contract
from crawler.enrichment.courtesy import Courtesy, Unhurried
from crawler.enrichment.networks import SERVICE as NETWORK
from crawler.enrichment.networks import NetworkAnswer, lookup_networks, networks_bytes
from crawler.enrichment.rdap import SERVICE as RDAP
from crawler.enrichment.rdap import lookup_rdap
from crawler.enrichment.registries import NoService, configured_whois, is_address, refuse
from crawler.enrichment.shields import recognise
from crawler.enrichment.statements import statements
from crawler.enrichment.whois import SERVICE as WHOIS
from crawler.enrichment.whois import lookup_whois
from crawler.visit import DnsAnswer, TlsChain
from seeds.hosting import load_hosting
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
    courtesy: Courtesy

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
    host: str,
    *,
    config: Config,
    policy: EgressPolicy,
    now: datetime,
    bounds: Bounds,
    courtesy: Courtesy | None = None,
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
    question = _Question(host, domain, config, policy, now, bounds, deadline, courtesy or Unhurried())
    registry, dns, tls = await asyncio.gather(
        _kept(_registry(question), seconds),
        _kept(_addresses(question), seconds),
        _kept(servers.ask_tls(policy, host, now=now, seconds=min(question.left, TLS_SECONDS)), seconds),
    )
    rdap, whois = registry if not isinstance(registry, _Lost) else _lost_registry(registry, now)
    dns_lookup, answers, networks = dns if not isinstance(dns, _Lost) else (dns.lookup(servers.DNS, now), (), ())
    tls_lookup, chain = tls if not isinstance(tls, _Lost) else (tls.lookup(servers.TLS, now), TlsChain(host))
    lookups = (rdap.lookup, whois.lookup, dns_lookup, tls_lookup, *(answer.lookup for answer in networks))
    facts = _facts(question, lookups, (rdap, whois), answers, chain, networks)
    raw = {
        **rdap.raw,
        **whois.raw,
        NETWORK: networks_bytes(networks),
        servers.DNS: servers.dns_bytes(answers),
        servers.TLS: servers.tls_bytes(chain),
    }
    return Enrichment(facts, {service: data for service, data in raw.items() if data})


async def _addresses(question: _Question) -> tuple[Lookup, tuple[DnsAnswer, ...], tuple[NetworkAnswer, ...]]:
    """The host's records, then the networks of its addresses."""
    seconds = min(question.left, DNS_SECONDS)
    policy, now = question.policy, question.now
    lookup, answers = await servers.ask_dns(policy, question.host, question.domain, now=now, seconds=seconds)
    found = (question.host,) if is_address(question.host) else servers.addresses(answers)
    if not found:
        return lookup, answers, ()
    asking = lookup_networks(
        found,
        config=question.config,
        policy=policy,
        courtesy=question.courtesy,
        now=now,
        bounds=question.bounds,
        seconds=question.left,
    )
    networks = await _kept(asking, question.left)
    if isinstance(networks, _Lost):
        networks = tuple(NetworkAnswer(networks.lookup(NETWORK, now), Network(address)) for address in found[:1])
    return lookup, answers, networks


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
    if question.config.whois_api and (by_contract := await _by_contract(question)):
        return by_contract
    other = not isinstance(configured_whois(question.domain, question.config), NoService)
    share = question.left * (RDAP_SHARE if other else 1.0)
    rdap = await lookup_rdap(
        question.domain,
        config=question.config,
        policy=question.policy,
        now=now,
        bounds=question.bounds,
        seconds=share,
        courtesy=question.courtesy,
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
        courtesy=question.courtesy,
    )
    return rdap, whois


async def _by_contract(question: _Question) -> tuple[Answer, Answer] | None:
    """The contracted service, for endings without a public one; None: it is not asked about this domain."""
    if refuse(question.domain, mirrored=False) is None:
        return None
    answer = await lookup_contract(
        question.domain,
        config=question.config,
        policy=question.policy,
        now=question.now,
        bounds=question.bounds,
        seconds=question.left,
        courtesy=question.courtesy,
    )
    silent = Lookup(RDAP, LookupState.NO_PUBLIC_SERVICE, reason="asked by contract instead", asked_at=question.now)
    return Answer(silent), answer


def _lost_registry(lost: _Lost, now: datetime) -> tuple[Answer, Answer]:
    return Answer(lost.lookup(RDAP, now)), Answer(lost.lookup(WHOIS, now))


def _facts(
    question: _Question,
    lookups: tuple[Lookup, ...],
    registries: tuple[Answer, Answer],
    answers: tuple[DnsAnswer, ...],
    chain: TlsChain,
    networks: tuple[NetworkAnswer, ...],
) -> DomainFacts:
    registration = next((answer.registration for answer in registries if answer.registration), Registration())
    holders = tuple(answer.network for answer in networks)
    shield, sign = recognise(answers, holders)
    platform = load_hosting().match(question.host)
    in_use = servers.name_servers(answers)
    said = [pair for answer in registries for pair in answer.said]
    dns = next(entry for entry in lookups if entry.service == servers.DNS)
    return DomainFacts(
        domain=question.domain,
        host=question.host,
        observed_at=question.now,
        lookups=lookups,
        registrar=registration.registrar,
        registrar_id=registration.registrar_id,
        registrant=registration.registrant,
        registrant_kind=registration.registrant_kind,
        registered_at=registration.registered_at,
        updated_at=registration.updated_at,
        expires_at=registration.expires_at,
        statuses=registration.statuses,
        nameservers=registration.nameservers or in_use,
        abuse_emails=registration.abuse_emails,
        addresses=(question.host,) if is_address(question.host) else servers.addresses(answers),
        mail_servers=servers.mail_servers(answers),
        certificates=servers.certificates(chain),
        dns_records=servers.records(answers),
        networks=holders,
        shield=shield,
        shield_sign=sign,
        platform=platform.id if platform else "",
        logged_at=servers.logged_at(chain),
        statements=statements(said, in_use, dns),
    )
