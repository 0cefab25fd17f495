"""Loan apps, loans for anybody, fees before payout, threats."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family
from crawler.detection.wording import weigh


@page_rule(
    "wording.loan-offer",
    Family.WORDING,
    3.0,
    categories=(Category.LOAN,),
    vi="Chào mời vay hoặc dọa nợ kiểu lừa đảo: «{words}».",
    en="Loan offers or debt threats as fraud uses them: «{words}».",
)
def loan_offer(page: PageReading) -> Finding | None:
    return weigh(page.said("loan_app", "debt_terror"))
