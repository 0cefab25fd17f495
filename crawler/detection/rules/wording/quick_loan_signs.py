"""The signs of a loan that is bait: no proof, bad debt welcome, in minutes, frozen for a wrong digit."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family
from crawler.detection.wording import weigh_cues


@page_rule(
    "wording.quick-loan-signs",
    Family.WORDING,
    3.0,
    categories=(Category.LOAN,),
    vi="Nhiều dấu hiệu của khoản vay mồi: {words}.",
    en="Several signs of a loan offered as bait: {words}.",
)
def quick_loan_signs(page: PageReading) -> Finding | None:
    return weigh_cues(page.sense("loan_cues"), 3)
