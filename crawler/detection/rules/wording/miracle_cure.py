"""Medicine that heals everything, which the law forbids to promise."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family
from crawler.detection.wording import weigh


@page_rule(
    "wording.miracle-cure",
    Family.WORDING,
    3.2,
    categories=(Category.FAKE_SHOP,),
    vi="Quảng cáo thuốc hứa khỏi hẳn, trái luật: «{words}».",
    en="Medicine that promises a cure, against the law: «{words}».",
)
def miracle_cure(page: PageReading) -> Finding | None:
    return weigh(page.said("miracle_cure"))
