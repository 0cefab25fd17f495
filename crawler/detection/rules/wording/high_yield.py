"""Plans with a fixed daily or hourly return, referral pay, instant withdrawal, in English."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family
from crawler.detection.wording import weigh


@page_rule(
    "wording.high-yield",
    Family.WORDING,
    3.4,
    categories=(Category.INVESTMENT,),
    vi="Ngôn ngữ của chương trình đầu tư lãi cao: «{words}».",
    en="The language of high-yield investment programmes: «{words}».",
)
def high_yield(page: PageReading) -> Finding | None:
    return weigh(page.said("hyip_en"))
