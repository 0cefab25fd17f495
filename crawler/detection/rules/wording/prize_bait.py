"""Prizes and game gifts for which one signs in or pays."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family
from crawler.detection.wording import weigh


@page_rule(
    "wording.prize-bait",
    Family.WORDING,
    2.8,
    categories=(Category.PRIZE,),
    vi="Dụ nhận quà, trúng thưởng, vật phẩm trò chơi: «{words}».",
    en="Bait of gifts, prizes or game items: «{words}».",
)
def prize_bait(page: PageReading) -> Finding | None:
    return weigh(page.said("gift_prize", "game_topup", "gift_en"))
