"""DNS records and certificates become facts; a server that misbehaves ends in a named state."""

import asyncio
import json
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from crawler.config import Config
from crawler.detection.facts import LookupState
from crawler.egress import dns
from crawler.egress.policy import EgressPolicy
from crawler.enrichment import Enrichment, lookup_domain, servers
from crawler.visit import DnsAnswer, TlsChain
from tests.crawler.enrichment.asking import NOW, QUICK

HOST = "bank.test"


def certificate_files(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(datetime(2026, 11, 20, tzinfo=UTC))
        .not_valid_after(datetime(2026, 11, 20, tzinfo=UTC) + timedelta(days=90))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST), x509.DNSName(f"www.{HOST}")]), critical=False)
        .sign(key, SHA256())
    )
    chain, private = folder / "chain.pem", folder / "key.pem"
    chain.write_bytes(made.public_bytes(Encoding.PEM))
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return chain, private


async def enriched(port_tls: ssl.SSLContext | None, *, silent: bool = False) -> Enrichment:
    stay = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await asyncio.wait_for(stay.wait(), 10 if silent else 0.2)
        except TimeoutError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=port_tls)
    port = server.sockets[0].getsockname()[1]
    policy = EgressPolicy.parse(f"127.0.0.1:{port}", f"{HOST}=127.0.0.1:{port}")
    bounds = QUICK if not silent else type(QUICK)(lookup_seconds=1.5)
    try:
        return await lookup_domain(HOST, config=Config(), policy=policy, now=NOW, bounds=bounds)
    finally:
        stay.set()
        server.close()
        await asyncio.sleep(0)


def test_a_certificate_is_read_although_no_client_would_trust_it(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate_files(tmp_path))
    found = asyncio.run(enriched(context))
    facts = found.facts
    assert facts.state("tls") is LookupState.FOUND
    (leaf,) = facts.certificates
    assert leaf.self_signed
    assert leaf.names == (HOST, f"www.{HOST}")
    assert leaf.not_before == datetime(2026, 11, 20, tzinfo=UTC)
    assert next(entry for entry in facts.lookups if entry.service == "tls").reason
    assert found.raw["tls"].startswith(b"-----BEGIN CERTIFICATE-----")
    assert facts.state("dns") is LookupState.FOUND
    assert facts.addresses == ("127.0.0.1",)
    assert json.loads(found.raw["dns"])[0]["values"] == ["127.0.0.1"]


@pytest.mark.parametrize(("silent", "state"), [(False, LookupState.FAILED), (True, LookupState.TIMED_OUT)])
def test_a_server_without_tls_has_no_certificates(silent: bool, state: LookupState) -> None:
    found = asyncio.run(enriched(None, silent=silent))
    assert found.facts.state("tls") is state
    assert found.facts.certificates == ()
    assert "tls" not in found.raw


def test_records_become_facts() -> None:
    answers = (
        DnsAnswer("shop.example", "A", ("192.0.2.1", "192.0.2.2")),
        DnsAnswer("shop.example", "AAAA", ("2001:db8::1",)),
        DnsAnswer("shop.example", "MX", ("20 mx2.shop.example.", "5 MX1.shop.example.", "0 .", "x y", "1")),
        DnsAnswer("shop.example", "NS", ("ns1.shop.example.", "ns1.shop.example.", "-bad-")),
    )
    assert servers.addresses(answers) == ("192.0.2.1", "192.0.2.2", "2001:db8::1")
    assert servers.mail_servers(answers) == ("mx1.shop.example", "mx2.shop.example")
    assert servers.name_servers(answers) == ("ns1.shop.example",)


def test_an_unreadable_certificate_costs_only_itself() -> None:
    chain = TlsChain("a.example", chain=(b"no certificate", b""))
    assert servers.certificates(chain) == ()
    assert b"unreadable" in servers.tls_bytes(chain)


def test_a_part_that_breaks_costs_only_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a library broke")

    monkeypatch.setattr(dns, "lookup_dns", broken)
    monkeypatch.setattr(servers, "lookup_tls", broken)
    policy = EgressPolicy.parse("", f"{HOST}=127.0.0.1:9")
    found = asyncio.run(lookup_domain(HOST, config=Config(), policy=policy, now=NOW, bounds=QUICK))
    assert {found.facts.state("dns"), found.facts.state("tls")} == {LookupState.FAILED}
    assert found.facts.state("rdap") is LookupState.NO_PUBLIC_SERVICE
