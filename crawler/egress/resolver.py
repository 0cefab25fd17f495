"""From a host to the addresses that may be dialled for it, as one step: whoever dials these looks nothing up again."""

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address

from crawler.egress.hostname import Host
from crawler.egress.name_servers import is_silence
from crawler.egress.policy import EgressPolicy
from crawler.errors import CrawlerError, EgressRefusedError

LOOKUPS_AT_ONCE = 32
ENDPOINTS = 16  # of one name; more is no ordinary site's answer


class NameNotFoundError(CrawlerError):
    """The name has no address, or its name servers did not say."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A judged address: dial exactly this."""

    ip: str
    port: int

    @property
    def family(self) -> socket.AddressFamily:
        return socket.AF_INET6 if ":" in self.ip else socket.AF_INET

    def __str__(self) -> str:
        return f"[{self.ip}]:{self.port}" if ":" in self.ip else f"{self.ip}:{self.port}"


class Resolver:
    """Each returned endpoint was judged. Raises EgressRefusedError when none may be dialled, NameNotFoundError when
    there is none."""

    def __init__(self, policy: EgressPolicy, *, ports: frozenset[int] | None = None) -> None:
        self.policy = policy
        self._ports = ports

    async def resolve(self, host: str, port: int) -> tuple[Endpoint, ...]:
        """Look ``host`` up without blocking the loop; the caller bounds the time."""
        parsed, known = self._known(host, port)
        if known is None:
            known = await asyncio.get_running_loop().run_in_executor(_threads(), self._look_up, parsed.name, port)
        return self._judged(host, known)

    def resolve_now(self, host: str, port: int) -> tuple[Endpoint, ...]:
        """The same, blocking."""
        parsed, known = self._known(host, port)
        if known is None:
            known = self._look_up(parsed.name, port)
        return self._judged(host, known)

    def _known(self, host: str, port: int) -> tuple[Host, tuple[Endpoint, ...] | None]:
        """What needs no look-up: a name of the map's, or an address however it is spelt."""
        parsed = self.policy.read_host(host, port, ports=self._ports)
        if parsed.ip:
            return parsed, (Endpoint(parsed.ip, port),)
        if mapped := self.policy.mapped(parsed.name, port):
            return parsed, (Endpoint(mapped.ip, mapped.port or port),)
        return parsed, None

    def _look_up(self, name: str, port: int) -> tuple[Endpoint, ...]:
        """Ask, and note whether anybody answered."""
        answered = True
        try:
            return _look_up(name, port)
        except NameNotFoundError as error:
            cause = error.__cause__
            answered = not (isinstance(cause, OSError | UnicodeError) and is_silence(cause))
            raise
        finally:
            self.policy.name_servers.note(name, answered=answered)

    def _judged(self, host: str, endpoints: tuple[Endpoint, ...]) -> tuple[Endpoint, ...]:
        if not endpoints:
            raise NameNotFoundError(f"{host[:253]}: the name has no address")
        passed = []
        refusal: EgressRefusedError | None = None
        for endpoint in endpoints:
            try:
                self.policy.check(endpoint.ip, endpoint.port, host=host, ports=self._ports)
                passed.append(endpoint)
            except EgressRefusedError as error:
                refusal = refusal or error
        if not passed and refusal:
            raise refusal
        return tuple(passed)


@cache
def _threads() -> ThreadPoolExecutor:
    # The loop's own pool has a handful of threads on a small machine; slow name servers would hold all of them.
    return ThreadPoolExecutor(LOOKUPS_AT_ONCE, thread_name_prefix="getaddrinfo")


def _look_up(name: str, port: int) -> tuple[Endpoint, ...]:
    """Distinct addresses in the system's order. A scope id is kept in the text, to be refused."""
    try:
        answers = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NameNotFoundError(f"{name}: {error}") from error
    found: dict[str, None] = {}
    for _, _, _, _, address in answers[: 2 * ENDPOINTS]:
        ip = str(ip_address(str(address[0]).partition("%")[0]))
        found[f"{ip}%{address[3]}" if len(address) == 4 and address[3] else ip] = None
    return tuple(Endpoint(ip, port) for ip in found)[:ENDPOINTS]
