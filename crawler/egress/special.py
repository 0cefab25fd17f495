"""The address blocks that nobody outside may make us dial, each with the name that a refusal gives."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

# The standard library's is_global lags behind the registries and differs between Python versions, hence our own table:
# IANA's special-purpose registries (RFC 6890 and its updates), narrowest first where blocks overlap.
_V4 = (
    ("255.255.255.255/32", "broadcast"),
    ("169.254.169.254/32", "metadata"),
    ("169.254.170.2/32", "metadata"),
    ("100.100.100.200/32", "metadata"),
    ("192.0.0.192/32", "metadata"),
    ("168.63.129.16/32", "metadata"),  # a public address, yet it answers only from inside that cloud
    ("0.0.0.0/32", "unspecified"),
    ("0.0.0.0/8", "this network"),
    ("10.0.0.0/8", "private"),
    ("100.64.0.0/10", "carrier-grade NAT"),
    ("127.0.0.0/8", "loopback"),
    ("169.254.0.0/16", "link-local"),
    ("172.16.0.0/12", "private"),
    ("192.0.0.0/24", "reserved"),
    ("192.0.2.0/24", "documentation"),
    ("192.31.196.0/24", "reserved"),
    ("192.52.193.0/24", "reserved"),
    ("192.88.99.0/24", "6to4 relay"),
    ("192.168.0.0/16", "private"),
    ("192.175.48.0/24", "reserved"),
    ("198.18.0.0/15", "benchmark"),
    ("198.51.100.0/24", "documentation"),
    ("203.0.113.0/24", "documentation"),
    ("224.0.0.0/4", "multicast"),
    ("240.0.0.0/4", "reserved"),
)
_V6 = (
    ("fd00:ec2::254/128", "metadata"),
    ("fd20:ce::254/128", "metadata"),
    ("fd00:c1::a9fe:a9fe/128", "metadata"),
    ("::/128", "unspecified"),
    ("::1/128", "loopback"),
    ("::ffff:0:0/96", "IPv4-mapped"),
    ("::/96", "IPv4-compatible"),
    ("::ffff:0:0:0/96", "IPv4-translated"),
    ("64:ff9b::/96", "NAT64"),
    ("64:ff9b:1::/48", "local-use NAT64"),
    ("100::/64", "discard"),
    ("2001::/32", "Teredo"),
    ("2001:2::/48", "benchmark"),
    ("2001:db8::/32", "documentation"),
    ("2001::/23", "reserved"),
    ("2002::/16", "6to4"),
    ("3fff::/20", "documentation"),
    ("fc00::/7", "unique local"),
    ("fe80::/10", "link-local"),
    ("fec0::/10", "site-local"),
    ("ff00::/8", "multicast"),
)
_V4_BLOCKS = tuple((IPv4Network(block), name) for block, name in _V4)
_V6_BLOCKS = tuple((IPv6Network(block), name) for block, name in _V6)
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_ISATAP = frozenset({0x00005EFE, 0x02005EFE})  # the upper half of the interface identifier


def special_block(address: IPv4Address | IPv6Address) -> str:
    """The name of the special-purpose block that ``address`` lies in, or "" for ordinary public unicast."""
    if isinstance(address, IPv4Address):
        return next((name for block, name in _V4_BLOCKS if address in block), "")
    if name := next((name for block, name in _V6_BLOCKS if address in block), ""):
        return name
    if (int(address) >> 32) & 0xFFFFFFFF in _ISATAP:
        return "ISATAP"
    return "" if address in _GLOBAL_UNICAST else "reserved"
