"""Asks who holds the networks of a host's addresses: RDAP, the operator's own files, DNS for who announces them."""

import json
import time
from dataclasses import dataclass, replace
from datetime import datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

from crawler.bounds import Bounds
from crawler.config import Config
from crawler.detection.facts import Lookup, LookupState, Network
from crawler.egress.dns import ask_name_servers
from crawler.egress.http import HttpClient
from crawler.egress.policy import EgressPolicy
from crawler.enrichment.address_bootstrap import lookup_address_url
from crawler.enrichment.answer import MalformedAnswerError, plain
from crawler.enrichment.courtesy import Courtesy
from crawler.enrichment.maxmind import complete_network, maxmind_files
from crawler.enrichment.network_json import parse_network
from crawler.enrichment.rdap_fetch import Fetched, fetch_rdap
from crawler.enrichment.registries import NoService, RdapUrl

SERVICE = "network"
ADDRESSES = 4  # of one host
ASN_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class NetworkAnswer:
    """What was said about one address; ``raw`` is the answer as it came."""

    lookup: Lookup
    network: Network
    raw: bytes = b""


async def lookup_networks(
    addresses: tuple[str, ...],
    *,
    config: Config,
    policy: EgressPolicy,
    courtesy: Courtesy,
    now: datetime,
    bounds: Bounds,
    seconds: float,
) -> tuple[NetworkAnswer, ...]:
    """One answer an address, of the first few; a remote fault never raises.

    Raises SettingsError for an unusable file of the operator's.
    """
    files = maxmind_files(config.maxmind_files)
    deadline = time.monotonic() + seconds
    answers = []
    async with HttpClient(policy) as http:
        for address in addresses[:ADDRESSES]:
            left = max(deadline - time.monotonic(), 0.1)
            found = await _ask(http, address, config, policy, courtesy, now, bounds, left)
            network = complete_network(found.network, files)
            if network.asn is None and not config.rdap_base and found.lookup.state is not LookupState.NO_PUBLIC_SERVICE:
                network = await _announced(network, config, policy, max(deadline - time.monotonic(), 0.1))
            answers.append(replace(found, network=network))
    return tuple(answers)


def networks_bytes(answers: tuple[NetworkAnswer, ...]) -> bytes:
    """The answers as one JSON object by address, for the evidence; what was no JSON is kept as text."""
    said: dict[str, object] = {}
    for answer in answers:
        if answer.raw:
            try:
                said[answer.network.address] = json.loads(answer.raw)
            except (ValueError, RecursionError):
                said[answer.network.address] = answer.raw.decode("utf-8", "replace")
    return json.dumps(said, sort_keys=True).encode() if said else b""


def parse_origin(text: str) -> tuple[int, str] | None:
    """Network number and country of an answer such as «13335 | 192.0.2.0/24 | US | arin | 2014-03-28»."""
    parts = [part.strip() for part in text.strip('"').split("|")]
    first = parts[0].split(" ")[0] if parts else ""
    if len(parts) < 3 or not first.isascii() or not first.isdigit() or len(first) > 10:
        return None
    return int(first), parts[2] if len(parts[2]) == 2 and parts[2].isalpha() else ""


async def _ask(
    http: HttpClient,
    address: str,
    config: Config,
    policy: EgressPolicy,
    courtesy: Courtesy,
    now: datetime,
    bounds: Bounds,
    seconds: float,
) -> NetworkAnswer:
    bare = Network(address)

    def ended(state: LookupState, reason: str, source: str = "", raw: bytes = b"") -> NetworkAnswer:
        return NetworkAnswer(Lookup(SERVICE, state, source, f"{address}: {reason}", now), bare, raw)

    url = await lookup_address_url(address, config=config, policy=policy, now=now, seconds=seconds / 2)
    if not isinstance(url, RdapUrl):
        state = LookupState.NO_PUBLIC_SERVICE if isinstance(url, NoService) else LookupState.FAILED
        return ended(state, url.reason)
    answer = await fetch_rdap(http, url.url, courtesy=courtesy, bounds=bounds, seconds=seconds, now=now)
    if not isinstance(answer, Fetched):
        return ended(answer.state, answer.reason, answer.source, answer.body)
    source = urlsplit(answer.url).netloc[:255]
    if answer.status == 404:
        return ended(LookupState.FAILED, "the registry does not know its network", source, answer.body)
    try:
        network = parse_network(answer.body, address, source)
    except MalformedAnswerError as error:
        return ended(LookupState.FAILED, f"the answer is {error}", source, answer.body)
    return NetworkAnswer(Lookup(SERVICE, LookupState.FOUND, source, address, answer.asked_at), network, answer.body)


async def _announced(network: Network, config: Config, policy: EgressPolicy, seconds: float) -> Network:
    """The number of the network that announces the address, from the setting's DNS zone."""
    if not config.asn_zone:
        return network
    number = ip_address(network.address)
    labels = number.reverse_pointer.removesuffix(".in-addr.arpa").removesuffix(".ip6.arpa")
    zone = config.asn_zone if number.version == 4 else config.asn_zone.replace("origin.", "origin6.", 1)
    seconds = min(seconds, ASN_SECONDS)
    for answer in await ask_name_servers(policy, f"{labels}.{zone}", seconds=seconds, types=("TXT",)):
        for value in answer.values:
            if origin := parse_origin(plain(value)):
                return replace(network, asn=origin[0], country=network.country or origin[1])
    return network
