"""The page's own logo, or its icon, looks like the one on a brand's official site, and this host is not the brand's."""

from crawler.detection.facts import Brand, Emblem
from crawler.detection.likeness import alike
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family

_NOTHING_TAKEN, _ICON = 0.4, 0.7  # strengths: a dealer shows its maker's sign; icons are small and plain
_PASS_BY = frozenset({"social", "card"})  # shown by everybody who can be followed or paid with them


@page_rule(
    "impersonation.copied-logo",
    Family.IMPERSONATION,
    2.4,
    categories=(Category.IMPERSONATION,),
    vi="Mang {what_vi} giống của {brand}, nhưng {host} không phải trang của {brand}.",
    en="Bears the {what} of {brand}, but {host} is no site of {brand}.",
)
def copied_logo(page: PageReading) -> Finding | None:
    emblems = [emblem for emblem in page.facts.emblems if emblem.mark]
    if not emblems or not page.host or page.is_at_home or page.is_story or page.is_warning:
        return None
    found = [(brand, emblem) for brand in page.brands if (emblem := _borne(brand, emblems))]
    brand, emblem = found[0] if found else (None, None)
    if brand is None or emblem is None or _of_several([one for one, _ in found]):
        return None
    if page.index.is_honest_host(page.host, brand) or page.is_sent_to(brand) or not page.wants_something:
        return None
    claimed = any(mention.brand == brand for mention in page.claimed)
    if brand.type in _PASS_BY and not claimed:
        return None
    takes = page.takes_credentials or page.takes_identity or page.takes_money
    words = {"what": "logo", "what_vi": "logo"} if emblem.kind == "logo" else {"what": "icon", "what_vi": "biểu tượng"}
    strength = (1.0 if takes else _NOTHING_TAKEN) * (1.0 if emblem.kind == "logo" else _ICON)
    return Finding(emblem.url, strength, {**words, "brand": brand.name, "host": page.host})


def _borne(brand: Brand, emblems: list[Emblem]) -> Emblem | None:
    """The first of the page's that looks like one of the brand's."""
    return next((own for own in emblems if any(alike(own.mark, mark) for mark in brand.emblems)), None)


def _of_several(brands: list[Brand]) -> bool:
    """Are there signs of different owners? Such a page lists partners, or ways to pay."""
    return any(not set(brands[0].domains) & set(brand.domains) for brand in brands[1:])
