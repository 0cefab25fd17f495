"""Reads a host as a browser does, so that no spelling of an address slips past the policy as a name."""

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import unquote_to_bytes

import idna

from crawler.errors import EgressRefusedError

_FORBIDDEN = re.compile(r"[\x00-\x20\x7f#%/:<>?@\[\\\]^|]")
_NUMBER = re.compile(r"(?:0[xX][0-9a-fA-F]*|[0-9]+)\Z")
_HOST_CHARACTERS = 253
_LABEL_CHARACTERS = 63


@dataclass(frozen=True, slots=True)
class Host:
    """``name`` in lower-case ASCII without a final dot, or ``ip`` in canonical spelling; the other is empty."""

    name: str = ""
    ip: str = ""

    def __str__(self) -> str:
        return self.ip or self.name


def parse_host(text: str) -> Host:
    """Read a host by the rules of the WHATWG URL standard. Raises EgressRefusedError for what is no host."""
    if len(text) > 4 * _HOST_CHARACTERS:
        raise EgressRefusedError("the host is longer than any name")
    if text.startswith("[") or ":" in text:
        return Host(ip=_parse_ipv6(text))
    name = _to_ascii(_percent_decoded(text))
    if not name.strip(".") or len(name) > _HOST_CHARACTERS + 1 or _FORBIDDEN.search(name):
        raise EgressRefusedError(f"malformed host {text[:80]!r}")
    if _ends_in_number(name):
        return Host(ip=_parse_ipv4(name))
    name = name.removesuffix(".")
    if any(not 0 < len(label) <= _LABEL_CHARACTERS for label in name.split(".")):
        raise EgressRefusedError(f"malformed host {text[:80]!r}")
    return Host(name=name)


def _percent_decoded(text: str) -> str:
    if "%" not in text:
        return text
    return unquote_to_bytes(text).decode("utf-8", "replace")


def _to_ascii(text: str) -> str:
    """Compatibility mapping (full-width digits, ideographic dots, soft hyphens), then each label to punycode."""
    if text.isascii():
        return text.lower()
    try:
        mapped = idna.uts46_remap(text, std3_rules=False, transitional=False)
    except idna.IDNAError as error:
        raise EgressRefusedError(f"malformed host {text[:80]!r}") from error
    return ".".join(_label(part) for part in mapped.split("."))


def _label(label: str) -> str:
    if label.isascii():
        return label
    try:
        return idna.alabel(label).decode("ascii")
    except idna.IDNAError:  # browsers accept more letters than the registries do
        return "xn--" + label.encode("punycode").decode("ascii")


def _ends_in_number(name: str) -> bool:
    parts = name.split(".")
    if not parts[-1] and len(parts) > 1:
        parts.pop()
    return _NUMBER.match(parts[-1]) is not None


def _parse_ipv4(name: str) -> str:
    parts = name.removesuffix(".").split(".")
    if len(parts) > 4 or not all(_NUMBER.match(part) and len(part) <= 20 for part in parts):
        raise EgressRefusedError(f"malformed address {name[:80]!r}")
    try:
        numbers = [_number(part) for part in parts]
    except ValueError as error:  # an 8 or 9 in an octal number
        raise EgressRefusedError(f"malformed address {name[:80]!r}") from error
    if any(number > 255 for number in numbers[:-1]) or numbers[-1] >= 256 ** (5 - len(numbers)):
        raise EgressRefusedError(f"malformed address {name[:80]!r}")
    high = sum(number << (8 * (3 - place)) for place, number in enumerate(numbers[:-1]))
    return str(IPv4Address(high + numbers[-1]))


def _number(part: str) -> int:
    if part[:2] in {"0x", "0X"}:
        return int(part[2:] or "0", 16)
    if len(part) > 1 and part.startswith("0"):
        return int(part, 8)
    return int(part)


def _parse_ipv6(text: str) -> str:
    inner = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    if "%" in inner:
        raise EgressRefusedError(f"an address with a zone id: {text[:80]!r}")
    try:
        return str(IPv6Address(inner))
    except AddressValueError as error:
        raise EgressRefusedError(f"malformed address {text[:80]!r}") from error
