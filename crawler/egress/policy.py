"""Which addresses may be dialled: public unicast on the usual ports, and exact exceptions of the operator's."""

from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import NoReturn, Self

from crawler.egress.hostname import Host, parse_host
from crawler.egress.name_servers import MACHINES, NameServers
from crawler.egress.names import MappedAddress, NameMap, NameMapError
from crawler.egress.own import own_addresses
from crawler.egress.refusals import RefusalCounter
from crawler.egress.special import special_block
from crawler.errors import EgressRefusedError, SettingsError

DEFAULT_PORTS = frozenset({80, 443, 8080, 8443})


@dataclass(frozen=True)
class EgressPolicy:
    """``allow``: exact (ip, port) pairs that override every refusal. ``names``: names that are not looked up.
    ``own``: our own public addresses, never dialled. ``refusals`` counts what was refused under this policy."""

    allow: frozenset[tuple[str, int]] = frozenset()
    names: NameMap = field(default_factory=NameMap)
    ports: frozenset[int] = DEFAULT_PORTS
    own: frozenset[str] = frozenset()
    name_servers: NameServers = field(default_factory=lambda: MACHINES, compare=False, repr=False)
    refusals: RefusalCounter = field(default_factory=RefusalCounter, compare=False, repr=False)

    @classmethod
    def parse(cls, egress_allow: str = "", egress_map: str = "", egress_ports: str = "", egress_own: str = "") -> Self:
        """Read the four settings; this machine's own addresses are added to ``own``. Raises SettingsError."""
        ports = _parse_ports(egress_ports) if egress_ports.strip() else DEFAULT_PORTS
        allow = frozenset(_parse_allowed(entry) for entry in _entries(egress_allow))
        try:
            names = NameMap.parse(_entries(egress_map))
        except NameMapError as error:
            raise SettingsError(
                f"egress_map: {error}; write name=ip[:port], name:port=ip:port or *.name=...",
                f"egress_map: {error}; viết tên=ip[:cổng], tên:cổng=ip:cổng hoặc *.tên=...",
            ) from error
        own = own_addresses().union(_parse_own(entry) for entry in _entries(egress_own))
        return cls(allow, names, ports, own)

    def judge(self, ip: str, port: int, *, ports: frozenset[int] | None = None) -> str | None:
        """Why ``ip:port`` may not be dialled, or None when it may. ``ports``: of one protocol, if not the usual."""
        if "%" in ip:
            return "zone id"
        try:
            address = _address(ip)
        except ValueError:
            return "not an address"
        if (str(address), port) in self.allow:
            return None
        if block := special_block(address):
            return block
        if str(address) in self.own:
            return "our own address"
        if port not in (self.ports if ports is None else ports):
            return f"port ({port})"
        return None

    def check(self, ip: str, port: int, *, host: str = "", ports: frozenset[int] | None = None) -> None:
        """Raises EgressRefusedError, counted and logged, when ``ip:port`` may not be dialled."""
        if reason := self.judge(ip, port, ports=ports):
            self.refuse(host=host or ip, ip=ip, port=port, reason=reason)

    def read_host(self, host: str, port: int, *, ports: frozenset[int] | None = None) -> Host:
        """Read ``host`` as a browser does, and judge it if it is an address. Raises EgressRefusedError, counted."""
        try:
            parsed = parse_host(host)
        except EgressRefusedError as error:
            self.refuse(host=host, ip="", port=port, reason=f"malformed ({error})")
        if parsed.ip:
            self.check(parsed.ip, port, host=host, ports=ports)
        return parsed

    def refuse(self, *, host: str, ip: str, port: int, reason: str) -> NoReturn:
        """Count, log and raise the refusal."""
        self.refusals.record(host=host, ip=ip, port=port, reason=reason)
        where = f"{host[:253]}:{port}" if ip in {"", host} else f"{host[:253]} ({ip}:{port})"
        raise EgressRefusedError(f"refused {where}: {reason}")

    def mapped(self, name: str, port: int) -> MappedAddress | None:
        """The address that the operator set for ``name:port``, if any."""
        return self.names.find(name, port)


@lru_cache(maxsize=4096)
def _address(ip: str) -> IPv4Address | IPv6Address:
    return ip_address(ip)


def _entries(setting: str) -> tuple[str, ...]:
    return tuple(entry.strip() for entry in setting.split(",") if entry.strip())


def _parse_ports(setting: str) -> frozenset[int]:
    ports = set()
    for entry in _entries(setting):
        if not entry.isascii() or not entry.isdigit() or not 0 < int(entry) < 65536:
            raise SettingsError(
                f"egress_ports: {entry!r} is no port; write numbers from 1 to 65535, comma-separated",
                f"egress_ports: {entry!r} không phải cổng; viết số từ 1 đến 65535, cách nhau bằng dấu phẩy",
            )
        ports.add(int(entry))
    return frozenset(ports)


def _parse_allowed(entry: str) -> tuple[str, int]:
    try:
        address = MappedAddress.parse(entry)
    except NameMapError as error:
        raise SettingsError(
            f"egress_allow: {error}; write exact ip:port pairs, comma-separated",
            f"egress_allow: {error}; viết các cặp ip:cổng, cách nhau bằng dấu phẩy",
        ) from error
    if address.port is None:
        raise SettingsError(
            f"egress_allow: {entry!r} has no port; write exact ip:port pairs, comma-separated",
            f"egress_allow: {entry!r} không có cổng; viết các cặp ip:cổng, cách nhau bằng dấu phẩy",
        )
    return address.ip, address.port


def _parse_own(entry: str) -> str:
    try:
        ip = parse_host(entry).ip
    except EgressRefusedError:
        ip = ""
    if not ip:
        raise SettingsError(
            f"egress_own: {entry!r} is no address; write addresses, comma-separated",
            f"egress_own: {entry!r} không phải địa chỉ; viết các địa chỉ, cách nhau bằng dấu phẩy",
        )
    return ip
