"""Trips, tickets and visas at prices nobody can keep, paid in advance to a stranger."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family
from crawler.detection.wording import weigh


@page_rule(
    "wording.travel-offer",
    Family.WORDING,
    2.8,
    categories=(Category.TRAVEL,),
    vi="Chào bán vé, chuyến đi, visa kiểu lừa đảo: «{words}».",
    en="Trips, tickets or visas as fraud offers them: «{words}».",
)
def travel_offer(page: PageReading) -> Finding | None:
    return weigh(page.said("travel_ticket"))
