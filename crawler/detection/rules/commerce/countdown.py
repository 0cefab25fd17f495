"""A clock that presses to buy or to join; honest sales have them too, so it weighs little."""

from crawler.detection.facts import TrickKind
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.services import in_vietnamese
from crawler.detection.signal import Category, Family


@page_rule(
    "commerce.countdown",
    Family.COMMERCE,
    0.5,
    categories=(Category.FAKE_SHOP, Category.INVESTMENT),
    vi="Đồng hồ đếm ngược thúc ép mua.",
    en="A countdown presses visitors to buy.",
)
def countdown(page: PageReading) -> Finding | None:
    trick = page.has_trick(TrickKind.COUNTDOWN)
    if trick is None or page.is_at_home or page.facts.is_article:
        return None
    presses = page.sells or page.offers or page.impersonated or in_vietnamese(page.facts)
    return Finding(trick) if presses else None
