"""Online gambling, which is not licensed for sites of this kind in Vietnam."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family
from crawler.detection.wording import weigh


@page_rule(
    "wording.gambling",
    Family.WORDING,
    3.6,
    categories=(Category.GAMBLING,),
    vi="Lời mời cờ bạc, cá cược, số đề: «{words}».",
    en="Gambling and betting offers: «{words}».",
)
def gambling(page: PageReading) -> Finding | None:
    return weigh(page.said("gambling", "lottery_number"))
