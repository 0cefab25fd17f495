"""One entry of a certificate-transparency log: the names that its certificate is for (RFC 6962, section 3.4)."""

import warnings
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from cryptography import x509
from cryptography.x509.oid import NameOID

from crawler.certificates import load_certificate
from crawler.errors import CrawlerError

MAX_NAMES: Final = 1_000  # of one certificate
_X509, _PRECERT = 0, 1
_SEQUENCE, _INTEGER, _VERSION = 0x30, 0x02, 0xA0
_NO_SIGNATURE: Final = b"\x03\x02\x00\x00"


class UnreadableEntryError(CrawlerError):
    """An entry is no leaf of such a log, or its certificate cannot be read."""


@dataclass(frozen=True, slots=True)
class CtEntry:
    """What one leaf says. ``names``: DNS names, each once, wildcards as they stand."""

    logged_at: datetime
    names: tuple[str, ...]
    precertificate: bool


def parse_leaf(leaf: bytes) -> CtEntry:
    """A ``MerkleTreeLeaf``: what the tree itself commits to, not what the log tells beside it.

    Raises UnreadableEntryError.
    """
    reader = _Reader(leaf)
    if reader.take(2) != b"\x00\x00":
        raise UnreadableEntryError("it is no time-stamped entry of version 1")
    milliseconds = reader.number(8)
    kind = reader.number(2)
    if kind == _X509:
        certificate = reader.block()
    elif kind == _PRECERT:
        reader.take(32)  # hash of the issuer's key
        certificate = _wrapped(reader.block())
    else:
        raise UnreadableEntryError(f"entry type {kind} is unknown")
    try:
        logged_at = datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (OverflowError, OSError, ValueError) as error:
        raise UnreadableEntryError("its time cannot be") from error
    return CtEntry(logged_at, _names(certificate), kind == _PRECERT)


def _names(der: bytes) -> tuple[str, ...]:
    """DNS names of the subject alternative name, or the common name where there is none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # old and odd certificates are what is looked at
            certificate = load_certificate(der)
            try:
                held = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
                names = held.get_values_for_type(x509.DNSName)
            except x509.ExtensionNotFound:
                common = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
                names = [str(entry.value) for entry in common]
    except (ValueError, TypeError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType) as error:
        raise UnreadableEntryError(f"its certificate cannot be read: {error}"[:300]) from error
    return tuple(dict.fromkeys(name.lower() for name in names[:MAX_NAMES] if "." in name and len(name) <= 255))


def _wrapped(tbs: bytes) -> bytes:
    """A to-be-signed certificate with its own algorithm and an empty signature, so that a parser takes it."""
    reader = _Reader(tbs)
    inner = _Reader(reader.element(_SEQUENCE))
    if inner.peek() == _VERSION:
        inner.element(_VERSION)
    inner.element(_INTEGER)
    begin = inner.place
    inner.element(_SEQUENCE)
    algorithm = inner.data[begin : inner.place]
    body = tbs + algorithm + _NO_SIGNATURE
    return bytes([_SEQUENCE]) + _length(len(body)) + body


def _length(size: int) -> bytes:
    if size < 0x80:
        return bytes([size])
    raw = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(raw)]) + raw


class _Reader:
    """Reads lengths and DER elements in order; more than there is raises UnreadableEntryError."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.place = 0

    def take(self, size: int) -> bytes:
        part = self.data[self.place : self.place + size]
        if len(part) < size:
            raise UnreadableEntryError("it ends too early")
        self.place += size
        return part

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "big")

    def block(self) -> bytes:
        """Bytes after a length of three."""
        return self.take(self.number(3))

    def peek(self) -> int:
        return self.data[self.place] if self.place < len(self.data) else -1

    def element(self, tag: int) -> bytes:
        """The content of the next DER element, which must have this tag."""
        if self.number(1) != tag:
            raise UnreadableEntryError("its certificate is not built as one")
        size = self.number(1)
        if size & 0x80:
            if size & 0x7F > 4:
                raise UnreadableEntryError("a length in its certificate is too long")
            size = self.number(size & 0x7F)
        return self.take(size)
