"""The contracted look-up service: off by default, asked for closed endings alone, every fault of it a named state."""

import asyncio
import json
import ssl
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from crawler.config import Config
from crawler.detection.facts import LookupState
from crawler.egress.policy import EgressPolicy
from crawler.enrichment import Enrichment, contract_api, lookup_domain
from crawler.enrichment.contract_api import read_key
from crawler.enrichment.courtesy_rows import StoredCourtesy
from tests.crawler.enrichment.asking import NOW, QUICK
from tests.crawler.enrichment.registry_servers import Registry, Reply, rdap_server
from tests.crawler.enrichment.test_servers import HOST, certificate_files

OWNER = "CÔNG TY TNHH MẪU"
SAID = {
    "domainName": "mau-thu.vn", "registrar": "Công ty A", "registrantName": OWNER, "creationDate": "01-11-2026",
    "expirationDate": "2027-11-01", "nameServer": ["ns1.mau.vn", "ns2.mau.vn"], "status": ["clientTransferProhibited"],
}  # fmt: skip
BODY = json.dumps({"data": SAID}).encode()


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, Path]:
    chain, private = certificate_files(tmp_path_factory.mktemp("tls"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, private)
    return context, chain


async def ask(
    context: ssl.SSLContext,
    answer: Callable[[str], Reply],
    folder: Path,
    *,
    host: str = "mau-thu.vn",
    name: str = HOST,
    on: bool = True,
    courtesy: StoredCourtesy | None = None,
) -> tuple[Enrichment, Registry]:
    """What comes of a look-up of ``host``, whose every other way out leads to a refused address."""
    (folder / "key").write_text("bi-mat\n")
    async with rdap_server(answer, tls=context) as server:
        config = Config(
            data_dir=folder, rdap_bootstrap="http://127.0.0.1:9/dns.json", asn_zone="",
            whois_api=f"https://{name}/whois/{{domain}}" if on else "", whois_api_key_file=str(folder / "key"),
        )  # fmt: skip
        names = f"{host}=127.0.0.1:9,{name}=127.0.0.1:{server.port},whois.iana.org:43=127.0.0.1:9"
        policy = EgressPolicy.parse(server.address, names)
        bounds = replace(QUICK, lookup_seconds=1.5)
        more = {"courtesy": courtesy} if courtesy is not None else {}
        return await lookup_domain(host, config=config, policy=policy, now=NOW, bounds=bounds, **more), server


@pytest.fixture
def trusted(tls: tuple[ssl.SSLContext, Path], monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    monkeypatch.setenv("SSL_CERT_FILE", str(tls[1]))
    return tls[0]


def contract_of(found: Enrichment) -> tuple[LookupState, str]:
    entry = next(entry for entry in found.facts.lookups if entry.service == "contract")
    return entry.state, entry.reason


def test_it_answers_for_an_ending_without_a_public_service_with_the_key(
    trusted: ssl.SSLContext, tmp_path: Path
) -> None:
    found, server = asyncio.run(ask(trusted, lambda _: Reply(BODY), tmp_path))
    facts = found.facts
    assert contract_of(found) == (LookupState.FOUND, "")
    assert (facts.registrar, facts.registrant, facts.registered_at is not None) == ("Công ty A", OWNER, True)
    assert facts.nameservers == ("ns1.mau.vn", "ns2.mau.vn")
    assert facts.statuses == ("clientTransferProhibited",)
    assert {entry.service for entry in facts.statements} >= {"contract"}
    assert found.raw["contract"] == BODY
    assert server.asked == ["/whois/mau-thu.vn"]
    assert "X-API-Key: bi-mat" in server.heads[0]


def test_off_by_default_and_never_for_an_ending_that_answers_itself(trusted: ssl.SSLContext, tmp_path: Path) -> None:
    assert Config(data_dir=tmp_path).whois_api == ""
    for host, on in (("mau-thu.vn", False), ("shop.com", True)):
        found, server = asyncio.run(ask(trusted, lambda _: Reply(BODY), tmp_path, host=host, on=on))
        assert (server.asked, found.facts.state("contract")) == ([], LookupState.NOT_ASKED)
        assert found.facts.registrant == ""


@pytest.mark.parametrize(
    ("reply", "state", "reason"),
    [
        (Reply(b"{}", status=401), LookupState.REFUSED, "HTTP 401"),
        (Reply(b"{}", status=403), LookupState.REFUSED, "HTTP 403"),
        (Reply(b"slow down", status=429), LookupState.THROTTLED, "HTTP 429"),
        (Reply(b"oops", status=500), LookupState.FAILED, "HTTP 500"),
        (Reply(b"{}", status=404), LookupState.FAILED, "does not know the name"),
        (Reply(b"<html>login</html>"), LookupState.FAILED, "no JSON"),
        (Reply(b"[" * 100_000), LookupState.FAILED, "no JSON"),
        (Reply(b'["a"]'), LookupState.FAILED, "no JSON object"),
        (Reply(json.dumps({**SAID, "domainName": "khac.vn"}).encode()), LookupState.FAILED, "khac.vn instead of"),
        (Reply(b'{"domainName": "mau-thu.vn"}'), LookupState.FAILED, "no facts"),
        (Reply(b'{"domainName": "mau-thu.vn", "registrantName": "****"}'), LookupState.REDACTED, "no facts"),
        (Reply(b" " * 4096, endless=True), LookupState.FAILED, "longer than"),
        (Reply(BODY, pause=20), LookupState.TIMED_OUT, ""),
        (Reply(BODY, status=302, location="https://elsewhere.test/x"), LookupState.FAILED, ""),
    ],
    ids=["401", "403", "429", "500", "404", "page", "nested", "list", "other", "empty", "star", "huge", "slow", "away"],
)  # fmt: skip
def test_each_fault_is_a_named_state_and_no_fact(
    trusted: ssl.SSLContext, tmp_path: Path, reply: Reply, state: LookupState, reason: str
) -> None:
    found, server = asyncio.run(ask(trusted, lambda _: reply, tmp_path))
    said, why = contract_of(found)
    assert (said, reason in why) == (state, True), why
    assert (found.facts.registrar, found.facts.registrant, found.facts.registered_at) == ("", "", None)
    assert server.asked == ["/whois/mau-thu.vn"]  # once, whatever came


@pytest.mark.parametrize("name", [HOST, "another.test"], ids=["unknown-root", "another-name"])
def test_a_server_that_cannot_prove_itself_gets_neither_question_nor_key(
    tls: tuple[ssl.SSLContext, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    if name != HOST:
        monkeypatch.setenv("SSL_CERT_FILE", str(tls[1]))
    found, server = asyncio.run(ask(tls[0], lambda _: Reply(BODY), tmp_path, name=name))
    assert contract_of(found)[0] is LookupState.FAILED
    assert (server.asked, server.heads) == ([], [])


def test_who_throttles_is_left_alone_by_the_next_question(
    trusted: ssl.SSLContext, tmp_path: Path, sqlite_engine: Engine
) -> None:
    courtesy = StoredCourtesy(sqlite_engine, interval=0)
    first, _ = asyncio.run(ask(trusted, lambda _: Reply(status=429), tmp_path, courtesy=courtesy))
    again, server = asyncio.run(ask(trusted, lambda _: Reply(BODY), tmp_path, host="khac.vn", courtesy=courtesy))
    assert contract_of(first)[0] is LookupState.THROTTLED
    assert contract_of(again)[0] is LookupState.THROTTLED
    assert server.asked == []
    assert "left alone until" in contract_of(again)[1]


def test_without_a_readable_key_nobody_is_asked_and_the_setting_is_named(
    trusted: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(config: Config) -> str:
        return read_key(config.model_copy(update={"whois_api_key_file": str(tmp_path / "gone")}))

    monkeypatch.setattr(contract_api, "read_key", gone)
    found, server = asyncio.run(ask(trusted, lambda _: Reply(BODY), tmp_path))
    state, reason = contract_of(found)
    assert (state, "whois_api_key_file" in reason, server.asked) == (LookupState.FAILED, True, [])
