"""Telephone numbers and e-mail addresses of a page."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from urllib.parse import unquote

import phonenumbers

from crawler.detection.facts import Phone, PhoneKind
from crawler.parsing.document import Document

CANDIDATES = 400
_DOMESTIC = re.compile(
    r"(?<![\dA-Za-z.,/])(?:\(?\+?84\)?[ .\-]?\(?0?\)?|\(?0)[ .\-]?\d(?:[ .\-()]{0,2}\d){7,9}(?![\d]|[.,]\d{3})"
)
_FOREIGN = re.compile(r"(?<![\d+])\+(?!84)[1-9]\d{0,2}(?:[ .\-()]{0,2}\d){7,12}(?!\d)")
_SERVICE = re.compile(r"(?<![\d.,/\-])1[89]00[ .\-]?\d{2,4}(?:[ .\-]?\d{1,4}){0,2}(?![\d])")
_CALL = re.compile(r"hotline|tong dai|lien he|goi|cskh|ho tro|dien thoai|phone|call|tel\b|cham soc|dau so|sdt")
# Digits written as letters: «O9O5.123.456», «o9l2 345 678».
_DISGUISED = re.compile(r"(?<![0-9A-Za-z])[0oO][0-9oOlI](?:[ .\-]?[0-9oOlI]){8}(?![0-9A-Za-z])")
_UNDISGUISE = str.maketrans("oOlI", "0011")
_AT = re.compile(r"\s{0,3}[\[({]\s{0,2}(?:at|@|a còng)\s{0,2}[\])}]\s{0,3}", re.IGNORECASE)
_DOT = re.compile(r"\s{0,3}[\[({]\s{0,2}(?:dot|\.|chấm)\s{0,2}[\])}]\s{0,3}", re.IGNORECASE)
_LOCAL = re.compile(r"[A-Za-z0-9._%+\-]{1,64}$")
_DOMAIN = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?\.){1,6}[A-Za-z]{2,24}(?![A-Za-z0-9\-])")
_FILES = frozenset({"png", "jpg", "jpeg", "gif", "webp", "svg", "css", "js", "ico", "mp4", "woff", "html"})
_DATE = re.compile(r"\d{2}[. -]\d{2}[. -](?:19|20)\d{2}(?!\d)")
_PREMIUM = re.compile(r"1900\d{2,6}$")
_TOLL_FREE = re.compile(r"1800\d{2,6}$")


def parse_phones(document: Document, not_phones: Iterable[str] = ()) -> tuple[Phone, ...]:
    """Numbers by first appearance. ``not_phones``: digits known to be something else (an account, a tax code)."""
    refused = set(not_phones)
    found: dict[str, Phone] = {}
    for text, linked in _phone_texts(document):
        digits = re.sub(r"\D", "", text.translate(_UNDISGUISE))
        if not linked and digits in refused:
            continue
        phone = parse_phone(text, short=linked)
        if phone:
            found.setdefault(phone.number, phone)
        if len(found) >= document.bounds.matches:
            break
    return tuple(found.values())


def parse_phone(text: str, *, short: bool = False) -> Phone | None:
    """One number as a person would dial it from Vietnam; ``short``: three to five digits may be a number too."""
    digits = re.sub(r"[^\d+]", "", text.translate(_UNDISGUISE))[:20]
    if _PREMIUM.match(digits) or _TOLL_FREE.match(digits):
        return Phone(digits, PhoneKind.PREMIUM if digits[1] == "9" else PhoneKind.TOLL_FREE, text.strip())
    if short and re.fullmatch(r"1\d{2,4}|[2-9]\d{3,4}", digits):
        return Phone(digits, PhoneKind.SHORT, text.strip())
    judged = _judge(digits)
    return Phone(judged[0], judged[1], text.strip()) if judged else None


@lru_cache(maxsize=4_096)
def _judge(digits: str) -> tuple[str, PhoneKind] | None:
    if digits.startswith("84") and len(digits) in {11, 12}:
        digits = f"+{digits}"
    digits = re.sub(r"^\+840", "+84", digits)
    try:
        number = phonenumbers.parse(digits, "VN")
    except phonenumbers.NumberParseException:
        return None
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if number.country_code == 84 and written.startswith("+8469") and len(written) in {12, 13}:
        return written, PhoneKind.POLICE
    if not phonenumbers.is_valid_number(number):
        return None
    if number.country_code != 84:
        return written, PhoneKind.FOREIGN
    kind = phonenumbers.number_type(number)
    mobile = kind == phonenumbers.PhoneNumberType.MOBILE
    return written, PhoneKind.MOBILE if mobile else PhoneKind.FIXED


def _phone_texts(document: Document) -> Iterator[tuple[str, bool]]:
    for element in document.named("a"):
        href = element.get("href")
        if href[:4].lower() in {"tel:", "sms:"}:
            yield unquote(href[4:60]).split("?")[0].lstrip("/"), True
    count = 0
    for line, folded in zip(document.plain_lines, document.folded_lines, strict=True):
        for text in _line_numbers(line, folded):
            yield text, False
            count += 1
            if count >= CANDIDATES:
                return


def _line_numbers(line: str, folded: str) -> Iterator[str]:
    if sum(map(folded.count, "0123456789")) < 6:
        return
    for pattern in (_DOMESTIC, _FOREIGN):
        yield from (found[0] for found in pattern.finditer(line) if not _DATE.match(found[0]))
    if _CALL.search(folded[:2_000]):
        yield from (found[0] for found in _SERVICE.finditer(line))
    for found in _DISGUISED.finditer(line):
        if any(letter in found[0] for letter in "oOlI") and sum(map(str.isdigit, found[0])) >= 6:
            yield found[0]


def parse_emails(document: Document) -> tuple[str, ...]:
    """Addresses in lower case, each once: linked ones, protected ones, then those in the text."""
    found: dict[str, None] = {}
    for address in _linked_addresses(document):
        found.update(dict.fromkeys(find_emails(address)))
    for line in document.plain_lines:
        disguised = len(line) < 2_000 and any(bracket in line for bracket in "[({")
        found.update(dict.fromkeys(find_emails(_DOT.sub(".", _AT.sub("@", line)) if disguised else line)))
        if len(found) >= document.bounds.matches:
            break
    return tuple(found)[: document.bounds.matches]


def find_emails(text: str) -> list[str]:
    """Addresses in ``text``; each «@» is looked at once, with a bounded stretch on both sides."""
    emails: list[str] = []
    position = text.find("@")
    while position >= 0 and len(emails) < 200:
        local = _LOCAL.search(text[max(0, position - 64) : position])
        domain = _DOMAIN.match(text, position + 1)
        if local and domain and domain[0].rsplit(".", 1)[1].lower() not in _FILES:
            emails.append(f"{local[0].strip('.-')}@{domain[0]}".lower())
        position = text.find("@", position + 1)
    return [email for email in emails if not email.startswith("@")]


def _linked_addresses(document: Document) -> Iterator[str]:
    for element in document.named("a"):
        href = element.get("href")
        if href[:7].lower() == "mailto:":
            yield unquote(href[7:400]).split("?")[0]
        elif "/cdn-cgi/l/email-protection#" in href:
            yield decode_protected(href.split("#", 1)[1])
    for element in document.elements:
        if "data-cfemail" in element.attrs:
            yield decode_protected(element.get("data-cfemail"))


def decode_protected(code: str) -> str:
    """The address behind Cloudflare's e-mail protection: hex, first byte the key of an XOR; "" when it is none."""
    try:
        raw = bytes.fromhex(code[:400])
    except ValueError:
        return ""
    return bytes(byte ^ raw[0] for byte in raw[1:]).decode("utf-8", errors="replace") if raw else ""
