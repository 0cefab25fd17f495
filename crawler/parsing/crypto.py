"""Crypto addresses whose own checksum holds: Bitcoin, Ethereum and its kin, Tron."""

import hashlib
import re
from collections.abc import Iterator

from crawler.detection.facts import CryptoAddress
from crawler.parsing.document import Document
from crawler.parsing.keccak import keccak256

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_CANDIDATE = re.compile(
    r"(?<![A-Za-z0-9])(?:(0x[0-9a-fA-F]{40})|(T[1-9A-HJ-NP-Za-km-z]{33})|([13][1-9A-HJ-NP-Za-km-z]{25,34})"
    r"|(bc1[02-9ac-hj-np-z]{11,71}|BC1[02-9AC-HJ-NP-Z]{11,71}))(?![A-Za-z0-9])"
)


def parse_crypto(document: Document) -> tuple[CryptoAddress, ...]:
    """Addresses in the text, in copy buttons and in inputs. Base58 and bech32 without a right checksum are noise."""
    found: dict[str, CryptoAddress] = {}
    for text in _texts(document):
        for match in _CANDIDATE.finditer(text):
            address = judge_address(match[0])
            if address:
                found.setdefault(address.address, address)
            if len(found) >= document.bounds.matches:
                return tuple(found.values())
    return tuple(found.values())


def judge_address(text: str) -> CryptoAddress | None:
    """One address with its checksum's verdict; None for what is no address of a known kind."""
    if re.fullmatch(r"0x[0-9a-fA-F]{40}", text):
        return CryptoAddress("eth", text, _eip55(text))
    if text[:3].lower() == "bc1":
        return CryptoAddress("btc", text.lower(), True) if bech32_holds(text.lower()) else None
    version = base58_version(text)
    if version == 0x41 and text.startswith("T"):
        return CryptoAddress("tron", text, True)
    return CryptoAddress("btc", text, True) if version in {0x00, 0x05} else None


def _texts(document: Document) -> Iterator[str]:
    yield from document.plain_lines
    for element in document.elements:
        for name in ("data-clipboard-text", "data-copy", "data-address", "value", "content"):
            if len(element.attrs.get(name, "")) >= 26:
                yield element.get(name)[:500]
        if element.tag == "a" and element.get("href")[:9].lower() in {
            "bitcoin:1",
            "bitcoin:3",
            "bitcoin:b",
            "ethereum:",
        }:
            yield element.get("href")[:200].replace(":", " ").replace("?", " ")


def _eip55(address: str) -> bool | None:
    """Mixed case is a checksum; one case alone carries none."""
    digits = address[2:]
    if digits in {digits.lower(), digits.upper()}:
        return None
    proof = keccak256(digits.lower().encode()).hex()
    return all(
        letter.isdigit() or letter.isupper() == (int(nibble, 16) >= 8)
        for letter, nibble in zip(digits, proof, strict=False)
    )


def base58_version(text: str) -> int | None:
    """The version byte of a 25-byte base58check text; None when its checksum fails."""
    number = 0
    for letter in text[:40]:
        digit = _ALPHABET.find(letter)
        if digit < 0:
            return None
        number = number * 58 + digit
    try:
        raw = number.to_bytes(25, "big")
    except OverflowError:
        return None
    body, check = raw[:21], raw[21:]
    return body[0] if hashlib.sha256(hashlib.sha256(body).digest()).digest()[:4] == check else None


def bech32_holds(address: str) -> bool:
    """The checksum of a lower-case ``bc1`` address, bech32 or bech32m by its witness version."""
    values = [3, 3, 0, 2, 3, *(_BECH32.find(letter) for letter in address[3:])]
    if min(values) < 0 or len(address) < 14:
        return False
    state = 1
    for value in values:
        top, state = state >> 25, (state & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            state ^= generator if top >> bit & 1 else 0
    return state == (1 if values[5] == 0 else 0x2BC830A3)
