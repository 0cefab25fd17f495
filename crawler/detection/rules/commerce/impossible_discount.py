"""Most of what is sold is marked down further than anyone who owns the goods could."""

from statistics import median

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family

_FROM = 0.65
_AT_LEAST = 3


@page_rule(
    "commerce.impossible-discount",
    Family.COMMERCE,
    1.8,
    categories=(Category.FAKE_SHOP,),
    vi="Giảm giá phi lý: {count} mặt hàng giảm trung vị {share}.",
    en="Impossible discounts: {count} items, median {share} off.",
)
def impossible_discount(page: PageReading) -> Finding | None:
    cuts = [price.discount for price in page.facts.prices if price.discount is not None]
    if len(cuts) < _AT_LEAST or median(cuts) < _FROM or page.is_story:
        return None
    deepest = max((price for price in page.facts.prices if price.discount), key=lambda price: price.discount or 0)
    strength = min(1.0, 0.6 + 2 * (median(cuts) - _FROM))
    return Finding(
        f"{deepest.item} {deepest.text}".strip(), strength, {"count": str(len(cuts)), "share": f"{median(cuts):.0%}"}
    )
