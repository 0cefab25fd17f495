"""Pay in, watch it grow, bring friends, ask for it back: the parts of a programme that pays from deposits."""

from crawler.detection.cabinets import cabinet_parts
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family


@page_rule(
    "money.deposit-cabinet",
    Family.MONEY,
    2.6,
    categories=(Category.INVESTMENT,),
    vi="Có đủ các phần của một chương trình lấy tiền người sau trả người trước: {parts}.",
    en="Has all the parts of a programme that pays from deposits: {parts}.",
)
def deposit_cabinet(page: PageReading) -> Finding | None:
    found = cabinet_parts(page)
    parts = ", ".join(found)
    return Finding(parts, {3: 0.55, 4: 0.75}.get(len(found), 1.0), {"parts": parts}) if found else None
