"""A lender's name over the steps of a running loan application, on a host that is not the lender's."""

import re

from crawler.detection.fold import fold_plain
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family

_LENDERS = {"bank", "consumer_finance", "ewallet"}
_READ = 6_000  # characters
# Only who lends can show these; a comparison site or an agent stops at «đăng ký vay».
_STEPS = re.compile(
    r"\b(?:xet duyet ho so|tham dinh ho so|ho so (?:cua ban )?(?:da|dang) duoc (?:duyet|xet duyet)|giai ngan|ekyc"
    r"|xac nhan (?:de nghi|khoan) vay|de nghi vay|chi tiet khoan vay|hop dong (?:vay|tin dung)|tong so tien"
    r"|bao hiem (?:tin dung|khoan vay)|rut tien ve tai khoan|vi (?:vay|khoan vay)|ma hop dong"
    r"|chup anh (?:cccd|chan dung)|ky (?:ten|hop dong) dien tu)\b"
)
_AT_LEAST = 2


@page_rule(
    "impersonation.loan-steps",
    Family.IMPERSONATION,
    4.6,
    categories=(Category.LOAN,),
    vi="Mang danh {brand} để làm hồ sơ vay («{words}») trên {host}, không phải tên miền của {brand}.",
    en="Handles loan applications («{words}») as {brand} on {host}, which is not a host of {brand}.",
)
def loan_steps(page: PageReading) -> Finding | None:
    if page.is_at_home or page.is_warning or page.is_story or not page.impersonated:
        return None
    steps = dict.fromkeys(_STEPS.findall(fold_plain(f"{page.facts.title}\n{page.facts.text[:_READ]}")))
    lender = next((entry.brand for entry in page.impersonated if entry.brand.type in _LENDERS), None)
    if lender is None or len(steps) < _AT_LEAST or page.claims.places(lender) < _AT_LEAST:
        return None
    words = {"brand": lender.name, "words": "», «".join(list(steps)[:3]), "host": page.host}
    return Finding(page.facts.title or page.facts.text[:80], words=words)
