"""Recovery scams, aimed at people who were robbed once already."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family
from crawler.detection.wording import weigh


@page_rule(
    "wording.recovery-offer",
    Family.WORDING,
    3.2,
    categories=(Category.RECOVERY,),
    vi="Dịch vụ hứa lấy lại tiền bị lừa: «{words}».",
    en="A service that promises to get lost money back: «{words}».",
)
def recovery_offer(page: PageReading) -> Finding | None:
    return weigh(page.said("recovery"))
