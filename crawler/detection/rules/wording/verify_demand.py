"""The page's own headline demands that the visitor verify or confirm account, card or identity, over a form for it."""

import re

from crawler.detection.fold import fold_plain
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family

_DEMAND = re.compile(
    r"\b(?:(?:verify|confirm|validate|update|restore|unlock|secure|protect)(?: us)? (?:your )?(?:online )?"
    r"(?:identity|account|information|informations|billing|card|payment|details|email|access|accounts|profile)"
    r"|account (?:verification|confirmation|suspended|locked|limited)|identity verification|card verification"
    r"|xac (?:minh|thuc|nhan) (?:tai khoan|thong tin|danh tinh|the|chu tai khoan)"
    r"|cap nhat (?:sinh trac hoc|thong tin tai khoan|cccd|can cuoc)|mo khoa tai khoan)\b"
)


@page_rule(
    "wording.verify-demand",
    Family.WORDING,
    1.8,
    categories=(Category.PHISHING,),
    vi="Tiêu đề đòi xác minh, cập nhật: «{words}», kèm biểu mẫu đòi thông tin mật.",
    en="The headline demands a verification, «{words}», over a form for secrets.",
)
def verify_demand(page: PageReading) -> Finding | None:
    asks = page.takes_credentials or page.takes_identity or page.collects
    if page.is_at_home or page.is_warning or page.is_story or not asks:
        return None
    heads = "\n".join((page.facts.title, *page.facts.headings[:4]))
    found = _DEMAND.search(fold_plain(heads))
    return Finding(heads[:120].replace("\n", " / "), words={"words": found[0]}) if found else None
