"""Which RDAP server answers for an address: IANA's ipv4 and ipv6 registries, fetched at most once a week."""

import json
import logging
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from pathlib import Path
from urllib.parse import quote, urljoin

from crawler.config import Config
from crawler.egress.http import FetchError, HttpClient
from crawler.egress.policy import EgressPolicy
from crawler.enrichment.answer import REASON_CHARACTERS, MalformedAnswerError, plain
from crawler.enrichment.bootstrap_json import MAX_BYTES, is_base
from crawler.enrichment.registries import NoService, RdapUrl, UnknownService
from crawler.errors import EgressRefusedError

logger = logging.getLogger(__name__)
KEPT = timedelta(days=7)
PAUSE = timedelta(hours=1)
MIN_SERVICES = 4  # five regional registries: what is smaller was cut or is something else
MAX_NETWORKS = 5_000
_HEADERS = {"Accept": "application/json", "User-Agent": "lachan (address look-up)"}
# Addresses of examples: a mirror may know them, the public registries do not.
_DOCUMENTATION = tuple(map(ip_network, ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")))
_Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class AddressBootstrap:
    """RDAP bases by network, the narrowest first."""

    fetched_at: datetime
    services: tuple[tuple[_Network, str], ...]

    def base(self, address: IPv4Address | IPv6Address) -> str:
        """The base URL for an address, or ""."""
        return next((url for network, url in self.services if address in network), "")


_KEPT: dict[Path, AddressBootstrap] = {}
_TRIED: dict[Path, tuple[datetime, str]] = {}


async def lookup_address_url(
    address: str, *, config: Config, policy: EgressPolicy, now: datetime, seconds: float
) -> RdapUrl | NoService | UnknownService:
    """The URL that asks about an address, of which the bootstrap may have to be fetched first."""
    number = ip_address(address)
    if config.rdap_base and (number.is_global or any(number in network for network in _DOCUMENTATION)):
        return RdapUrl(f"{config.rdap_base.rstrip('/')}/ip/{quote(address)}")
    if config.rdap_base or not number.is_global:
        return NoService("a private or reserved address belongs to no public network")
    found = await _bootstrap(number.version, config, policy, now, seconds)
    if isinstance(found, str):
        return UnknownService(f"no RDAP server known: the bootstrap could not be fetched ({found})"[:REASON_CHARACTERS])
    base = found.base(number)
    return RdapUrl(f"{base.rstrip('/')}/ip/{quote(address)}") if base else NoService("no registry has this network")


async def refresh_address_bootstrap(
    version: int, *, config: Config, policy: EgressPolicy, now: datetime, seconds: float
) -> int:
    """Fetches the registry anew, whatever the copy's age; how many networks it names.

    Raises FetchError, EgressRefusedError or MalformedAnswerError.
    """
    url, path = _places(version, config)
    async with HttpClient(policy) as http:
        answer = await http.fetch("GET", url, headers=_HEADERS, max_bytes=MAX_BYTES, seconds=seconds)
    if answer.status != 200 or answer.truncated:
        raise MalformedAnswerError(f"{url}: HTTP {answer.status}, {len(answer.body)} bytes")
    found = parse_address_bootstrap(answer.body, version, now)
    _KEPT[path] = found
    _write(path, answer.body, now)
    return len(found.services)


def parse_address_bootstrap(body: bytes, version: int, now: datetime) -> AddressBootstrap:
    """The registry as it came (RFC 9224). Raises MalformedAnswerError."""
    try:
        answer = json.loads(body[: MAX_BYTES + 1])
        entries = answer["services"]
        pairs = [(ip_network(name), url) for names, urls in entries for name in names if (url := _first(urls))]
    except (ValueError, RecursionError, KeyError, TypeError) as error:
        raise MalformedAnswerError(f"no address bootstrap ({type(error).__name__})") from error
    pairs = [(network, url) for network, url in pairs if network.version == version]
    if len({url for _, url in pairs}) < MIN_SERVICES or len(pairs) > MAX_NETWORKS:
        raise MalformedAnswerError(f"not whole: {len(pairs)} networks")
    return AddressBootstrap(now, tuple(sorted(pairs, key=lambda pair: -pair[0].prefixlen)))


async def _bootstrap(
    version: int, config: Config, policy: EgressPolicy, now: datetime, seconds: float
) -> AddressBootstrap | str:
    _, path = _places(version, config)
    kept = _KEPT.get(path) or _load(path, version, now)
    if kept and timedelta() <= now - kept.fetched_at < KEPT:
        return kept
    tried, fault = _TRIED.get(path, (None, ""))
    if tried is None or abs(now - tried) >= PAUSE:
        _TRIED[path] = (now, "no answer in time")
        try:
            await refresh_address_bootstrap(version, config=config, policy=policy, now=now, seconds=seconds)
        except (FetchError, EgressRefusedError, MalformedAnswerError) as error:
            fault = plain(str(error))
            _TRIED[path] = (now, fault)
            logger.warning("the RDAP bootstrap of addresses could not be fetched: %s", fault)
    return _KEPT.get(path) or kept or fault


def _places(version: int, config: Config) -> tuple[str, Path]:
    name = f"ipv{version}"
    return urljoin(config.rdap_bootstrap, f"{name}.json"), config.data_dir.absolute() / f"rdap-bootstrap-{name}.json"


def _load(path: Path, version: int, now: datetime) -> AddressBootstrap | None:
    try:
        with path.open("rb") as file:
            kept = json.loads(file.read(2 * MAX_BYTES))
        when = datetime.fromisoformat(kept["fetched_at"])
        found = parse_address_bootstrap(json.dumps(kept["registry"]).encode(), version, when)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, RecursionError, MalformedAnswerError) as error:
        logger.warning("%s is not used: %s", path, plain(str(error)))
        return None
    if when.tzinfo is None or when > now:
        return None
    _KEPT[path] = found
    return found


def _write(path: Path, body: bytes, now: datetime) -> None:
    """Whole or not at all; a copy that cannot be written costs the next process a fetch and nothing else."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            file.write(json.dumps({"fetched_at": now.isoformat(), "registry": json.loads(body)}).encode())
        Path(file.name).replace(path)
    except OSError as error:
        logger.warning("%s could not be written: %s", path, error)


def _first(urls: object) -> str:
    if not isinstance(urls, list):
        raise TypeError("no list of URLs")
    return next((url for url in urls if isinstance(url, str) and is_base(url)), "")
