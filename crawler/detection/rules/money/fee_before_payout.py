"""A fee, tax or top-up is wanted before a loan, a wage or one's own money is paid out."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family


@page_rule(
    "money.fee-before-payout",
    Family.MONEY,
    2.4,
    categories=(Category.LOAN, Category.INVESTMENT, Category.JOB_TASK),
    vi="Đòi nộp phí, thuế hoặc nạp thêm trước khi được nhận tiền: «{words}».",
    en="A fee, tax or top-up is wanted before any money is paid out: «{words}».",
)
def fee_before_payout(page: PageReading) -> Finding | None:
    hits = () if page.is_warning else page.topic("advance_fee")
    if not hits:
        return None
    return Finding(hits[0].words, min(1.0, 0.7 + 0.3 * (len(hits) - 1)), {"words": hits[0].phrase.text})
