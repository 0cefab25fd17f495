"""Every spelling of an address is read as that address."""

from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.egress.hostname import parse_host
from crawler.egress.policy import EgressPolicy
from crawler.egress.resolver import Resolver
from crawler.errors import EgressRefusedError

LOOPBACK = (
    "127.0.0.1", "127.0.0.1.", "127.1", "127.1.", "127.0.1", "2130706433", "2130706433.", "0x7f000001", "0X7F000001",
    "0x7F.0x0.0x0.0x1", "0x7f.1", "0x7f.0.1", "0177.0.0.1", "0177.0.0.01", "0177.1", "017700000001", "00000177.0.0.1",
    "127.0x1", "127.0.0x1", "127.0.0.0x1", "127.000.000.001", "0x7f.0.0x0.01", "0x0000000000007f.1", "127.0.0.00000001",
    "１２７.０.０.１", "127。0。0。1", "127．0．0．1", "127｡0｡0｡1", "①②⑦.⓪.⓪.①", "𝟏𝟐𝟕.𝟎.𝟎.𝟏", "０ｘ７ｆ.1",
    "127.0.0.\u00ad1", "%31%32%37.0.0.1", "127%2e0%2e0%2e1", "%30x7f.1", "127.0.0.1%2e",
    "%EF%BC%91%EF%BC%92%EF%BC%97.1", "²130706433", "¹²⁷.0.0.1", "127.0.0.1．", "0x7f.0x00001", "12\u200b7.0.0.1",
)  # fmt: skip


@pytest.mark.parametrize("spelling", LOOPBACK)
def test_every_spelling_of_loopback_is_loopback(spelling: str) -> None:
    assert parse_host(spelling).ip == "127.0.0.1"
    with pytest.raises(EgressRefusedError, match="loopback"):
        Resolver(EgressPolicy()).resolve_now(spelling, 80)


@pytest.mark.parametrize(
    ("spelling", "ip"),
    [
        ("[::1]", "::1"),
        ("[0:0:0:0:0:0:0:1]", "::1"),
        ("[::ffff:127.0.0.1]", "::ffff:7f00:1"),
        ("[::ffff:7F00:1]", "::ffff:7f00:1"),
        ("[::127.0.0.1]", "::7f00:1"),
        ("::1", "::1"),
        ("0", "0.0.0.0"),
        ("0x", "0.0.0.0"),
        ("0x0", "0.0.0.0"),
        ("2852039166", "169.254.169.254"),
        ("0xa9fea9fe", "169.254.169.254"),
        ("0251.0376.0251.0376", "169.254.169.254"),
    ],
)
def test_kin_of_loopback(spelling: str, ip: str) -> None:
    assert parse_host(spelling).ip == ip
    with pytest.raises(EgressRefusedError):
        Resolver(EgressPolicy()).resolve_now(spelling, 80)


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "..",
        "a..b",
        "256.1.1.1",
        "1.2.3.4.5",
        "08.1.1.1",
        "1.2.3.0x100",
        "4294967296",
        "0xfffffffff",
        "a.b.1",
        "a.0x1",
        "127.0.0.1 ",
        "127.0.0.1\t",
        "a b",
        "a%00b",
        "a%2fb",
        "a@b",
        "a#b",
        "[::1",
        "::1]",
        "[fe80::1%eth0]",
        "[fe80::1%25eth0]",
        "[1.2.3.4]",
        "a" * 64,
        "a." * 200,
        "a\\b",
        "a|b",
        "%zz",
        "x" * 5000,
        "\udcff.example",
    ],
)
def test_what_is_no_host_is_refused(text: str) -> None:
    with pytest.raises(EgressRefusedError):
        parse_host(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Example.COM", "example.com"),
        ("example.com.", "example.com"),
        ("ngânhàng.vn", "xn--ngnhng-ltan.vn"),
        ("ＮＧÂＮＨÀＮＧ.vn", "xn--ngnhng-ltan.vn"),
        ("a_b.example", "a_b.example"),
        ("-a-.example", "-a-.example"),
        ("1a.example", "1a.example"),
        ("127.0.0.1.nip.example", "127.0.0.1.nip.example"),
    ],
)
def test_names_are_put_into_one_form(text: str, name: str) -> None:
    assert parse_host(text).name == name


@given(
    st.ip_addresses(v=4), st.lists(st.sampled_from(["%d", "0x%x", "0%o"]), min_size=4, max_size=4), st.integers(1, 4)
)
def test_mixed_bases_and_short_forms(address: IPv4Address, bases: list[str], parts: int) -> None:
    octets = list(address.packed)
    numbers = [*octets[: parts - 1], int.from_bytes(octets[parts - 1 :], "big")]
    spelling = ".".join(base % number for base, number in zip(bases, numbers, strict=False))
    assert parse_host(spelling).ip == str(address)


@given(st.text(max_size=80))
def test_any_text_is_a_name_an_address_or_refused(text: str) -> None:
    try:
        host = parse_host(text)
    except EgressRefusedError:
        return
    assert bool(host.name) != bool(host.ip)
    again = parse_host(str(host))
    assert again == host
