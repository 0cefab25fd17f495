"""Scarcity as pressure; weak by itself."""

from crawler.detection.facts import TrickKind
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family


@page_rule(
    "commerce.few-left",
    Family.COMMERCE,
    0.5,
    categories=(Category.FAKE_SHOP, Category.INVESTMENT),
    vi="Thúc ép bằng «chỉ còn vài suất».",
    en="Presses with «only a few left».",
)
def few_left(page: PageReading) -> Finding | None:
    trick = page.has_trick(TrickKind.FEW_LEFT)
    return None if trick is None or page.is_at_home or page.is_story else Finding(trick)
