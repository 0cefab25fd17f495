"""Reads and checks RFC 3161 time-stamp answers: what they cover, when they were given, who signed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256, sha384, sha512
from pathlib import Path

from cryptography import x509
from rfc3161_client import PKIStatus, TimeStampResponse, VerificationError, VerifierBuilder, decode_timestamp_response

from crawler.certificates import load_certificate
from crawler.errors import TimestampError
from crawler.evidence.token_order import order_certificates

MAX_TOKEN_BYTES = 100_000

_HASHES = {
    "2.16.840.1.101.3.4.2.1": sha256,
    "2.16.840.1.101.3.4.2.2": sha384,
    "2.16.840.1.101.3.4.2.3": sha512,
}


@dataclass(frozen=True, slots=True)
class TokenFacts:
    """When and by whom, as the token says. ``trusted``: the chain was followed to a root that the operator trusts."""

    at: datetime
    authority: str
    serial: int
    trusted: bool


def load_roots(path: Path | None) -> tuple[x509.Certificate, ...]:
    """The certificates of a PEM file; () for none. Raises TimestampError naming the file."""
    if path is None:
        return ()
    try:
        return tuple(x509.load_pem_x509_certificates(path.read_bytes()))
    except (OSError, ValueError) as error:
        raise TimestampError(
            f"{path} holds no usable PEM certificates ({error}); set LACHAN_TIMESTAMP_CA to the authorities' roots"
        ) from error


def check_token(
    answer: bytes, manifest: bytes, *, roots: tuple[x509.Certificate, ...] = (), nonce: int | None = None
) -> TokenFacts:
    """Proves that ``answer``, a whole time-stamp response, covers exactly ``manifest`` and is signed.

    With ``roots`` the chain must lead to one of them; without, only the token's own certificates are consulted, so
    its integrity is shown but not its authority. Raises TimestampError with the reason.
    """
    response = _decode(answer)
    try:
        info = response.tst_info
        _check_cover(response, manifest, nonce)
        embedded = tuple(load_certificate(der) for der in response.signed_data.certificates)
        _check_signature(response, manifest, [(root,) for root in roots] or [embedded])
        signer = _signer(response, embedded)
        at = info.gen_time if info.gen_time.tzinfo else info.gen_time.replace(tzinfo=UTC)
        return TokenFacts(at, signer, info.serial_number, bool(roots))
    except VerificationError as error:
        raise TimestampError(f"the token does not hold: {error}") from error
    except ValueError as error:
        raise TimestampError(f"the token cannot be read: {error}") from error


def _decode(answer: bytes) -> TimeStampResponse:
    if len(answer) > MAX_TOKEN_BYTES:
        raise TimestampError(f"an answer of {len(answer)} bytes is no time-stamp")
    try:
        response = decode_timestamp_response(order_certificates(answer))
    except ValueError as error:
        raise TimestampError(f"the answer is no RFC 3161 response: {error}") from error
    if response.status != PKIStatus.GRANTED:
        words = "; ".join(response.status_string)[:200]
        name = PKIStatus(response.status).name.lower() if response.status in {*PKIStatus} else str(response.status)
        raise TimestampError(f"the authority did not grant it: {name}{f' ({words})' if words else ''}")
    return response


def _check_cover(response: TimeStampResponse, manifest: bytes, nonce: int | None) -> None:
    imprint = response.tst_info.message_imprint
    hasher = _HASHES.get(imprint.hash_algorithm.dotted_string)
    if hasher is None:
        raise TimestampError(f"the token uses another hash, {imprint.hash_algorithm.dotted_string}")
    if imprint.message != hasher(manifest).digest():
        raise TimestampError("the token covers other bytes than the manifest")
    if nonce is not None and response.tst_info.nonce != nonce:
        raise TimestampError("the token answers another request: its nonce differs")


def _check_signature(
    response: TimeStampResponse, manifest: bytes, stores: Sequence[tuple[x509.Certificate, ...]]
) -> None:
    """The chain must lead to an anchor of one store. A renewed root often bears the old one's name, and a verifier that
    knows both may follow the wrong one: so each root is tried by itself."""
    failures: list[VerificationError] = []
    for anchors in stores:
        if not anchors:
            raise TimestampError("the token carries no certificate")
        builder = VerifierBuilder()
        for anchor in dict.fromkeys(anchors):
            builder = builder.add_root_certificate(anchor)
        try:
            builder.build().verify_message(response, manifest)
        except VerificationError as error:
            failures.append(error)
        else:
            return
    raise failures[0]


def _signer(response: TimeStampResponse, embedded: tuple[x509.Certificate, ...]) -> str:
    for info in response.signed_data.signer_infos:
        for certificate in embedded:
            if certificate.issuer == info.issuer and certificate.serial_number == info.serial_number:
                return certificate.subject.rfc4514_string()[:300]
    return ""
