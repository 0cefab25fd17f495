"""Which public service, if any, answers for a domain: read from a shipped table, never asked of the network."""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from ipaddress import ip_address
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import quote

from crawler.config import Config
from crawler.errors import SettingsError

if TYPE_CHECKING:
    from whoisit.bootstrap import BaseBootstrap

TABLE = "registries.csv"
WHOIS_PORT = 43
VIETNAM = ".vn is looked up by hand at tracuutenmien.gov.vn: its registry forbids automated queries"
RESERVED = frozenset({"example", "test", "invalid", "localhost", "local", "internal", "onion", "alt", "arpa"})
_LOADED = 1_784_772_003  # the table's date in seconds, which the library wants to see


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


def rdap_url(domain: str, config: Config) -> str | NoService:
    """The URL that answers for ``domain`` (A-labels)."""
    if refusal := _refusal(domain, mirrored=bool(config.rdap_base)):
        return refusal
    if config.rdap_base:
        return f"{config.rdap_base.rstrip('/')}/domain/{quote(domain)}"
    from whoisit.errors import QueryError, UnsupportedError  # half a second, which only a look-up should pay
    from whoisit.query import QueryBuilder

    try:
        _, url, _ = QueryBuilder(bootstrap()).build("domain", domain)
    except (UnsupportedError, QueryError):
        return NoService(f".{domain.rpartition('.')[2]} has no public RDAP service")
    return str(url)


def whois_server(domain: str, config: Config) -> WhoisServer | NoService:
    """The server that answers for ``domain``. Raises SettingsError when ``config.whois_server`` is unusable."""
    if refusal := _refusal(domain, mirrored=bool(config.whois_server)):
        return refusal
    if config.whois_server:
        return _configured(config.whois_server)
    tld = domain.rpartition(".")[2]
    _, host = load_registries().get(tld, ("", ""))
    return WhoisServer(host) if host else NoService(f".{tld} has no public WHOIS service")


@cache
def load_registries() -> MappingProxyType[str, tuple[str, str]]:
    """(RDAP base URL, WHOIS host) by top-level domain; "" where there is none."""
    text = files("crawler.enrichment").joinpath(TABLE).read_text(encoding="ascii")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return MappingProxyType({row["tld"]: (row["rdap"], row["whois"]) for row in rows})


@cache
def bootstrap() -> "BaseBootstrap":
    """The RDAP library's registry table, filled from ours: it ships none and would download one."""
    from whoisit.bootstrap import BaseBootstrap

    services = [[[tld], [rdap]] for tld, (rdap, _) in load_registries().items() if rdap]
    unused: dict[str, object] = {"services": [[[], []]]}  # numbers and addresses, which nobody asks about here
    table = BaseBootstrap()
    data: dict[str, object] = {"timestamp": _LOADED, "dns": {"services": services}}
    data |= dict.fromkeys(("asn", "ipv4", "ipv6", "object"), unused)
    table.load_bootstrap_data(data, overrides=True, from_json=False)
    return table


def _refusal(domain: str, *, mirrored: bool) -> NoService | None:
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


def _configured(setting: str) -> WhoisServer:
    host, colon, port = setting.rpartition(":")
    if not colon or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536 or not host:
        raise SettingsError(f"whois_server: {setting!r} is no host:port; write it as whois.example.net:43")
    return WhoisServer(host.strip("[]"), int(port))
