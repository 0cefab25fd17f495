"""The signs of an investment that is bait: never loses, a master to follow, few seats, inside prices."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family
from crawler.detection.wording import weigh_cues


@page_rule(
    "wording.sure-profit-signs",
    Family.WORDING,
    3.0,
    categories=(Category.INVESTMENT,),
    vi="Nhiều dấu hiệu của lời mời đầu tư mồi: {words}.",
    en="Several signs of an investment offered as bait: {words}.",
)
def sure_profit_signs(page: PageReading) -> Finding | None:
    return weigh_cues(page.sense("profit_cues"), 3)
