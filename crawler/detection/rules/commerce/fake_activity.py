"""Pop-ups of invented customers."""

from crawler.detection.facts import TrickKind
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family


@page_rule(
    "commerce.fake-activity",
    Family.COMMERCE,
    1.4,
    categories=(Category.FAKE_SHOP, Category.INVESTMENT),
    vi="Bịa thông báo có người vừa mua hoặc vừa rút tiền.",
    en="Invents people who have just bought or withdrawn.",
)
def fake_activity(page: PageReading) -> Finding | None:
    trick = page.has_trick(TrickKind.FAKE_ACTIVITY)
    return None if trick is None or page.is_at_home or page.is_story else Finding(trick)
