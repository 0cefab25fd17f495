"""Signing in to another service is the price of a vote, a prize or a clip: the page keeps the password."""

import re

from crawler.detection.fold import fold_plain
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.secrets import Secret
from crawler.detection.signal import Category, Family

_SHORT = 3_000  # characters
_PRICE = re.compile(
    r"\b(?:(?:log|sign)(?: ?in)? ?(?:in )?to (?:complete|finish|submit)(?: [a-z]{2,6}){0,2} (?:poll|survey|vote|voting)"
    r"|(?:log|sign) ?in to (?:vote|claim|redeem|receive|collect)"
    r"|dang nhap(?: [a-z]{1,9}){0,5} de (?:binh chon|bo phieu|vote"
    r"|nhan (?:qua|thuong|kim cuong|skin|quan huy|code|nick|acc|tien)"
    r"|xem (?:clip|video|anh)|mo qua|doi qua|quay thuong))\b"
)


@page_rule(
    "form.bait-login",
    Family.FORM,
    3.2,
    categories=(Category.PHISHING, Category.PRIZE),
    vi="Bắt đăng nhập mới được bình chọn, nhận quà hay xem: «{words}».",
    en="One has to sign in to vote, to get a prize or to watch: «{words}».",
)
def bait_login(page: PageReading) -> Finding | None:
    if page.is_at_home or page.is_warning or page.is_story or Secret.PASSWORD not in page.secrets:
        return None
    if len(page.facts.text) > _SHORT or page.facts.owner or page.facts.tax_codes:
        return None
    found = _PRICE.search(fold_plain(f"{page.facts.title}\n{page.facts.text}"))
    return Finding(found[0], words={"words": found[0]}) if found else None
