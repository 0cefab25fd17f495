"""A loan of which part is kept back and all is due within days, with a fine by the day."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family


@page_rule(
    "money.short-loan",
    Family.MONEY,
    2.0,
    categories=(Category.LOAN,),
    vi="Vay nhận thiếu, trả đủ trong ít ngày: «{words}».",
    en="A loan paid out short and due in full within days: «{words}».",
)
def short_loan(page: PageReading) -> Finding | None:
    sense = page.sense("short_loan")
    return None if sense is None else Finding(sense.words, words={"words": sense.words[:120]})
