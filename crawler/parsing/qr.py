"""Payment codes on a page: read from picture bytes, from inline pictures and from generators' URLs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import zxingcpp

from crawler.bounds import Bounds
from crawler.detection.facts import BankAccount, Image, PaymentQR, Wallet
from crawler.parsing.banks import lookup_bin
from crawler.parsing.document import Document
from crawler.parsing.folding import fold
from crawler.parsing.pictures import inline_picture, on_ground, read_picture
from crawler.parsing.vietqr import parse_code_url, parse_payload


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
    picture, gap = read_picture(content, bounds)
    if gap:
        return [], gap
    try:
        found = zxingcpp.read_barcodes(
            on_ground(picture, "white"), formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
        )
    except (ValueError, TypeError, RuntimeError, MemoryError) as error:
        return [], f"unreadable ({type(error).__name__})"
    return [code.text[:2_000] for code in found[:10] if code.text], ""


def _inline(document: Document) -> Iterator[tuple[str, bytes]]:
    """Pictures written into the page itself, decoded from base64."""
    for element in document.named("img"):
        if content := inline_picture(document, element):
            yield f"data:#{element.index}", content


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
