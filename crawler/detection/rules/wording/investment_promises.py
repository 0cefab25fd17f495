"""Promised returns, signal rooms and pyramid pay, in Vietnamese."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family
from crawler.detection.wording import weigh


@page_rule(
    "wording.investment-promises",
    Family.WORDING,
    3.4,
    categories=(Category.INVESTMENT,),
    vi="Hứa hẹn lợi nhuận, lôi kéo đầu tư: «{words}».",
    en="Promises of profit and investment lures: «{words}».",
)
def investment_promises(page: PageReading) -> Finding | None:
    return weigh(page.said("invest_forex_crypto", "stock_group", "mlm"))
