"""Which public service, if any, answers for a domain: the bootstrap says it, or a small table without it."""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from ipaddress import ip_address
from types import MappingProxyType
from urllib.parse import quote

from crawler.config import Config
from crawler.egress.policy import EgressPolicy
from crawler.enrichment.answer import REASON_CHARACTERS
from crawler.enrichment.bootstrap import NoBootstrap, lookup_bootstrap
from crawler.enrichment.rdap_library import build_url
from crawler.errors import SettingsError

TABLE = "registries.toml"
WHOIS_PORT = 43
BOOTSTRAP_SECONDS = 10.0
VIETNAM = ".vn is looked up by hand at tracuutenmien.gov.vn: its registry forbids automated queries"
RESERVED = frozenset({"example", "test", "invalid", "localhost", "local", "internal", "onion", "alt", "arpa"})


@dataclass(frozen=True, slots=True)
class RdapUrl:
    """The URL that asks about one domain. ``confirmed``: its server was named by the bootstrap or by a setting."""

    url: str
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class WhoisServer:
    """Where to ask for WHOIS."""

    host: str
    port: int = WHOIS_PORT

    def __str__(self) -> str:
        return self.host if self.port == WHOIS_PORT else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class NoService:
    """Nobody may be asked; ``reason`` says why."""

    reason: str


@dataclass(frozen=True, slots=True)
class UnknownService:
    """Who answers could not be found out; ``reason`` says why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Registry:
    """What the shipped table says of an ending; "" where it says nothing."""

    rdap: str = ""
    whois: str = ""


async def lookup_rdap_url(
    domain: str, *, config: Config, policy: EgressPolicy, now: datetime, seconds: float
) -> RdapUrl | NoService | UnknownService:
    """The URL that answers for ``domain`` (A-labels), of which the bootstrap may have to be fetched first."""
    if refusal := refuse(domain, mirrored=bool(config.rdap_base)):
        return refusal
    if config.rdap_base:
        return RdapUrl(f"{config.rdap_base.rstrip('/')}/domain/{quote(domain)}")
    tld = domain.rpartition(".")[2]
    bootstrap = await lookup_bootstrap(config, policy=policy, now=now, seconds=min(BOOTSTRAP_SECONDS, seconds / 2))
    if isinstance(bootstrap, NoBootstrap):
        if url := build_url(domain, load_registries().get(tld, Registry()).rdap):
            return RdapUrl(url, confirmed=False)
        reason = f"no RDAP server known: bootstrap could not be fetched ({bootstrap.reason})"
        return UnknownService(reason[:REASON_CHARACTERS])
    if url := build_url(domain, bootstrap.services.get(tld, "")):
        return RdapUrl(url)
    return NoService(f".{tld} has no public RDAP service")


def configured_whois(domain: str, config: Config) -> WhoisServer | NoService | None:
    """The setting's server for ``domain``, or why none may be asked; None: the registry's has to be looked for.

    Raises SettingsError when ``config.whois_server`` is unusable.
    """
    if refusal := refuse(domain, mirrored=bool(config.whois_server)):
        return refusal
    return _read_setting(config.whois_server) if config.whois_server else None


@cache
def load_registries() -> MappingProxyType[str, Registry]:
    """The shipped table by ending."""
    table = tomllib.loads(files("crawler.enrichment").joinpath(TABLE).read_text(encoding="utf-8"))
    return MappingProxyType(
        {tld: Registry(entry.get("rdap", ""), entry.get("whois", "")) for tld, entry in table.items()}
    )


def refuse(domain: str, *, mirrored: bool) -> NoService | None:
    """Why nobody may be asked about ``domain``; a mirror may know more names than the public registries."""
    tld = domain.rpartition(".")[2]
    if tld == "vn":
        return NoService(VIETNAM)
    if mirrored:
        return None
    if is_address(domain):
        return NoService("an address has no domain registration")
    if tld in RESERVED or "." not in domain:
        return NoService(f".{tld} is reserved and registers nothing")
    return None


def is_address(host: str) -> bool:
    """Is ``host`` an IP address, bracketed or not?"""
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def _read_setting(setting: str) -> WhoisServer:
    host, colon, port = setting.rpartition(":")
    if not colon or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536 or not host:
        raise SettingsError(
            f"whois_server: {setting!r} is no host:port; write it as whois.example.net:43",
            f"whois_server: {setting!r} không phải máy:cổng; viết như whois.example.net:43",
        )
    return WhoisServer(host.strip("[]"), int(port))
