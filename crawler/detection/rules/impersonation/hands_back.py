"""A page in a brand's name that soon sends the visitor on to the brand itself: the last step of a theft."""

import re

from crawler.detection.facts import TrickKind
from crawler.detection.fold import fold_plain
from crawler.detection.hosts import host_of, is_under, same_site
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family

_LITTLE = 2_500  # characters of a page that says little more than thanks
_DONE = re.compile(
    r"\b(?:thank you|success\w*|verified|updated|confirmed|completed?|received|processing|please wait|redirect\w*"
    r"|restored|thanh cong|hoan tat|dang xu ly|vui long cho|da gui|cam on)\b"
)


@page_rule(
    "impersonation.hands-back",
    Family.IMPERSONATION,
    4.6,
    categories=(Category.PHISHING, Category.IMPERSONATION),
    vi="Trang mang danh {brand} nói «xong» rồi tự chuyển sang {target} thật của {brand}.",
    en="A page in the name of {brand} says all is done and sends the visitor on to the real {target}.",
)
def hands_back(page: PageReading) -> Finding | None:
    target = host_of(page.has_trick(TrickKind.META_REFRESH) or "")
    if page.is_at_home or page.is_story or not target or len(page.facts.text) > _LITTLE:
        return None
    if not _DONE.search(fold_plain(f"{page.facts.title}\n{page.facts.text}")):
        return None
    name = next((entry.brand.name for entry in page.impersonated if is_under(target, entry.brand.domains)), "")
    lent = not name and page.borrowed_from and same_site(target, page.borrowed_from)
    if not name and not lent:
        return None
    words = {"brand": name or page.borrowed_from, "target": target}
    return Finding(page.facts.title or target, 1.0 if name else 0.5, words)
