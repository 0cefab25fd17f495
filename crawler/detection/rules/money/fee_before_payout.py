"""A fee, tax or top-up is wanted before a loan, a wage or one's own money is paid out."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family

_BY_PHRASES, _BY_MEANING = (0.0, 0.56, 0.8), 0.85


@page_rule(
    "money.fee-before-payout",
    Family.MONEY,
    3.3,
    categories=(Category.LOAN, Category.INVESTMENT, Category.JOB_TASK),
    vi="Đòi nộp phí, thuế hoặc nạp thêm trước khi được nhận tiền: «{words}».",
    en="A fee, tax or top-up is wanted before any money is paid out: «{words}».",
)
def fee_before_payout(page: PageReading) -> Finding | None:
    hits = () if page.is_warning else page.topic("advance_fee")
    sense = page.sense("pay_to_be_paid")
    strength = _BY_PHRASES[min(len(hits), 2)] + (_BY_MEANING if sense else 0.0)
    if sense is not None:
        return Finding(sense.words, min(1.0, strength), {"words": sense.words[:120]})
    return Finding(hits[0].words, strength, {"words": hits[0].phrase.text}) if hits else None
