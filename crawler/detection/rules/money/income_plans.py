"""Packages are sold that earn a stated sum by the day or the week, by nobody who is named."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.short_terms import find_income_plans
from crawler.detection.signal import Category, Family


@page_rule(
    "money.income-plans",
    Family.MONEY,
    3.0,
    categories=(Category.INVESTMENT,),
    vi="Bán các gói hứa thu nhập theo ngày, theo tuần, hết hạn trong ít ngày: {words}.",
    en="Sells packages that promise an income by the day or the week and end within days: {words}.",
)
def income_plans(page: PageReading) -> Finding | None:
    words = find_income_plans(page)
    return Finding(words, words={"words": words}) if words else None
