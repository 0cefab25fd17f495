"""Accounts for rent, forged documents, forged transfer receipts, taken-over accounts."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family
from crawler.detection.wording import weigh


@page_rule(
    "wording.crime-services",
    Family.WORDING,
    4.2,
    categories=(Category.OTHER,),
    vi="Chào bán dịch vụ phạm pháp: «{words}».",
    en="Criminal services on offer: «{words}».",
)
def crime_services(page: PageReading) -> Finding | None:
    return weigh(page.said("account_rent", "fake_documents", "fake_receipt", "facebook_recovery", "sextortion"))
