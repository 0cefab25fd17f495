"""Seed phrases, wallet validation, airdrops."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family
from crawler.detection.wording import weigh


@page_rule(
    "wording.wallet-bait",
    Family.WORDING,
    3.0,
    categories=(Category.PHISHING,),
    vi="Dụ nhập cụm từ khôi phục hoặc kết nối ví tiền số: «{words}».",
    en="Bait for a crypto wallet's secret: «{words}».",
)
def wallet_bait(page: PageReading) -> Finding | None:
    return weigh(page.said("wallet_en"))
