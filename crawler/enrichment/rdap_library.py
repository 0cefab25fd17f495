"""Hands the RDAP library the little table that it wants before it builds or reads anything: it never downloads one."""

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from whoisit.bootstrap import BaseBootstrap

_LOADED = 1_000_000_000  # a date that the library wants to see and that nothing here reads


@lru_cache(maxsize=512)
def library_table(tld: str = "", base: str = "") -> "BaseBootstrap":
    """The library's registry table for one ending (none: for reading answers), with its own corrections on top."""
    from whoisit.bootstrap import BaseBootstrap  # half a second, which only a look-up should pay

    unused: dict[str, object] = {"services": [[[], []]]}  # numbers and addresses, which nobody asks about here
    data: dict[str, object] = {"timestamp": _LOADED, **dict.fromkeys(("asn", "ipv4", "ipv6", "object"), unused)}
    data["dns"] = {"services": [[[tld], [base]]]} if base else unused
    table = BaseBootstrap()
    table.load_bootstrap_data(data, overrides=True, from_json=False)
    return table


def build_url(domain: str, base: str) -> str:
    """The URL that asks about ``domain`` below ``base`` or below the library's correction of it; "" for neither."""
    from whoisit.errors import QueryError, UnsupportedError
    from whoisit.query import QueryBuilder

    try:
        _, url, _ = QueryBuilder(library_table(domain.rpartition(".")[2], base)).build("domain", domain)
    except (UnsupportedError, QueryError):
        return ""
    return str(url)
