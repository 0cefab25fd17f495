"""Prices in dong: written in the text, struck out beside a new one, in data attributes, or in JSON-LD offers."""

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from crawler.detection.facts import Price
from crawler.parsing.document import Document, Element
from crawler.parsing.folding import fold, plain
from crawler.parsing.structured import structured_objects
from crawler.parsing.text import meta_content

SMALLEST, LARGEST = 1_000, 100_000_000_000
PAIRS = 400  # struck-out prices looked at

_DIGIT = re.compile(r"\d")
_DIGITS = r"\d{1,3}(?:[.,]\d{3}){1,3}|\d{1,12}"
# A mark of the currency may be followed by the next price at once, as neighbouring elements draw it.
_AMOUNT = re.compile(
    rf"(?<![0-9a-ce-z_.,/])(?:(?:vnd|₫|d)\s?({_DIGITS})(?![\d.,]*\d|\s?(?:k|tr|d|₫|vnd|%))(?![a-z])"
    r"|(\d{1,3}(?:[.,]\d{1,2})?)\s?(ty|trieu|tr)(\d{1,3}|\s\d00(?!\d)|\s\d(?!\d))?(?:\s?(?:dong|d|vnd|₫))?(?![a-z0-9])"
    rf"|({_DIGITS})\s?(k|nghin|ngan)(?:\s?(?:dong|d|vnd|₫))?(?![a-z0-9])"
    rf"|({_DIGITS})\s?(?:₫|vnd|dong|d)(?![a-z]))"
)
# «10k người theo dõi», «5tr lượt xem», «2m vải»: counts and lengths, not money.
_COUNTED = re.compile(
    r"\s{0,2}(?:\+\s?)?(?:nguoi|luot|like|follow|view|sub|thanh vien|khach|da ban|don hang|san pham|x\s?\d)"
)
_WAS_LABEL = re.compile(
    r"(?:gia (?:goc|cu|niem yet|thi truong|ban dau|hang)|nguyen gia|truoc day|truoc km)\s{0,2}(?:la|chi)?[\s:]{0,4}$"
)
_OLD_CLASS = re.compile(
    r"old[-_]?price|price[-_]?old|compare|original[-_]?price|regular[-_]?price|gia[-_]?(?:cu|goc)|line-through"
)
_NEW_CLASS = re.compile(r"sale|special|new|final|current|khuyen|promo|discount")
_STRUCK = frozenset({"del", "s", "strike"})
_TITLES = frozenset({"h1", "h2", "h3", "h4", "h5"})
_DATA = ("data-price", "data-product-price", "data-sale-price", "data-gia", "data-amount")


def parse_prices(document: Document) -> tuple[Price, ...]:
    """Pairs first, then offers in the markup, then every other amount in the text; each (amount, was, item) once."""
    found: dict[tuple[int, int | None, str], Price] = {}
    for price in (*_pairs(document), *_labelled(document), *_offers(document), *_attributes(document)):
        found.setdefault((price.amount, price.was, price.item), price)
    known = {price.amount for price in found.values()} | {price.was for price in found.values()}
    for price in _written(document):
        if price.amount not in known:
            known.add(price.amount)
            found[(price.amount, None, "")] = price
        if len(found) >= document.bounds.matches:
            break
    return tuple(found.values())[: document.bounds.matches]


def find_amounts(text: str) -> list[tuple[int, int, int]]:
    """(amount in dong, start, end) of every amount of money in one line, at most 100."""
    return amounts_in(fold(plain(text[:5_000])))


def amounts_in(folded: str) -> list[tuple[int, int, int]]:
    """The same of a line that is folded already, such as one of ``Document.folded_lines``."""
    amounts = []
    for found in _AMOUNT.finditer(folded):
        amount = _amount(found)
        if SMALLEST <= amount <= LARGEST and not _COUNTED.match(folded, found.end()):
            amounts.append((amount, found.start(), found.end()))
        if len(amounts) == 100:
            break
    return amounts


def _amount(found: re.Match[str]) -> int:
    before, millions, unit, rest, thousands, _, marked = found.groups()
    if millions:
        return _millions(millions, unit, rest or "")
    if thousands:
        return _whole(thousands) * 1_000
    return _whole(before or marked)


def _whole(digits: str) -> int:
    return int(re.sub(r"[.,]", "", digits))


