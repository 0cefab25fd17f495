"""The network of an address: read from RDAP, completed from the operator's file, and never taken from another one."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mmdb_writer import MMDBWriter
from netaddr import IPSet

from crawler.bounds import DEFAULT_BOUNDS
from crawler.config import Config
from crawler.detection.facts import LookupState, Network
from crawler.egress.policy import EgressPolicy
from crawler.enrichment import lookup_domain
from crawler.enrichment.address_bootstrap import parse_address_bootstrap
from crawler.enrichment.answer import MalformedAnswerError
from crawler.enrichment.maxmind import complete_network, maxmind_files
from crawler.enrichment.network_json import parse_network
from crawler.enrichment.networks import parse_origin
from crawler.enrichment.shields import load_shields, recognise
from crawler.errors import SettingsError
from crawler.visit import DnsAnswer
from tests.crawler.enrichment.registry_servers import Reply, rdap_server

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
ADDRESS = "203.0.113.7"


def card(name: str, email: str = "") -> list[object]:
    lines: list[object] = [["version", {}, "text", "4.0"], ["fn", {}, "text", name]]
    return ["vcard", [*lines, ["email", {}, "text", email]] if email else lines]


ANSWER = {
    "objectClassName": "ip network",
    "handle": "203.0.113.0 - 203.0.113.255",
    "startAddress": "203.0.113.0",
    "endAddress": "203.0.113.255",
    "name": "MAU-NET",
    "country": "VN",
    "entities": [
        {
            "roles": ["registrant"],
            "vcardArray": card("CONG TY MAY CHU MAU", "owner@host.example"),
            "entities": [{"roles": ["abuse"], "vcardArray": card("Abuse", "Abuse@Host.example")}],
        }
    ],
    "remarks": [{"description": ["abuse contact: injected@bad.example"]}],
}


def test_holder_country_and_abuse_contact_are_read_and_nothing_from_remarks() -> None:
    found = parse_network(json.dumps(ANSWER).encode(), ADDRESS, "rdap.example")
    assert (found.name, found.holder, found.country) == ("MAU-NET", "CONG TY MAY CHU MAU", "VN")
    assert found.abuse_emails == ("abuse@host.example",)
    assert found.range == "203.0.113.0 - 203.0.113.255"


@pytest.mark.parametrize(
    "change",
    [
        {"startAddress": "198.51.100.0", "endAddress": "198.51.100.255"},
        {"startAddress": "2001:db8::", "endAddress": "2001:db8::ffff"},
        {"startAddress": None},
        {"objectClassName": "domain"},
    ],
)
def test_an_answer_about_another_network_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(MalformedAnswerError):
        parse_network(json.dumps({**ANSWER, **change}).encode(), ADDRESS, "rdap.example")


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=8),
        lambda c: st.lists(c) | st.dictionaries(st.sampled_from(["roles", "entities", "vcardArray", "x"]), c),
    )
)
def test_no_shape_of_entities_breaks_the_reader(entities: object) -> None:
    parse_network(json.dumps({**ANSWER, "entities": entities}).encode(), ADDRESS, "s")


def test_the_whole_path_asks_once_an_address_and_keeps_the_answer() -> None:
    async def run() -> None:
        async with rdap_server(lambda path: Reply(json.dumps(ANSWER).encode() if "/ip/" in path else b"{}")) as server:
            config = Config(data_dir=Path("/nowhere"), rdap_base=f"http://{server.address}")
            policy = EgressPolicy.parse(server.address, f"shop.example={ADDRESS},whois.iana.org:43=127.0.0.1:9")
            found = await lookup_domain("shop.example", config=config, policy=policy, now=NOW, bounds=DEFAULT_BOUNDS)
        assert found.facts.state("network") is LookupState.FOUND
        (network,) = found.facts.networks
        assert (network.address, network.country) == (ADDRESS, "VN")
        assert json.loads(found.raw["network"])[ADDRESS]["name"] == "MAU-NET"
        assert server.asked.count(f"/ip/{ADDRESS}") == 1

    asyncio.run(run())


def test_the_operators_file_fills_blanks_and_replaces_nothing(tmp_path: Path) -> None:
    writer = MMDBWriter()
    record = {"autonomous_system_number": 64500, "autonomous_system_organization": "Mau", "country": {"iso_code": "SG"}}
    writer.insert_network(IPSet(["203.0.113.0/24"]), record)
    path = tmp_path / "asn.mmdb"
    writer.to_db_file(str(path))
    files = maxmind_files(str(path))
    found = complete_network(Network(ADDRESS, country="VN"), files)
    assert (found.asn, found.as_name, found.country) == (64500, "Mau", "VN")
    assert complete_network(Network("198.51.100.1"), files) == Network("198.51.100.1")
    assert complete_network(Network("2001:db8::1"), files).asn is None


def test_a_file_that_is_none_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.mmdb"
    path.write_bytes(b"no database")
    with pytest.raises(SettingsError, match=r"x\.mmdb"):
        maxmind_files(str(path))
    with pytest.raises(SettingsError, match="gone"):
        maxmind_files(str(tmp_path / "gone"))


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ('"13335 | 192.0.2.0/24 | US | arin | 2014-03-28"', (13335, "US")),
        ('"13335 64500 | 192.0.2.0/24 | US | arin | "', (13335, "US")),
        ('"45899 | 192.0.2.0/24 |  | apnic | "', (45899, "")),
        ("nothing", None),
        ('"AS | x | y"', None),
    ],
)
def test_the_announcing_network_is_read(text: str, origin: tuple[int, str] | None) -> None:
    assert parse_origin(text) == origin


def bootstrap(services: list[object]) -> bytes:
    return json.dumps({"version": "1.0", "services": services}).encode()


WHOLE = [
    [["203.0.0.0/8"], ["https://rdap.a.example/"]],
    [["203.0.113.0/24"], ["http://plain.example/", "https://rdap.b.example/"]],
    [["198.51.100.0/24"], ["https://rdap.c.example/"]],
    [["192.0.2.0/24"], ["https://rdap.d.example/"]],
]


def test_the_narrowest_network_decides_and_only_https_counts() -> None:
    from ipaddress import ip_address

    found = parse_address_bootstrap(bootstrap(WHOLE), 4, NOW)
    assert found.base(ip_address(ADDRESS)) == "https://rdap.b.example/"
    assert found.base(ip_address("203.9.9.9")) == "https://rdap.a.example/"
    assert found.base(ip_address("8.8.8.8")) == ""


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", bootstrap(WHOLE[:2]), bootstrap([[["x/y"], ["https://a.example/"]]])]
)
def test_half_a_bootstrap_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedAnswerError):
        parse_address_bootstrap(body, 4, NOW)


def test_a_shield_is_recognised_by_alias_address_or_network() -> None:
    alias = (DnsAnswer("a.example", "CNAME", ("x.cloudfront.net.",)),)
    address = (DnsAnswer("a.example", "A", ("104.16.1.1",)),)
    assert recognise(alias, ()) == ("Amazon CloudFront", "CNAME x.cloudfront.net")
    assert recognise(address, ())[0] == "Cloudflare"
    assert recognise((), (Network("198.51.100.1", asn=54113),)) == ("Fastly", "198.51.100.1 in AS54113")
    assert recognise((DnsAnswer("a.example", "CNAME", ("notcloudfront.net.",)),), ()) == ("", "")
    assert all(shield.cnames or shield.networks or shield.asns for shield in load_shields())
