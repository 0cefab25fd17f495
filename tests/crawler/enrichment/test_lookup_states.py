"""However a server behaves, the look-up ends in time, in a named state, without facts that nobody stated."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from crawler.bounds import DEFAULT_BOUNDS, Bounds
from crawler.config import Config
from crawler.detection.facts import DomainFacts, LookupState
from crawler.egress.policy import EgressPolicy
from crawler.enrichment import lookup_domain
from crawler.errors import SettingsError
from tests.crawler.enrichment.asking import NOW, QUICK, REGISTRAR_HOST, ask
from tests.crawler.enrichment.registry_servers import Reply

HOST = "shop.example"
ROOMY = replace(DEFAULT_BOUNDS, lookup_seconds=15.0, lookup_bytes=50_000)
SHORT = replace(ROOMY, lookup_seconds=2.0)  # for servers that would take longer than any test
GOOD = json.dumps(
    {
        "objectClassName": "domain",
        "ldhName": HOST,
        "events": [{"eventAction": "registration", "eventDate": "2026-11-01T00:00:00Z"}],
    }
).encode()
RECORD = b"Domain Name: shop.example\r\nRegistrar: Registrar A\r\nCreation Date: 2026-11-01T00:00:00Z\r\n"


def always(reply: Reply) -> Callable[[str], Reply]:
    return lambda _: reply


def bounds_for(reply: Reply) -> Bounds:
    return SHORT if reply.pause or reply.drip else ROOMY


def holds_nothing(facts: DomainFacts) -> bool:
    return not any(
        (
            facts.registrar,
            facts.registrar_id,
            facts.registrant,
            facts.registered_at,
            facts.updated_at,
            facts.expires_at,
            facts.statuses,
            facts.nameservers,
            facts.abuse_emails,
        )
    )


RDAP = {
    "unregistered": (Reply(b'{"errorCode":404}', 404), LookupState.UNREGISTERED),
    "unregistered, empty": (Reply(b"", 404), LookupState.UNREGISTERED),
    "a web page's 404": (Reply(b"<h1>404</h1>", 404, "text/html; charset=utf-8"), LookupState.FAILED),
    "some server's 404": (Reply(b"404 page not found", 404, "text/plain"), LookupState.FAILED),
    "another error": (Reply(b'{"errorCode":400}', 404), LookupState.FAILED),
    "throttled": (Reply(b"", 429), LookupState.THROTTLED),
    "refused": (Reply(b"", 403), LookupState.REFUSED),
    "broken": (Reply(b"", 500), LookupState.FAILED),
    "slow": (Reply(GOOD, pause=30), LookupState.TIMED_OUT),
    "dripping": (Reply(GOOD, drip=True), LookupState.TIMED_OUT),
    "endless": (Reply(b" " * 10_000, endless=True), LookupState.FAILED),
    "huge": (Reply(b" " * 60_000), LookupState.FAILED),
    "no JSON": (Reply(b"<html>"), LookupState.FAILED),
    "deep": (Reply(b"[" * 40_000), LookupState.FAILED),
    "a list": (Reply(b"[]"), LookupState.FAILED),
    "another name": (Reply(GOOD.replace(b"shop.ex", b"other.ex")), LookupState.FAILED),
    "another class": (Reply(GOOD.replace(b'"domain"', b'"entity"')), LookupState.FAILED),
    "no class": (Reply(b'{"ldhName":"shop.example"}'), LookupState.FAILED),
    "nothing in it": (Reply(b'{"objectClassName":"domain","ldhName":"shop.example"}'), LookupState.FAILED),
    "all withheld": (
        Reply(b'{"objectClassName":"domain","ldhName":"shop.example","redacted":[{"name":{"type":"Registrant"}}]}'),
        LookupState.REDACTED,
    ),
    "a loop": (Reply(b"", 302, location="/domain/shop.example"), LookupState.FAILED),
    "led inside": (Reply(b"", 302, location="http://169.254.169.254/latest"), LookupState.FAILED),
}


@pytest.mark.parametrize("case", RDAP)
def test_what_rdap_does_has_a_name(case: str) -> None:
    reply, state = RDAP[case]
    found, asked, _ = asyncio.run(ask(HOST, rdap=always(reply), bounds=bounds_for(reply)))
    assert asked
    assert found.facts.state("rdap") is state
    assert holds_nothing(found.facts)


WHOIS = {
    "free": (Reply(b'No match for domain "SHOP.EXAMPLE".\r\n>>> Last update\r\n'), LookupState.UNREGISTERED),
    "free, after terms": (Reply(b"% terms\n% of use\n\nDomain not found.\n"), LookupState.UNREGISTERED),
    "free, with words below": (
        Reply(b"NOT FOUND\n\nRegistrar: find one at www.registry.example\nCreation Date: 2020-01-01\n"),
        LookupState.UNREGISTERED,
    ),
    "throttled": (Reply(b"WHOIS LIMIT EXCEEDED - SEE WWW.REGISTRY.EXAMPLE FOR DETAILS\n"), LookupState.THROTTLED),
    "refused": (Reply(b"%ERROR:201: access denied for 192.0.2.1\n"), LookupState.REFUSED),
    "redacted": (
        Reply(b"Domain Name: shop.example\nRegistrant Name: REDACTED FOR PRIVACY\n"),
        LookupState.REDACTED,
    ),
    "empty": (Reply(b""), LookupState.FAILED),
    "all none": (Reply("Xin chào, máy chủ này không nói gì\n".encode()), LookupState.FAILED),
    "another name": (Reply(RECORD.replace(b"shop.ex", b"other.ex")), LookupState.FAILED),
    "slow": (Reply(RECORD, pause=30), LookupState.TIMED_OUT),
    "dripping": (Reply(RECORD, drip=True), LookupState.TIMED_OUT),
    "endless": (Reply(RECORD, endless=True), LookupState.FAILED),
    "huge": (Reply(RECORD * 1000), LookupState.FAILED),
    "free is said by a stranger only": (
        Reply(b"Remark: a\n" * 8 + b"No match for domain\n"),
        LookupState.FAILED,
    ),
}


@pytest.mark.parametrize("case", WHOIS)
def test_what_whois_does_has_a_name(case: str) -> None:
    reply, state = WHOIS[case]
    found, _, asked = asyncio.run(ask(HOST, whois=always(reply), bounds=bounds_for(reply)))
    assert asked == [HOST]
    assert found.facts.state("rdap") is LookupState.NO_PUBLIC_SERVICE
    assert found.facts.state("whois") is state
    assert holds_nothing(found.facts)


@pytest.mark.parametrize("status", [403, 404, 429])
def test_whois_is_not_asked_once_rdap_has_answered(status: int) -> None:
    found, _, asked = asyncio.run(ask(HOST, rdap=always(Reply(b"", status)), whois=always(Reply(RECORD))))
    assert asked == []
    assert found.facts.state("whois") is LookupState.NOT_ASKED


def test_whois_answers_where_rdap_is_too_slow() -> None:
    found, _, _ = asyncio.run(ask(HOST, rdap=always(Reply(GOOD, pause=30)), whois=always(Reply(RECORD)), bounds=QUICK))
    assert found.facts.state("rdap") is LookupState.TIMED_OUT
    assert found.facts.state("whois") is LookupState.FOUND
    assert found.facts.registrar == "Registrar A"


@pytest.mark.parametrize(
    "reply", [Reply(b"", 500), Reply(b"[]"), Reply(GOOD, pause=30), Reply(GOOD.replace(b"shop.ex", b"other.ex"))]
)
def test_a_bad_registrar_takes_nothing_away(reply: Reply) -> None:
    link = {"rel": "related", "href": "{base}/registrar", "type": "application/rdap+json"}
    body = json.dumps({**json.loads(GOOD), "links": [link]}).encode()

    def rdap(path: str) -> Reply:
        return reply if path == "/registrar" else Reply(body)

    found, asked, _ = asyncio.run(ask(HOST, rdap=rdap, bounds=replace(ROOMY, lookup_seconds=9.0)))
    assert asked == ["/domain/shop.example", "/registrar"]
    assert found.facts.state("rdap") is LookupState.FOUND
    assert found.facts.registered_at is not None
    assert "registrar 127.0.0.1" in found.facts.lookups[0].reason


def test_a_whois_referral_is_followed_once_and_never_in_a_circle() -> None:
    body = RECORD + f"Registrar WHOIS Server: {REGISTRAR_HOST}\r\n".encode()
    found, _, asked = asyncio.run(ask(HOST, whois=always(Reply(body)), referred=always(Reply(body)), bounds=ROOMY))
    assert asked == [HOST]
    assert found.raw["whois_registrar"] == body


def test_a_referral_inside_is_refused_and_the_registry_stands() -> None:
    body = RECORD + b"Registrar WHOIS Server: metadata.google.internal\r\nWhois Server: 169.254.169.254\r\n"
    found, _, _ = asyncio.run(ask(HOST, whois=always(Reply(body)), bounds=ROOMY))
    assert found.facts.state("whois") is LookupState.FOUND
    assert "whois_registrar" not in found.raw


@pytest.mark.parametrize("host", ["shop.vn", "shop.com.vn", "a.b.gov.vn", "xn--shop-0ra.vn"])
def test_vn_is_never_asked_even_of_a_mirror(host: str) -> None:
    found, asked, questions = asyncio.run(ask(host, rdap=always(Reply(GOOD)), whois=always(Reply(RECORD))))
    assert (asked, questions) == ([], [])
    assert {found.facts.state("rdap"), found.facts.state("whois")} == {LookupState.NO_PUBLIC_SERVICE}
    assert holds_nothing(found.facts)


@pytest.mark.parametrize("host", ["shop.example", "bank.test", "x.invalid", "127.0.0.1", "[::1]", "localhost"])
def test_what_nobody_registers_is_not_asked(host: str) -> None:
    found = asyncio.run(lookup_domain(host, config=Config(), policy=EgressPolicy(), now=NOW, bounds=QUICK))
    states = {found.facts.state("rdap"), found.facts.state("whois")}
    assert states == {LookupState.NO_PUBLIC_SERVICE}
    assert holds_nothing(found.facts)


def test_a_free_name_does_not_inherit_its_platforms_age() -> None:
    found, asked, _ = asyncio.run(ask("shop.weebly.com", rdap=always(Reply(GOOD)), whois=always(Reply(RECORD))))
    assert asked == []
    assert found.facts.state("rdap") is LookupState.NO_PUBLIC_SERVICE
    assert "weebly.com" in found.facts.lookups[0].reason


def test_an_unusable_setting_is_the_operators_error() -> None:
    config = Config().model_copy(update={"whois_server": "whois"})  # unchecked, unlike what an operator sets
    with pytest.raises(SettingsError, match="host:port"):
        asyncio.run(lookup_domain(HOST, config=config, policy=EgressPolicy(), now=NOW, bounds=QUICK))


def test_the_rdap_library_opens_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    import httpx
    import requests

    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("the library went out by itself")

    monkeypatch.setattr(requests.Session, "request", forbidden)
    monkeypatch.setattr(httpx.AsyncClient, "send", forbidden)
    found, _, _ = asyncio.run(ask(HOST, rdap=always(Reply(GOOD))))
    assert found.facts.state("rdap") is LookupState.FOUND
