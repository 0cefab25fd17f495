"""The RDAP bootstrap is fetched rarely, kept whole, and its absence is never taken for a registry's silence."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.config import Config
from crawler.detection.facts import LookupState
from crawler.egress.policy import EgressPolicy
from crawler.enrichment import Enrichment, bootstrap, lookup_domain, whois_servers
from crawler.enrichment.answer import MalformedAnswerError
from crawler.enrichment.bootstrap_json import Bootstrap, parse_bootstrap, parse_copy
from crawler.enrichment.rdap_library import build_url
from crawler.enrichment.registries import NoService, UnknownService, WhoisServer, load_registries
from tests.crawler.enrichment.asking import NOW, QUICK
from tests.crawler.enrichment.registry_servers import Registry, Reply, rdap_server, whois_server

MADE_UP = [f"made-up-{number}" for number in range(400)]
SERVICES = [[["com", *MADE_UP], ["http://rdap.registry.example/", "https://rdap.registry.example/com/"]]]
WHOLE = json.dumps({"version": "1.0", "publication": "2026-11-20T00:00:00Z", "services": SERVICES}).encode()
HOUR, WEEK = timedelta(hours=1), timedelta(days=7)
IANA = b"% IANA WHOIS server\n\nrefer:        whois.nic.zzz\n\ndomain:       ZZZ\n\nwhois:        whois.nic.zzz\n"


@pytest.fixture(autouse=True)
def _as_in_a_new_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "_MEMORIES", {})
    monkeypatch.setattr(whois_servers, "_MEMORIES", {})


async def fetched(
    folder: Path, replies: list[Reply], times: list[datetime], *, forgetful: bool = False
) -> tuple[list[object], int]:
    """What each time gives, of a server that answers in turn; how often it was asked."""
    waiting = iter(replies)
    async with rdap_server(lambda _: next(waiting)) as server:
        # One port for all of a test, since another address would be another bootstrap.
        config = Config(data_dir=folder, rdap_bootstrap=f"http://{server.address}/dns.json")
        found: list[object] = []
        for now in times:
            if forgetful:
                bootstrap._MEMORIES.clear()
            policy = EgressPolicy.parse(server.address, "")
            found.append(await bootstrap.lookup_bootstrap(config, policy=policy, now=now, seconds=5))
        return found, len(server.asked)


@pytest.mark.parametrize("forgetful", [False, True])
def test_it_is_fetched_once_a_week(tmp_path: Path, forgetful: bool) -> None:
    times = [NOW, NOW + HOUR, NOW + WEEK - HOUR, NOW + WEEK]
    found, asked = asyncio.run(fetched(tmp_path, [Reply(WHOLE)] * 2, times, forgetful=forgetful))
    assert asked == 2
    assert all(isinstance(entry, Bootstrap) for entry in found)
    assert [path.name for path in tmp_path.iterdir()] == ["rdap-bootstrap.json"]
    kept = parse_copy((tmp_path / "rdap-bootstrap.json").read_bytes())
    assert (kept.fetched_at, kept.services["com"]) == (NOW + WEEK, "https://rdap.registry.example/com/")


@pytest.mark.parametrize(
    "reply",
    [
        Reply(b"", 500),
        Reply(b"<html>"),
        Reply(WHOLE[:-40]),
        Reply(b"[" * 50_000),
        Reply(b'{"version":"1.0","services":[]}'),
        Reply(WHOLE.replace(b"1.0", b"2.0")),
        Reply(b" " * 2_000_001),
        Reply(b"", 302, location="http://169.254.169.254/"),
    ],
)
def test_after_a_failure_the_next_attempt_waits_an_hour(tmp_path: Path, reply: Reply) -> None:
    times = [NOW, NOW + HOUR / 2, NOW + HOUR]
    found, asked = asyncio.run(fetched(tmp_path, [reply, Reply(WHOLE)], times))
    assert asked == 2
    assert [type(entry) for entry in found] == [bootstrap.NoBootstrap, bootstrap.NoBootstrap, Bootstrap]
    assert isinstance(found[1], bootstrap.NoBootstrap)
    assert found[1].reason


def test_an_old_copy_is_better_than_none(tmp_path: Path) -> None:
    found, asked = asyncio.run(fetched(tmp_path, [Reply(WHOLE), Reply(b"", 500)], [NOW, NOW + 2 * WEEK]))
    assert asked == 2
    assert isinstance(found[1], Bootstrap)
    assert found[1].fetched_at == NOW


@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff\xfe", b"[" * 50_000, b" " * 3_000_000])
def test_a_damaged_copy_is_fetched_anew(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "rdap-bootstrap.json"
    path.write_bytes(damage)
    found, asked = asyncio.run(fetched(tmp_path, [Reply(WHOLE)], [NOW]))
    assert asked == 1
    assert isinstance(found[0], Bootstrap)
    assert parse_copy(path.read_bytes()) == found[0]


def test_a_copy_of_tomorrow_or_of_another_source_is_not_used(tmp_path: Path) -> None:
    asyncio.run(fetched(tmp_path, [Reply(WHOLE)], [NOW]))
    path = tmp_path / "rdap-bootstrap.json"
    source = parse_copy(path.read_bytes()).source
    assert bootstrap.load_copy(path, source, NOW) is not None
    assert bootstrap.load_copy(path, source, NOW - HOUR) is None
    assert bootstrap.load_copy(path, "https://other.example/", NOW) is None


def test_a_folder_that_cannot_be_written_costs_nothing_else() -> None:
    found, asked = asyncio.run(fetched(Path("/proc/nowhere"), [Reply(WHOLE)], [NOW, NOW + HOUR]))
    assert asked == 1
    assert all(isinstance(entry, Bootstrap) for entry in found)


def test_many_look_ups_share_one_fetch(tmp_path: Path) -> None:
    async def run() -> int:
        async with rdap_server(lambda _: Reply(WHOLE, pause=0.2)) as server:
            config = Config(data_dir=tmp_path, rdap_bootstrap=f"http://{server.address}/dns.json")
            policy = EgressPolicy.parse(server.address, "")
            await asyncio.gather(
                *(bootstrap.lookup_bootstrap(config, policy=policy, now=NOW, seconds=5) for _ in range(8))
            )
            return len(server.asked)

    assert asyncio.run(run()) == 1


JSON = st.recursive(st.none() | st.integers() | st.text(max_size=8), lambda inner: st.lists(inner, max_size=3))


@given(JSON)
def test_any_list_of_services_is_refused_or_read(value: object) -> None:
    body = json.dumps({"version": "1.0", "services": [*SERVICES, value]}).encode()
    try:
        assert parse_bootstrap(body, "s", datetime(2026, 1, 1, tzinfo=UTC)).services["com"]
    except MalformedAnswerError:
        pass


async def looked_up(
    host: str, folder: Path, *, body: bytes = b"", iana: bytes | None = None, times: int = 1
) -> tuple[Enrichment, Registry]:
    """A look-up without settings for servers; an empty ``body``: no bootstrap, ``iana`` None: unreachable."""
    async with (
        rdap_server(lambda _: Reply(body) if body else Reply(b"", 503)) as server,
        whois_server(lambda _: Reply(iana or b"")) as asked,
    ):
        # Everything but these two leads to the closed port of an address that may not be dialled.
        there = asked.address if iana is not None else "127.0.0.1:9"
        names = f"whois.iana.org:43={there},{host}=127.0.0.1:9,*.nic.zzz=127.0.0.1:9,*.registry.example=127.0.0.1:9"
        policy = EgressPolicy.parse(f"{server.address},{asked.address}", names)
        config = Config(data_dir=folder, rdap_bootstrap=f"http://{server.address}/dns.json")
        for _ in range(times):
            found = await lookup_domain(host, config=config, policy=policy, now=NOW, bounds=QUICK)
        asked.asked += server.asked
        return found, asked


def test_without_bootstrap_and_server_a_look_up_has_failed(tmp_path: Path) -> None:
    found, _ = asyncio.run(looked_up("shop.zzz", tmp_path))
    reasons = {lookup.service: lookup.reason for lookup in found.facts.lookups}
    assert found.facts.state("rdap") is LookupState.FAILED
    assert reasons["rdap"].startswith("no RDAP server known: bootstrap could not be fetched (")
    assert "503" in reasons["rdap"]
    assert found.facts.state("whois") is LookupState.FAILED
    assert reasons["whois"].startswith("no WHOIS server known: ")


def test_nobody_answers_only_where_both_lists_say_so(tmp_path: Path) -> None:
    answer = b"domain:       ZZZ\n\nwhois:        \nstatus: ACTIVE\n"
    found, asked = asyncio.run(looked_up("shop.zzz", tmp_path, body=WHOLE, iana=answer, times=3))
    assert asked.asked == ["zzz", "/dns.json"]
    assert {found.facts.state("rdap"), found.facts.state("whois")} == {LookupState.NO_PUBLIC_SERVICE}


def test_iana_is_asked_once_for_an_ending(tmp_path: Path) -> None:
    found, asked = asyncio.run(looked_up("shop.zzz", tmp_path, iana=IANA, times=3))
    assert asked.asked == ["zzz", "/dns.json"]
    (whois,) = [lookup for lookup in found.facts.lookups if lookup.service == "whois"]
    assert (whois.source, whois.state) == ("whois.nic.zzz", LookupState.FAILED)


@pytest.mark.parametrize(
    "host", ["shop.vn", "shop.com.vn", "shop.example", "a.test", "a.invalid", "localhost", "b.onion"]
)
def test_what_is_never_asked_fetches_nothing(host: str, tmp_path: Path) -> None:
    found, asked = asyncio.run(looked_up(host, tmp_path, body=WHOLE, iana=IANA))
    assert asked.asked == []
    assert {found.facts.state("rdap"), found.facts.state("whois")} == {LookupState.NO_PUBLIC_SERVICE}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (IANA.decode(), WhoisServer("whois.nic.zzz")),
        ("domain: ZZZ\nstatus: ACTIVE\n", NoService),
        ("% This query returned 0 objects.\n", NoService),
        ("domain: OTHER\nwhois: whois.nic.other\n", UnknownService),
        ("% limit exceeded\n", UnknownService),
        ("", UnknownService),
    ],
)
def test_what_iana_says(text: str, found: object) -> None:
    said = whois_servers.parse_iana(text, "zzz")
    assert said == found if isinstance(found, WhoisServer) else type(said) is found


def test_the_librarys_servers_are_used_without_its_way_out() -> None:
    assert whois_servers.shipped_host("kz") == "whois.nic.kz"
    assert whois_servers.shipped_host("zzz") == ""
    assert whois_servers.shipped_host("madrid") == ""
    assert whois_servers.shipped_host("group") == ""


def test_the_shipped_table_is_whole() -> None:
    table = load_registries()
    assert 20 <= len(table) <= 40
    assert not {"vn", "example", "test"} & set(table)
    for tld, entry in table.items():
        assert entry.rdap or entry.whois
        assert not entry.rdap or build_url(f"a.{tld}", entry.rdap).startswith("https://")
    assert build_url("example.com", table["com"].rdap) == "https://rdap.verisign.com/com/v1/domain/example.com"


def test_a_404_of_an_unconfirmed_server_does_not_make_a_name_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run() -> Enrichment:
        async with rdap_server(lambda _: Reply(b"", 404)) as server:
            monkeypatch.setattr(
                "crawler.enrichment.registries.build_url", lambda *_: f"http://{server.address}/domain/shop.xyz"
            )
            names = "shop.xyz=127.0.0.1:9,whois.nic.xyz=127.0.0.1:9"
            config = Config(data_dir=tmp_path, rdap_bootstrap="http://127.0.0.1:9/dns.json")
            policy = EgressPolicy.parse(server.address, names)
            return await lookup_domain("shop.xyz", config=config, policy=policy, now=NOW, bounds=QUICK)

    found = asyncio.run(run())
    assert found.facts.state("rdap") is LookupState.FAILED
    assert "no bootstrap confirms" in found.facts.lookups[0].reason
