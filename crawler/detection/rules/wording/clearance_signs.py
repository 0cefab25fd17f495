"""The signs of a sale that is bait: a story of clearing out, far below the market, money first, nothing to be seen."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family
from crawler.detection.wording import weigh_cues


@page_rule(
    "wording.clearance-signs",
    Family.WORDING,
    2.4,
    categories=(Category.FAKE_SHOP,),
    vi="Nhiều dấu hiệu của đợt bán mồi: {words}.",
    en="Several signs of a sale that is bait: {words}.",
)
def clearance_signs(page: PageReading) -> Finding | None:
    return weigh_cues(page.sense("shop_cues"), 3)
