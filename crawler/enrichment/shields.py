"""Recognises a CDN or reverse proxy before a host: the address that is seen is then not the site's own."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from crawler.detection.facts import Network
from crawler.visit import DnsAnswer


@dataclass(frozen=True, slots=True)
class Shield:
    """One operator and the signs of it."""

    id: str
    name: str
    cnames: tuple[str, ...] = ()
    networks: tuple[IPv4Network | IPv6Network, ...] = ()
    asns: frozenset[int] = frozenset()


def recognise(answers: tuple[DnsAnswer, ...], networks: tuple[Network, ...]) -> tuple[str, str]:
    """The operator's name and the sign that gave it away; two empty texts when none is recognised."""
    targets = [value.rstrip(".").lower() for answer in answers if answer.type == "CNAME" for value in answer.values]
    seen = [value for answer in answers if answer.type in {"A", "AAAA"} for value in answer.values]
    for shield in load_shields():
        for target in targets:
            if any(target == name or target.endswith(f".{name}") for name in shield.cnames):
                return shield.name, f"CNAME {target}"
        for address in seen:
            if within := next((network for network in shield.networks if _holds(network, address)), None):
                return shield.name, f"{address} in {within}"
        for entry in networks:
            if entry.asn in shield.asns:
                return shield.name, f"{entry.address} in AS{entry.asn}"
    return "", ""


@cache
def load_shields() -> tuple[Shield, ...]:
    """The shipped table."""
    table = tomllib.loads(files("crawler.enrichment").joinpath("shields.toml").read_text(encoding="utf-8"))
    return tuple(
        Shield(
            id=key,
            name=entry["name"],
            cnames=tuple(entry.get("cnames", ())),
            networks=tuple(map(ip_network, entry.get("networks", ()))),
            asns=frozenset(entry.get("asns", ())),
        )
        for key, entry in table.items()
    )


def _holds(network: IPv4Network | IPv6Network, address: str) -> bool:
    try:
        return ip_address(address) in network
    except ValueError:
        return False
