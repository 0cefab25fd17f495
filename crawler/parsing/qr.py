"""Payment codes on a page: read from picture bytes, from inline pictures and from generators' URLs."""

import base64
import binascii
import io
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import zxingcpp
from PIL import Image as Picture

from crawler.bounds import Bounds
from crawler.detection.facts import BankAccount, Image, PaymentQR, Wallet
from crawler.parsing.banks import lookup_bin
from crawler.parsing.document import Document
from crawler.parsing.folding import fold
from crawler.parsing.vietqr import parse_code_url, parse_payload

LONGEST_SIDE = 1_600
SMALLEST_INLINE = 400  # characters of base64; less is a spacer or an icon
_INLINE = ("data:image/png", "data:image/jp", "data:image/gif", "data:image/webp", "data:image/bmp")
_FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP")


@dataclass(slots=True)
class Codes:
    """``texts``: what codes said that are no payment codes (links, mostly); ``gaps``: pictures that were not read."""

    payments: list[PaymentQR] = field(default_factory=list)
    accounts: list[BankAccount] = field(default_factory=list)
    wallets: list[Wallet] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)


def parse_codes(document: Document, pictures: tuple[Image, ...], images: Mapping[str, bytes]) -> Codes:
    """All codes of a page; at most ``bounds.images_per_page`` pictures are decoded."""
    codes = Codes()
    for picture in pictures:
        if drawn := parse_code_url(picture.url):
            _keep(codes, drawn[0], drawn[1])
    sources = [*images.items(), *_inline(document)]
    for url, content in sources[: document.bounds.images_per_page]:
        texts, gap = read_codes(content, document.bounds)
        if gap:
            codes.gaps.append(f"picture {url[:120]}: {gap}")
        for text in texts:
            _sort(codes, text, url)
    if len(sources) > document.bounds.images_per_page:
        codes.gaps.append(f"{len(sources) - document.bounds.images_per_page} pictures not read for codes")
    return codes


def read_codes(content: bytes, bounds: Bounds) -> tuple[list[str], str]:
    """Texts of the QR codes in one picture, and why it was not read, if so. Never raises on hostile bytes."""
    if len(content) > bounds.image_bytes:
        return [], f"larger than {bounds.image_bytes} bytes"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            picture = _grey(content, bounds)
        if picture is None:
            return [], f"more than {bounds.image_pixels} pixels"
        found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    except (OSError, ValueError, SyntaxError, TypeError, EOFError, KeyError, RuntimeError, MemoryError) as error:
        return [], f"unreadable ({type(error).__name__})"
    except (Picture.DecompressionBombError, Warning, binascii.Error, OverflowError) as error:
        return [], f"refused ({type(error).__name__})"
    return [code.text[:2_000] for code in found[:10] if code.text], ""


def _grey(content: bytes, bounds: Bounds) -> Picture.Image | None:
    """The picture in grey, scaled down; None when it is too large. Its size is known before a pixel is decoded."""
    with Picture.open(io.BytesIO(content), formats=_FORMATS) as picture:
        if picture.width * picture.height > bounds.image_pixels:
            return None
        picture.draft("L", (LONGEST_SIDE, LONGEST_SIDE))
        flat: Picture.Image = picture
        if picture.mode in {"RGBA", "LA", "P", "PA"}:
            flat = picture.convert("RGBA")
            flat = Picture.alpha_composite(Picture.new("RGBA", flat.size, "white"), flat)
        grey = flat.convert("L")
        grey.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        return grey


def _inline(document: Document) -> Iterator[tuple[str, bytes]]:
    """Pictures written into the page itself, decoded from base64."""
    for element in document.named("img"):
        head, _, rest = element.get("src").partition("base64,")
        text = document.blobs[int(rest[1:])] if _refers(rest, len(document.blobs)) else rest
        if not head.lower().startswith(_INLINE) or len(text) < SMALLEST_INLINE:
            continue
        if len(text) > document.bounds.image_bytes * 2:
            continue
        try:
            yield f"data:#{element.index}", base64.b64decode(text.replace("%2B", "+").replace("%3D", "="))
        except (binascii.Error, ValueError):
            continue


def _refers(rest: str, count: int) -> bool:
    return rest.startswith("~") and rest[1:].isdecimal() and len(rest) < 8 and int(rest[1:]) < count


def _sort(codes: Codes, text: str, url: str) -> None:
    parts = text.split("|")
    if (payment := parse_payload(text, url)) is not None:
        _keep(codes, payment, "")
    elif len(parts) >= 4 and parts[0] == "2" and parts[1] == "99":  # MoMo's own transfer code
        codes.wallets.append(Wallet("momo", parts[2][:40], parts[3].strip()[:100], text[:300]))
    else:
        codes.texts.append(text)


def _keep(codes: Codes, payment: PaymentQR, holder: str) -> None:
    if any(_same(payment, known) for known in codes.payments):
        return
    codes.payments.append(payment)
    bank = lookup_bin(payment.bin)
    if not payment.account or payment.service == "card":
        return
    shown = payment.payload or payment.image_url
    if bank is not None and bank.kind == "wallet":
        codes.wallets.append(Wallet(bank.id, payment.account, holder, shown[:300]))
        return
    name = " ".join(holder.split()) if fold(holder).replace(" ", "").isalpha() else ""
    brand = bank.id if bank else ""
    codes.accounts.append(BankAccount(payment.account, brand, payment.bin, name, shown[:300], "vietqr"))


def _same(one: PaymentQR, other: PaymentQR) -> bool:
    if one.payload and other.payload:
        return one.payload == other.payload
    return (one.bin, one.account) == (other.bin, other.account)
