"""What a host's own servers show: its DNS records and its certificates, asked in threads that bound themselves."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from crawler.certificates import load_certificate
from crawler.detection.facts import Certificate, DnsRecords, Lookup, LookupState
from crawler.egress.dns import LATE, ask_name_servers
from crawler.egress.policy import EgressPolicy
from crawler.egress.tls import lookup_tls
from crawler.enrichment.answer import REASON_CHARACTERS, host_names, plain
from crawler.enrichment.registries import RESERVED, is_address
from crawler.evidence.recipe import dns_json
from crawler.visit import DnsAnswer, TlsChain

DNS = "dns"
TLS = "tls"
TLS_PORT = 443
THREADS = 32
NOWHERE = "a reserved name leads nowhere"
HOST_TYPES = ("A", "AAAA", "CNAME")
DOMAIN_TYPES = ("NS", "MX", "SOA", "TXT", "CAA")
_ABSENT = ("NoAnswer", "NXDOMAIN")  # an answer too: there is no such record, or no such name


async def ask_dns(
    policy: EgressPolicy, host: str, domain: str, *, now: datetime, seconds: float
) -> tuple[Lookup, tuple[DnsAnswer, ...]]:
    """Addresses of ``host``; name servers, mail servers and policy records of ``domain``."""
    if is_address(host):
        return Lookup(DNS, LookupState.NOT_ASKED, reason="the host is an address", asked_at=now), ()
    mapped = policy.mapped(host, TLS_PORT) is not None
    if _is_nowhere(policy, host):
        return Lookup(DNS, LookupState.NO_PUBLIC_SERVICE, reason=NOWHERE, asked_at=now), ()
    questions = [ask_name_servers(policy, host, types=HOST_TYPES, seconds=seconds)]
    if not mapped:
        questions.append(ask_name_servers(policy, domain, types=DOMAIN_TYPES, seconds=seconds))
    answers = tuple(answer for part in await asyncio.gather(*questions) for answer in part)
    return _judge_dns(answers, now), answers


async def ask_tls(policy: EgressPolicy, host: str, *, now: datetime, seconds: float) -> tuple[Lookup, TlsChain]:
    """The certificates that ``host`` shows on port 443, whether or not a strict client would take them."""
    if _is_nowhere(policy, host):
        return Lookup(TLS, LookupState.NO_PUBLIC_SERVICE, reason=NOWHERE, asked_at=now), TlsChain(host)
    loop = asyncio.get_running_loop()
    chain = await loop.run_in_executor(_threads(), lambda: lookup_tls(policy, host, TLS_PORT, at=now, seconds=seconds))
    if chain.chain:
        return Lookup(TLS, LookupState.FOUND, f"{host}:{TLS_PORT}", plain(chain.error), now), chain
    state = LookupState.TIMED_OUT if chain.timed_out else LookupState.FAILED
    return Lookup(TLS, state, f"{host}:{TLS_PORT}", plain(chain.error)[:REASON_CHARACTERS], now), chain


def addresses(answers: tuple[DnsAnswer, ...]) -> tuple[str, ...]:
    """What the A and AAAA records say."""
    return tuple(dict.fromkeys(value for answer in answers if answer.type in {"A", "AAAA"} for value in answer.values))


def mail_servers(answers: tuple[DnsAnswer, ...]) -> tuple[str, ...]:
    """The hosts of the MX records, the preferred first."""
    records = [value.split() for answer in answers if answer.type == "MX" for value in answer.values]
    pairs = sorted((int(parts[0]), parts[1]) for parts in records if len(parts) == 2 and parts[0].isdigit())
    return host_names([name for _, name in pairs])


def name_servers(answers: tuple[DnsAnswer, ...]) -> tuple[str, ...]:
    """The hosts of the NS records."""
    return host_names([value for answer in answers if answer.type == "NS" for value in answer.values])


def records(answers: tuple[DnsAnswer, ...]) -> tuple[DnsRecords, ...]:
    """Every record as a fact; TXT and CAA are strangers' text made plain."""
    return tuple(
        DnsRecords(answer.name, answer.type, tuple(plain(value) for value in answer.values))
        for answer in answers
        if answer.values
    )


def logged_at(chain: TlsChain) -> datetime | None:
    """When the leaf certificate entered its first certificate log, as the logs' own signed time-stamps in it say."""
    try:
        leaf = load_certificate(chain.chain[0])
        stamps = leaf.extensions.get_extension_for_class(x509.PrecertificateSignedCertificateTimestamps).value
        return min((stamp.timestamp.replace(tzinfo=UTC) for stamp in stamps), default=None)
    except (IndexError, ValueError, x509.ExtensionNotFound, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
        return None


def certificates(chain: TlsChain) -> tuple[Certificate, ...]:
    """The readable certificates of a chain, leaf first."""
    return tuple(found for der in chain.chain if (found := _certificate(der)) is not None)


def dns_bytes(answers: tuple[DnsAnswer, ...]) -> bytes:
    """The answers as JSON, for the evidence."""
    return dns_json(answers) if answers else b""


def tls_bytes(chain: TlsChain) -> bytes:
    """The chain as PEM, leaf first, for the evidence."""
    pem = []
    for der in chain.chain:
        try:
            pem.append(load_certificate(der).public_bytes(Encoding.PEM))
        except ValueError:
            pem.append(b"# unreadable certificate\n")
    return b"".join(pem)


def _is_nowhere(policy: EgressPolicy, host: str) -> bool:
    return host.rpartition(".")[2] in RESERVED and policy.mapped(host, TLS_PORT) is None


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(THREADS, thread_name_prefix="tls")


def _judge_dns(answers: tuple[DnsAnswer, ...], now: datetime) -> Lookup:
    source = next((answer.server for answer in answers if answer.server), "")
    errors = [answer.error for answer in answers if answer.error]
    if any(answer.values for answer in answers):
        state = LookupState.FOUND
    elif any(error.startswith("LifetimeTimeout") or error == LATE for error in errors):
        state = LookupState.TIMED_OUT
    elif errors and all(error.startswith(_ABSENT) for error in errors):
        return Lookup(DNS, LookupState.FAILED, source, "there are no records", now)
    else:
        state = LookupState.FAILED
    reason = "" if state is LookupState.FOUND else plain(next(iter(errors), "no answer"))
    return Lookup(DNS, state, source, reason[:REASON_CHARACTERS], now)


def _certificate(der: bytes) -> Certificate | None:
    try:
        found = load_certificate(der)
        return Certificate(
            subject=plain(found.subject.rfc4514_string()),
            issuer=plain(found.issuer.rfc4514_string()),
            not_before=found.not_valid_before_utc,
            not_after=found.not_valid_after_utc,
            names=_names(found),
            sha256=found.fingerprint(SHA256()).hex(),
            self_signed=found.subject == found.issuer,
        )
    except ValueError:  # strangers write certificates too
        return None


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except (x509.ExtensionNotFound, x509.DuplicateExtension, x509.UnsupportedGeneralNameType, ValueError):
        return ()
    return tuple(plain(name) for name in extension.value.get_values_for_type(x509.DNSName)[:64])
