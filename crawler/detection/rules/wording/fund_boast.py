"""A company that invests for strangers boasts of being registered, of machines that trade, of clients everywhere."""

from crawler.detection.reading import PageReading
from crawler.detection.registers import names_register
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family
from crawler.detection.wording import weigh_cues

_NEEDED = 4


@page_rule(
    "wording.fund-boast",
    Family.WORDING,
    3.0,
    categories=(Category.INVESTMENT,),
    vi="Tự khoe là công ty đầu tư đã đăng ký mà không có số đăng ký nào tra được: {words}.",
    en="Boasts of being a registered investment company, without any number that a register knows: {words}.",
)
def fund_boast(page: PageReading) -> Finding | None:
    sense = page.sense("fund_boast")
    if sense is None or "registered" not in sense.parts or page.facts.is_article or names_register(page):
        return None
    return weigh_cues(sense, _NEEDED)
