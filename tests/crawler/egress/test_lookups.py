"""Certificate chains and DNS answers, for the evidence."""

from datetime import UTC, datetime, timedelta

import dns.resolver
import pytest
from cryptography import x509

from crawler.egress.dns import MAP, lookup_dns
from crawler.egress.policy import EgressPolicy
from crawler.egress.tls import lookup_tls, verify_chain
from tests.crawler.egress.loopback import Canary, Server, drip
from tests.site.server import LocalWeb

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def test_a_chain_is_brought_back_whatever_is_wrong_with_it() -> None:
    with LocalWeb.from_pages({"bank.example": b"x"}) as web:
        policy = EgressPolicy.parse(web.egress_allow, web.egress_map)
        tls = lookup_tls(policy, "BANK.example", at=datetime.now(UTC))
        roots = web.authority_file.read_bytes()
    assert tls.host == "bank.example"
    assert tls.chain
    assert tls.protocol.startswith("TLS")
    assert tls.cipher
    assert tls.verified is False
    assert tls.error.startswith("its certificate is not trusted")
    other = verify_chain("other.example", tls.chain, at=datetime.now(UTC), roots=roots)
    assert other.startswith("its certificate is for another name (bank.example")
    leaf = x509.load_der_x509_certificate(tls.chain[0])
    ends = leaf.not_valid_after_utc
    late = verify_chain("bank.example", tls.chain, at=ends + timedelta(days=1), roots=roots)
    assert late == f"its certificate expired on {ends:%Y-%m-%d}"
    early = verify_chain("bank.example", tls.chain, at=leaf.not_valid_before_utc - timedelta(days=1), roots=roots)
    assert early.startswith("its certificate is valid only from ")


def test_no_answer_is_an_error_of_the_chain_and_no_exception() -> None:
    answers = {"/": drip(b"")}
    with Server(answers) as server, Canary() as canary:
        slow = lookup_tls(EgressPolicy.parse(server.address), "127.0.0.1", server.port, at=NOW, seconds=0.3)
        refused = lookup_tls(EgressPolicy(), "127.0.0.1", canary.port, at=NOW)
        missing = lookup_tls(EgressPolicy(), "missing.invalid", at=NOW)
        assert canary.touched == 0
    assert "too long" in slow.error or "Timeout" in slow.error
    assert "loopback" in refused.error
    assert missing.error
    assert all(tls.verified is None and not tls.chain for tls in (slow, refused, missing))


@pytest.mark.parametrize("chain", [(), (b"",), (b"junk" * 100,)])
def test_junk_is_no_chain(chain: tuple[bytes, ...]) -> None:
    assert verify_chain("a.example", chain, at=NOW)


def test_names_of_the_map_answer_from_it() -> None:
    policy = EgressPolicy.parse(egress_map="a.example=9.9.9.9")
    (answer,) = lookup_dns(policy, "A.example")
    assert (answer.name, answer.type, answer.values, answer.server) == ("a.example", "A", ("9.9.9.9",), MAP)
    assert answer.asked_at is not None
    assert abs((datetime.now(UTC) - answer.asked_at).total_seconds()) < 60
    assert lookup_dns(policy, "127.0.0.1") == ()
    assert lookup_dns(policy, "a b")[0].error


def test_an_error_is_a_value(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise dns.resolver.LifetimeTimeout(timeout=1, errors=[])

    monkeypatch.setattr(dns.resolver.Resolver, "resolve", fail)
    answers = lookup_dns(EgressPolicy(), "slow.example")
    assert [answer.type for answer in answers] == ["A", "AAAA", "CNAME", "NS"]
    assert all("LifetimeTimeout" in answer.error and not answer.values for answer in answers)
