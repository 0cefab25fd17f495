"""Bets on a price within seconds, at a fixed gain, on a page that names no licensed firm."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.short_terms import find_seconds_bets
from crawler.detection.signal import Category, Family


@page_rule(
    "money.seconds-bet",
    Family.MONEY,
    3.0,
    categories=(Category.INVESTMENT, Category.GAMBLING),
    vi="Đặt tiền vào giá lên hay xuống trong vài chục giây với lãi định sẵn: {words}.",
    en="Money is bet on a price within seconds, at a gain fixed beforehand: {words}.",
)
def seconds_bet(page: PageReading) -> Finding | None:
    words = find_seconds_bets(page)
    return Finding(words, words={"words": words}) if words else None
