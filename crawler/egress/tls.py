"""Fetches a server's certificate chain as it was sent, and says what a strict client would have refused."""

import selectors
import socket
import ssl
import time
import warnings
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError
from OpenSSL import SSL

from crawler.certificates import load_certificate
from crawler.egress.dial import connect
from crawler.egress.failures import describe
from crawler.egress.hostname import parse_host
from crawler.egress.policy import EgressPolicy
from crawler.egress.resolver import NameNotFoundError
from crawler.errors import EgressRefusedError
from crawler.visit import TlsChain

CERTIFICATES = 10
REASON_CHARACTERS = 300


def lookup_tls(policy: EgressPolicy, host: str, port: int = 443, *, at: datetime, seconds: float = 10.0) -> TlsChain:
    """The chain of ``host:port``, judged as of ``at`` by the system's roots. Never raises: ``error`` says why not."""
    try:
        name = str(parse_host(host))
        protocol, cipher, chain = _handshake(policy, name, port, seconds)
    except (EgressRefusedError, NameNotFoundError) as error:
        return TlsChain(host=host, error=str(error)[:REASON_CHARACTERS])
    except OSError as error:
        late = isinstance(error, TimeoutError) and not error.errno
        return TlsChain(host=host, error=describe(error)[:REASON_CHARACTERS], timed_out=late)
    except SSL.Error as error:
        return TlsChain(host=host, error=f"TLS failed ({_said(error)})"[:REASON_CHARACTERS])
    return judged_chain(TlsChain(host=name, protocol=protocol, cipher=cipher, chain=chain), at=at)


def judged_chain(tls: TlsChain, *, at: datetime) -> TlsChain:
    """``tls`` with ``verified`` and ``error`` filled in by a strict verification as of ``at``."""
    error = verify_chain(tls.host, tls.chain, at=at)
    return TlsChain(
        host=tls.host, protocol=tls.protocol, cipher=tls.cipher, chain=tls.chain, verified=not error, error=error
    )


def verify_chain(host: str, chain: Sequence[bytes], *, at: datetime, roots: bytes = b"") -> str:
    """Why a strict client would refuse this chain (DER, leaf first), or "". ``roots``: PEM in place of the system's."""
    if not chain:
        return "no certificate was sent"
    try:
        certificates = [load_certificate(der) for der in chain[:CERTIFICATES]]
    except ValueError as error:
        return f"its certificate cannot be read ({error})"[:REASON_CHARACTERS]
    try:
        verifier = PolicyBuilder().store(_store(roots) if roots else _system_store()).time(at)
        verifier.build_server_verifier(_subject(host)).verify(certificates[0], certificates[1:])
    except VerificationError as error:
        return _fault(certificates[0], at, str(error))[:REASON_CHARACTERS]
    except (ValueError, x509.UnsupportedGeneralNameType) as error:
        return str(error)[:REASON_CHARACTERS]
    return ""


def _fault(leaf: x509.Certificate, at: datetime, said: str) -> str:
    """The verifier's finding in words that a reader of the evidence understands."""
    if "subjectAltName" in said:
        return f"its certificate is for another name ({', '.join(_names(leaf)) or 'it names none'})"
    if "not valid at validation time" in said:
        if at > leaf.not_valid_after_utc:
            return f"its certificate expired on {leaf.not_valid_after_utc:%Y-%m-%d}"
        if at < leaf.not_valid_before_utc:
            return f"its certificate is valid only from {leaf.not_valid_before_utc:%Y-%m-%d} on"
        return "a certificate above its own is out of date"
    if "candidates exhausted" in said:
        own = leaf.issuer == leaf.subject
        return "its certificate is signed by itself" if own else "its chain leads to no root that this machine trusts"
    return f"its certificate is not trusted ({said.removeprefix('validation failed: ').partition(' (encountered')[0]})"


def _names(leaf: x509.Certificate) -> list[str]:
    """The first names that a certificate is for, as far as they can be read."""
    try:
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError, x509.UnsupportedGeneralNameType):
        return []
    return [name.encode("ascii", "backslashreplace").decode()[:80] for name in names.get_values_for_type(x509.DNSName)][
        :3
    ]


def _handshake(policy: EgressPolicy, name: str, port: int, seconds: float) -> tuple[str, str, tuple[bytes, ...]]:
    deadline = time.monotonic() + seconds
    with connect(policy, name, port, seconds) as plain:
        context = SSL.Context(SSL.TLS_CLIENT_METHOD)
        context.set_verify(SSL.VERIFY_NONE)
        context.set_cipher_list(b"DEFAULT:@SECLEVEL=0")
        connection = SSL.Connection(context, plain)
        connection.set_connect_state()
        if not _is_address(name):
            connection.set_tlsext_host_name(name.encode("ascii"))
        _shake(connection, plain, deadline)
        sent = connection.get_peer_cert_chain(as_cryptography=True) or []
        chain = tuple(certificate.public_bytes(Encoding.DER) for certificate in sent[:CERTIFICATES])
        return connection.get_protocol_version_name(), connection.get_cipher_name() or "", chain


def _shake(connection: SSL.Connection, plain: socket.socket, deadline: float) -> None:
    """The handshake on a non-blocking socket: a per-read time-out would let a dripping server hold us for ever."""
    plain.setblocking(False)
    with selectors.DefaultSelector() as selector:
        selector.register(plain, selectors.EVENT_READ)
        while True:
            try:
                connection.do_handshake()
            except SSL.WantReadError:
                selector.modify(plain, selectors.EVENT_READ)
            except SSL.WantWriteError:
                selector.modify(plain, selectors.EVENT_WRITE)
            else:
                return
            left = deadline - time.monotonic()
            if left <= 0 or not selector.select(left):
                raise TimeoutError("the TLS handshake took too long")


def _said(error: SSL.Error) -> str:
    """The library's reasons, without its routines and codes."""
    stack = error.args[0] if error.args and isinstance(error.args[0], list) else []
    return "; ".join(str(entry[-1]) for entry in stack if entry) or str(error) or "the other side hung up"


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _subject(host: str) -> x509.DNSName | x509.IPAddress:
    return x509.IPAddress(ip_address(host)) if _is_address(host) else x509.DNSName(host)


def _store(pem: bytes) -> Store:
    with warnings.catch_warnings():  # old roots with odd serial numbers are trusted by browsers too
        warnings.simplefilter("ignore", CryptographyDeprecationWarning)
        return Store(x509.load_pem_x509_certificates(pem))


@cache
def _system_store() -> Store:
    """The system's roots. Raises ValueError when there are none."""
    file = ssl.get_default_verify_paths().cafile
    if not file or not Path(file).is_file():
        raise ValueError("this machine has no file of trusted roots; install ca-certificates")
    return _store(Path(file).read_bytes())
