"""A page in Vietnamese calls itself a bank of a name that no licensed bank bears, and takes money or details."""

import re

from crawler.detection.fold import fold_plain
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.secrets import Secret
from crawler.detection.signal import Category, Family

_NAMED = re.compile(r"^\W{0,3}((?:[A-ZĐ]\w{0,15} ?){1,2}[Bb][Aa][Nn][Kk])\b")
_ORDINARY = re.compile(
    r"\b(?:power|data|food|blood|seed|piggy|world|sperm|time|question|word|image|river|snow|fog) ?bank\b"
)
_DEPOSITS = re.compile(r"\b(?:so du|nap tien|rut tien|chuyen tien|lich su giao dich)\b")
_DEPOSITS_FROM = 2
_WITHOUT_PASSWORD = 0.6


@page_rule(
    "identity.unlicensed-bank",
    Family.IDENTITY,
    4.6,
    categories=(Category.PHISHING, Category.INVESTMENT),
    vi="Tự xưng «{name}», không phải tên ngân hàng được cấp phép nào, mà nhận mật khẩu, tiền hoặc thông tin.",
    en="Calls itself «{name}», the name of no licensed bank, and takes passwords, money or details.",
)
def unlicensed_bank(page: PageReading) -> Finding | None:
    facts = page.facts
    if page.is_at_home or page.is_story or page.is_warning or facts.language != "vi" or facts.tax_codes:
        return None
    found = _NAMED.search(facts.title)
    if found is None or _ORDINARY.search(fold_plain(found[1])) or page.index.mentions(facts.title):
        return None
    deposits = set(_DEPOSITS.findall(fold_plain(facts.text[:3_000])))
    takes = page.collects or facts.prices or len(deposits) >= _DEPOSITS_FROM
    if Secret.PASSWORD not in page.secrets and not takes:
        return None
    strength = 1.0 if Secret.PASSWORD in page.secrets else _WITHOUT_PASSWORD
    return Finding(facts.title, strength, {"name": found[1]})