def _millions(number: str, unit: str, rest: str) -> int:
    """«1tr2» is 1,200,000 and «1tr290» 1,290,000: the rest is a decimal fraction of the unit."""
    scale = 1_000_000_000 if unit == "ty" else 1_000_000
    whole = Decimal(number.replace(",", "."))
    rest = rest.strip()
    return int(whole * scale) + (int(rest) * scale // 10 ** len(rest) if rest else 0)


def _written(document: Document) -> Iterator[Price]:
    for line, folded in zip(document.plain_lines, document.folded_lines, strict=True):
        for amount, start, end in amounts_in(folded[:5_000]) if _DIGIT.search(folded, 0, 5_000) else ():
            yield Price(amount, None, line[start:end])


def _labelled(document: Document) -> Iterator[Price]:
    """«Giá gốc: 1.990.000đ», and the lower price that follows within two lines."""
    lines = document.plain_lines
    for index, folded in enumerate(document.folded_lines):
        if "gia" not in folded and "truoc" not in folded:
            continue
        for was, start, end in find_amounts(lines[index]):
            if not _WAS_LABEL.search(folded, max(0, start - 40), start):
                continue
            following = " ".join((lines[index][end:500], *lines[index + 1 : index + 3]))[:500]
            after = next((amount for amount, _, _ in find_amounts(following) if amount < was), None)
            if after:
                yield Price(after, was, f"{lines[index][start:end]} → {after}")


def _pairs(document: Document) -> Iterator[Price]:
    for old in _struck_out(document):
        was = next((amount for amount, _, _ in find_amounts(_with_unit(document.text_of(old, 80)))), None)
        price = _pair(document, old, was) if was else None
        if price:
            yield price


def _struck_out(document: Document) -> list[Element]:
    return [element for element in document.elements if _is_struck(element)][:PAIRS]


def _is_struck(element: Element) -> bool:
    if element.tag in _STRUCK:
        return True
    marks = element.attrs.get("class", "")[:200] + element.attrs.get("style", "")[:200]
    return (
        bool(marks)
        and element.tag in {"span", "p", "div", "b", "i", "em", "font"}
        and _OLD_CLASS.search(marks.lower()) is not None
    )


def _with_unit(text: str) -> str:
    """A struck-out price may leave its unit to the price beside it."""
    return f"{text}đ" if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", text.strip()) else text


def _pair(document: Document, old: Element, was: int) -> Price | None:
    for outer in document.ancestors(old, 4):
        if sum(1 for inner in document.within(outer, 120) if _is_struck(inner) and inner.parent != old.index) > 2:
            return None  # other goods' prices stand here too
        words = document.text_around(outer, old)
        lower = [(amount, start, end) for amount, start, end in find_amounts(words) if amount < was]
        if lower:
            amount, start, end = _preferred(document, outer, lower)
            shown = plain(words)[start:end] if end else str(amount)
            return Price(amount, was, f"{shown} ({document.text_of(old, 40)})", _item(document, outer))
    return None


def _preferred(document: Document, outer: Element, lower: list[tuple[int, int, int]]) -> tuple[int, int, int]:
    """The price in ``ins`` or in a class named for a sale, else the first."""
    for inner in document.within(outer, 60):
        if inner.tag == "ins" or _NEW_CLASS.search(inner.attrs.get("class", "")[:200].lower()):
            amounts = {amount for amount, _, _ in find_amounts(_with_unit(document.text_of(inner, 80)))}
            for one in lower:
                if one[0] in amounts:
                    return one
    return lower[0]


def _item(document: Document, element: Element) -> str:
    """The nearest title around a price: a heading, a titled link, or a picture's alt text."""
    for outer in (element, *document.ancestors(element, 4)):
        inner = list(document.within(outer, 80))
        for child in inner:
            if child.tag in _TITLES or (child.tag == "a" and re.search(r"name|title", child.get("class").lower())):
                return document.text_of(child, 150)
        for child in inner:
            if child.tag == "img" and len(child.get("alt")) > 5:
                return child.get("alt")[:150]
    return ""


def _offers(document: Document) -> Iterator[Price]:
    for thing in structured_objects(document):
        offers = thing.get("offers")
        for offer in offers if isinstance(offers, list) else [offers]:
            if not isinstance(offer, dict) or str(offer.get("priceCurrency", "VND")).upper() != "VND":
                continue
            amount = read_number(offer.get("price", offer.get("lowPrice", "")))
            if amount:
                yield Price(amount, None, str(amount), str(thing.get("name", ""))[:150])


def _attributes(document: Document) -> Iterator[Price]:
    if meta_content(document, "product:price:currency", "og:price:currency").upper() in {"VND", ""}:
        amount = read_number(meta_content(document, "product:price:amount", "og:price:amount"))
        if amount:
            yield Price(amount, None, str(amount), meta_content(document, "og:title")[:150])
    for element in document.elements:
        value = element.get("content") if element.attrs.get("itemprop") == "price" else ""
        value = value or next((element.get(name) for name in _DATA if name in element.attrs), "")
        amount = read_number(value) if value else 0
        if amount:
            yield Price(amount, None, value[:40])


def read_number(value: object) -> int:
    """A bare amount as markup writes it (1290000, "1290000.00", "1.290.000"); 0 when it is none or out of range."""
    text = str(value).strip()[:24]
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", text):
        text = re.sub(r"[.,]", "", text)
    try:
        number = int(Decimal(text))
    except (InvalidOperation, ValueError, OverflowError):
        return 0
    return number if SMALLEST <= number <= LARGEST else 0
