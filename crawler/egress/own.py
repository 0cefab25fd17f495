"""The addresses of this machine's own interfaces: services on them must not be reached by a detour outside."""

from functools import cache
from ipaddress import IPv6Address
from pathlib import Path

_V4, _V6 = Path("/proc/net/fib_trie"), Path("/proc/net/if_inet6")


@cache
def own_addresses() -> frozenset[str]:
    """As the kernel lists them; empty where it does not (then LACHAN_EGRESS_OWN is all there is)."""
    return frozenset((*_read_v4(_text(_V4)), *_read_v6(_text(_V6))))


def _text(path: Path) -> str:
    try:
        return path.read_text("ascii", "replace")
    except OSError:
        return ""


def _read_v4(text: str) -> set[str]:
    """An address stands on the line before «/32 host LOCAL»."""
    found, before = set(), ""
    for line in text.splitlines():
        if "/32 host LOCAL" in line and before:
            found.add(before)
        before = line.rpartition("|-- ")[2].strip() if "|-- " in line else before
    return found


def _read_v6(text: str) -> set[str]:
    """Each line begins with the address as 32 hexadecimal digits."""
    digits = (line.split(" ", 1)[0] for line in text.splitlines())
    return {str(IPv6Address(bytes.fromhex(each))) for each in digits if len(each) == 32}
