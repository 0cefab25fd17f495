"""Which addresses may be dialled, block by block and in general."""

from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import config
from crawler.config import Config
from crawler.egress.own import _read_v4, _read_v6
from crawler.egress.policy import EgressPolicy
from crawler.errors import EgressRefusedError, SettingsError

REFUSED = {
    "0.0.0.0": "unspecified",
    "0.1.2.3": "this network",
    "10.0.0.1": "private",
    "10.255.255.255": "private",
    "100.64.0.1": "carrier-grade NAT",
    "100.127.255.254": "carrier-grade NAT",
    "100.100.100.200": "metadata",
    "127.0.0.1": "loopback",
    "127.255.255.254": "loopback",
    "168.63.129.16": "metadata",
    "169.254.0.1": "link-local",
    "169.254.169.254": "metadata",
    "169.254.170.2": "metadata",
    "172.16.0.1": "private",
    "172.31.255.255": "private",
    "192.0.0.1": "reserved",
    "192.0.0.192": "metadata",
    "192.0.2.1": "documentation",
    "192.88.99.1": "6to4 relay",
    "192.168.1.1": "private",
    "198.18.0.1": "benchmark",
    "198.19.255.255": "benchmark",
    "198.51.100.7": "documentation",
    "203.0.113.7": "documentation",
    "224.0.0.1": "multicast",
    "239.255.255.255": "multicast",
    "240.0.0.1": "reserved",
    "255.255.255.255": "broadcast",
    "::": "unspecified",
    "::1": "loopback",
    "::7f00:1": "IPv4-compatible",
    "::808:808": "IPv4-compatible",
    "::ffff:127.0.0.1": "IPv4-mapped",
    "::ffff:8.8.8.8": "IPv4-mapped",
    "::ffff:0:127.0.0.1": "IPv4-translated",
    "64:ff9b::7f00:1": "NAT64",
    "64:ff9b::808:808": "NAT64",
    "64:ff9b:1::1": "local-use NAT64",
    "100::1": "discard",
    "2001::1": "Teredo",
    "2001:2::1": "benchmark",
    "2001:10::1": "reserved",
    "2001:20::1": "reserved",
    "2001:db8::1": "documentation",
    "2002:7f00:1::": "6to4",
    "3fff::1": "documentation",
    "2600::5efe:7f00:1": "ISATAP",
    "2600::200:5efe:808:808": "ISATAP",
    "5f00::1": "reserved",
    "4000::1": "reserved",
    "fc00::1": "unique local",
    "fd00:ec2::254": "metadata",
    "fd20:ce::254": "metadata",
    "fd12:3456::1": "unique local",
    "fe80::1": "link-local",
    "fe80::1%eth0": "zone id",
    "2600::1%1": "zone id",
    "fec0::1": "site-local",
    "ff02::1": "multicast",
    "": "not an address",
    "127.1": "not an address",
    "localhost": "not an address",
}
PUBLIC = (
    "8.8.8.8",
    "1.1.1.1",
    "103.21.244.1",
    "172.15.255.255",
    "172.32.0.1",
    "100.63.0.1",
    "2606:4700::1111",
    "2405:4800::1",
)


@pytest.mark.parametrize(("ip", "reason"), REFUSED.items())
def test_a_special_address_is_refused_by_name(ip: str, reason: str) -> None:
    policy = EgressPolicy()
    assert policy.judge(ip, 80) == reason
    with pytest.raises(EgressRefusedError, match=reason):
        policy.check(ip, 80)
    assert policy.refusals.counts() == {reason: 1}


@pytest.mark.parametrize("ip", PUBLIC)
def test_a_public_address_may_be_dialled_on_usual_ports_alone(ip: str) -> None:
    policy = EgressPolicy()
    assert policy.judge(ip, 443) is None
    assert policy.judge(ip, 22) == "port (22)"
    assert policy.judge(ip, 43, ports=frozenset({43})) is None
    assert policy.judge(ip, 443, ports=frozenset({43})) == "port (443)"


@given(st.ip_addresses(v=4))
def test_no_ipv4_address_gets_through_inside_an_ipv6_one(inner: IPv4Address) -> None:
    policy = EgressPolicy()
    carriers = (
        f"::ffff:{inner}",
        f"::{inner}",
        f"::ffff:0:{inner}",
        f"64:ff9b::{inner}",
        f"64:ff9b:1::{inner}",
        str(IPv6Address((0x2002 << 112) | (int(inner) << 80) | 1)),
        str(IPv6Address((0x20010000 << 96) | int(inner))),
        f"2600::5efe:{inner}",
        f"fe80::200:5efe:{inner}",
    )
    assert all(policy.judge(carrier, 80) for carrier in carriers)


