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

_FEW_WORDS = 600  # characters
_GIVEN_BACK = re.compile(
    r"\b(?:(?:restored|recovered|verified|updated|confirmed|unlocked|secured)(?: [a-z]{2,9}){0,3}"
    r" (?:account|access|billing|payment)"
    r"|(?:account|access|billing|payment|information)(?: [a-z]{2,9}){0,4}"
    r" (?:restored|recovered|verified|updated|confirmed|unlocked)"
    r"|(?:tai khoan|thong tin|the)(?: [a-z]{2,7}){0,4} (?:da duoc (?:mo|xac|cap|khoi)|xac (?:minh|thuc) thanh cong))\b"
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
    target = host_of(page.has_trick(TrickKind.META_REFRESH) or "") or _only_way_out(page)
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


def _only_way_out(page: PageReading) -> str:
    """The one host that a page of thanks leads to, where it says that an account was given back."""
    hosts = {host_of(link.url) for link in page.facts.links if link.url[:4].lower() == "http"}
    hosts.discard("")
    if len(hosts) != 1 or len(page.facts.text) > _FEW_WORDS or page.facts.forms[1:]:
        return ""
    target = hosts.pop()
    given_back = _GIVEN_BACK.search(fold_plain(page.facts.text))
    return target if given_back and not same_site(target, page.host) else ""
