"""All of one's money is to be moved to an account where an office will look at it: no office ever asks for that."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family


@page_rule(
    "money.safe-account",
    Family.MONEY,
    3.4,
    categories=(Category.GOVERNMENT,),
    vi="Đòi chuyển tiền vào tài khoản để cơ quan «kiểm tra»: «{words}».",
    en="Money is to be moved for an office to check it: «{words}».",
)
def safe_account(page: PageReading) -> Finding | None:
    sense = page.sense("safe_account")
    return None if sense is None else Finding(sense.words, words={"words": sense.words[:120]})
