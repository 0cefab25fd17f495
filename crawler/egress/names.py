"""The operator's name map: names that are not looked up, because a test, a demo or a mirror says where they are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Self


class NameMapError(ValueError):
    """An entry cannot be read."""


@dataclass(frozen=True, slots=True)
class MappedAddress:
    """Where a name leads; ``port`` None keeps the port that was asked for."""

    ip: str
    port: int | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``ip``, ``ip:port``, ``[ip6]`` or ``[ip6]:port``. Raises NameMapError."""
        host, port = _split_port(text)
        try:
            return cls(str(ip_address(host.strip("[]"))), port)
        except ValueError as error:
            raise NameMapError(f"{text!r} does not begin with an IP address") from error


@dataclass(frozen=True, slots=True)
class NameMap:
    """``exact`` by (name, port), port 0 for any; ``wildcard`` by parent domain in the same way."""

    exact: Mapping[tuple[str, int], MappedAddress] = field(default_factory=dict)
    wildcard: Mapping[tuple[str, int], MappedAddress] = field(default_factory=dict)

    @classmethod
    def parse(cls, entries: Iterable[str]) -> Self:
        """Read ``name=ip[:port]``, ``name:port=ip:port`` and ``*.name...=``. Raises NameMapError."""
        exact: dict[tuple[str, int], MappedAddress] = {}
        wildcard: dict[tuple[str, int], MappedAddress] = {}
        for entry in entries:
            left, equals, right = entry.partition("=")
            name, port = _split_port(left.strip())
            name = name.lower().removesuffix(".")
            if not equals or not name.strip("*."):
                raise NameMapError(f"{entry!r} is no name=address")
            table = wildcard if name.startswith("*.") else exact
            table[name.removeprefix("*."), port or 0] = MappedAddress.parse(right.strip())
        return cls(exact, wildcard)

    def __bool__(self) -> bool:
        return bool(self.exact or self.wildcard)

    def find(self, name: str, port: int) -> MappedAddress | None:
        """The nearest entry: exact before wildcard, with a port before without, a longer parent before a shorter."""
        found = self.exact.get((name, port)) or self.exact.get((name, 0))
        if found or not self.wildcard:
            return found
        _, dot, parent = name.partition(".")
        while dot:
            if found := self.wildcard.get((parent, port)) or self.wildcard.get((parent, 0)):
                return found
            _, dot, parent = parent.partition(".")
        return None


def _split_port(text: str) -> tuple[str, int | None]:
    host, colon, port = text.rpartition(":")
    if not colon or text.endswith("]") or (":" in host and not host.endswith("]")):
        return text, None  # no port, or a bare IPv6 address
    if not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise NameMapError(f"{text!r} does not end in a port from 1 to 65535")
    return host, int(port)
