"""Payment codes: EMV merchant payloads (VietQR among them) and the picture URLs that generators draw them from."""

import re
from binascii import crc_hqx
from urllib.parse import parse_qs, unquote, urlsplit

from crawler.detection.facts import PaymentQR
from crawler.parsing.banks import find_bank

NAPAS_AID = "A000000727"
_SERVICES = {"QRIBFTTA": "account", "QRIBFTTC": "card"}
_PATH = re.compile(
    r"^/(?:image|img|v2/image)/([A-Za-z0-9]{2,20})-([A-Za-z0-9]{3,25})(?:-([A-Za-z0-9_]{1,20}))?(?:\.(?:png|jpe?g"
    r"|svg|webp))?$"
)


def parse_payload(payload: str, image_url: str = "") -> PaymentQR | None:
    """Read an EMV payload, in whatever order its fields come; None for other texts.

    Layout: two-digit tag, two-digit length, value; 38 holds the NAPAS account, 54 the amount, 62 the message
    and 63 the CRC.
    """
    if len(payload) > 1_024 or not payload.startswith("0002"):
        return None
    fields = read_tlv(payload)
    merchant = next((tag for tag in fields if "26" <= tag <= "51"), "")
    if not merchant and "63" not in fields:
        return None
    napas = next((read_tlv(fields[tag]) for tag in fields if "26" <= tag <= "51" and NAPAS_AID in fields[tag]), {})
    member = read_tlv(napas.get("01", ""))
    return PaymentQR(
        payload=payload,
        bin=member.get("00", ""),
        account=member.get("01", ""),
        service=_SERVICES.get(napas.get("02", ""), "" if napas else "merchant"),
        amount=_amount(fields.get("54", "")),
        message=read_tlv(fields.get("62", "")).get("08", ""),
        crc_ok=crc_matches(payload),
        image_url=image_url,
    )


def read_tlv(text: str) -> dict[str, str]:
    """Fields by tag; reading stops at the first that does not hold, first of a kind wins."""
    fields: dict[str, str] = {}
    position = 0
    while position + 4 <= len(text):
        tag, length = text[position : position + 2], text[position + 2 : position + 4]
        if not (tag.isascii() and tag.isdigit() and length.isascii() and length.isdigit()):
            break
        value = text[position + 4 : position + 4 + int(length)]
        if len(value) < int(length):
            break
        fields.setdefault(tag, value)
        position += 4 + int(length)
    return fields


def crc_matches(payload: str) -> bool:
    """CRC-16/CCITT-FALSE over everything up to and including ``6304``, which the standard puts last."""
    body, mark, given = payload.rpartition("6304")
    if not mark or not re.fullmatch(r"[0-9A-Fa-f]{4}", given):
        return False
    return crc_hqx(f"{body}{mark}".encode("utf-8", "surrogatepass"), 0xFFFF) == int(given, 16)


def _amount(text: str) -> int | None:
    whole = text.split(".", 1)[0]
    return int(whole) if whole.isascii() and whole.isdigit() and len(whole) <= 15 else None


def parse_code_url(url: str) -> tuple[PaymentQR, str] | None:
    """The code that a generator's URL would draw, with the holder that it names.

    Known: img.vietqr.io/image/<bank>-<account>-<template>, vietqr.io/img/..., api.vietqr.io/image/..., and
    qr.sepay.vn/img?acc=&bank=. The payload is then empty: nothing was read from a picture.
    """
    try:
        parts = urlsplit(url[:2_000])
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    asked = {name: values[0] for name, values in parse_qs(parts.query[:2_000]).items()}
    if host == "vietqr.io" or host.endswith((".vietqr.io", ".vietqr.net", ".vietqr.co")):
        found = _PATH.match(unquote(parts.path))
        bank, account = (found[1], found[2]) if found else ("", "")
    elif host in {"qr.sepay.vn", "vietqr.app"} and parts.path.startswith("/img"):
        bank, account = asked.get("bank", ""), asked.get("acc", "")
    else:
        return None
    known = find_bank(bank)
    if not account or not known:
        return None
    message = asked.get("addInfo") or asked.get("des") or ""
    code = PaymentQR("", known.bin, account[:25], "account", _amount(asked.get("amount", "")), message[:200], True, url)
    return code, asked.get("accountName", "").strip()[:100]