@given(st.ip_addresses())
def test_whatever_the_library_calls_unroutable_is_refused(address: IPv4Address | IPv6Address) -> None:
    if not address.is_global or address.is_multicast or address.is_reserved:
        assert EgressPolicy().judge(str(address), 80) is not None


@given(st.ip_addresses(), st.integers(1, 65535), st.integers(1, 65535))
def test_only_the_exact_pair_overrides(address: IPv4Address | IPv6Address, port: int, other: int) -> None:
    text = f"[{address}]:{port}" if address.version == 6 else f"{address}:{port}"
    policy = EgressPolicy.parse(text)
    assert policy.judge(str(address), port) is None
    if other != port:
        assert policy.judge(str(address), other) == EgressPolicy().judge(str(address), other)
    neighbour = ip_address(int(address) ^ 1) if address.version == 4 else IPv6Address(int(address) ^ 1)
    assert policy.judge(str(neighbour), port) == EgressPolicy().judge(str(neighbour), port)


def test_whoever_dials_goes_by_every_setting() -> None:
    words = {"allow": "10.0.0.1:80", "map": "a.example=10.0.0.1", "ports": "443", "own": "8.8.8.8"}
    settings = Config(**{f"egress_{name}": value for name, value in words.items()})  # type: ignore[arg-type]
    assert settings.egress_policy() == EgressPolicy.parse("10.0.0.1:80", "a.example=10.0.0.1", "443", "8.8.8.8")
    folder = Path(config.__file__).parent.parent
    files = [*folder.glob("crawler/**/*.py"), *folder.glob("takedown/**/*.py")]
    assert [file.name for file in files if ".egress_allow" in file.read_text(encoding="utf-8")] == ["config.py"]


def test_our_own_addresses_are_refused() -> None:
    policy = EgressPolicy.parse("8.8.8.8:443", egress_own="8.8.8.8, 2606:4700::1111")
    assert policy.judge("8.8.8.8", 80) == "our own address"
    assert policy.judge("2606:4700:0::1111", 80) == "our own address"
    assert policy.judge("8.8.8.8", 443) is None


def test_the_map_prefers_what_is_nearer() -> None:
    entries = "a.example=9.9.9.9, a.example:80=9.9.9.8:8080, *.example=9.9.9.7, *.deep.example:443=[2606:4700::1]:8443"
    policy = EgressPolicy.parse(egress_map=entries)
    found = {
        (name, port): policy.mapped(name, port)
        for name, port in (("a.example", 443), ("a.example", 80), ("b.example", 80), ("x.y.deep.example", 443))
    }
    assert [(entry.ip, entry.port) for entry in found.values() if entry] == [
        ("9.9.9.9", None),
        ("9.9.9.8", 8080),
        ("9.9.9.7", None),
        ("2606:4700::1", 8443),
    ]
    assert policy.mapped("example", 80) is None
    assert policy.mapped("aexample", 80) is None


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        (("127.0.0.1", "", ""), "egress_allow.*no port"),
        (("localhost:80", "", ""), "egress_allow.*does not begin with an IP"),
        (("127.0.0.1:0", "", ""), "egress_allow.*port"),
        (("127.0.0.0/8:80", "", ""), "egress_allow"),
        (("", "a.example", ""), "egress_map.*name=ip"),
        (("", "a.example=b.example", ""), "egress_map"),
        (("", "*.=1.1.1.1", ""), "egress_map"),
        (("", "a.example:x=1.1.1.1", ""), "egress_map"),
        (("", "", "80,http"), "egress_ports.*'http'"),
        (("", "", "70000"), "egress_ports"),
    ],
)
def test_an_unreadable_setting_says_what_to_write(setting: tuple[str, str, str], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        EgressPolicy.parse(*setting)


def test_the_addresses_of_this_machine_are_read_as_the_kernel_lists_them() -> None:
    line = "        /32 host LOCAL\n"
    trie = f"  +-- 0.0.0.0/0\n     |-- 203.0.114.7\n{line}     |-- 203.0.114.255\n        /32 link BROADCAST\n"
    assert _read_v4(trie) == {"203.0.114.7"}
    assert _read_v6("2a0000000000000000000000000000ff 02 40 00 80 eth0\nnonsense\n") == {"2a00::ff"}
    with pytest.raises(SettingsError, match="egress_own: 'nobody' is no address"):
        EgressPolicy.parse(egress_own="nobody")
