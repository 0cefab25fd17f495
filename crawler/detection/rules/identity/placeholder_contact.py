"""Who is behind the page stands there as a template had it: a street ABC, a hotline of x's, services called «1»."""

import re

from crawler.detection.fold import fold_plain
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.services import in_vietnamese
from crawler.detection.signal import Category, Family

_READ = 20_000  # characters
_LEFT = re.compile(
    r"\b(?:(?:so )?\d{1,3} duong (?:abc|xyz|mau)|duong abc|(?:quan|phuong|thanh pho) (?:abc|xyz)"
    r"|(?:1900|1800|hotline|dien thoai|sdt|tel) x{3,}|0x{3,}|0123 ?456 ?789"
    r"|mo ta (?:chi tiet |ngan )?(?:ve |cua )?(?:dich vu|san pham) \d|(?:ten|dia chi) cong ty cua ban|lorem ipsum)\b"
)


@page_rule(
    "identity.placeholder-contact",
    Family.IDENTITY,
    1.8,
    categories=(Category.FAKE_SHOP, Category.LOAN, Category.INVESTMENT),
    vi="Nhận tiền hoặc thông tin mà chỗ ghi liên hệ, giới thiệu vẫn là chữ của mẫu: «{words}».",
    en="Takes money or details, while contacts and descriptions are still the template's: «{words}».",
)
def placeholder_contact(page: PageReading) -> Finding | None:
    facts = page.facts
    if page.is_at_home or facts.is_article or facts.tax_codes or facts.badges or not in_vietnamese(facts):
        return None
    if not (page.wants_something or facts.prices):
        return None
    found = _LEFT.search(fold_plain(facts.text[:_READ]))
    return Finding(found[0], words={"words": found[0]}) if found else None
