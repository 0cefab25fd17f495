"""Phrases of fake shops: clearance at absurd prices, deposits, no inspection on delivery."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family
from crawler.detection.wording import weigh


@page_rule(
    "wording.shop-lures",
    Family.WORDING,
    3.0,
    categories=(Category.FAKE_SHOP,),
    vi="Lời chào hàng thường thấy ở cửa hàng lừa đảo: «{words}».",
    en="Sales talk that fake shops use: «{words}».",
)
def shop_lures(page: PageReading) -> Finding | None:
    return weigh(page.said("fake_shop"))
