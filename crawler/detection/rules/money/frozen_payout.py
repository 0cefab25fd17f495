"""Money that is said to be there, but frozen for a wrong digit, a tax, a score or a task not done."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family


@page_rule(
    "money.frozen-payout",
    Family.MONEY,
    2.0,
    categories=(
        Category.LOAN,
        Category.INVESTMENT,
        Category.JOB_TASK,
    ),
    vi="Tiền có sẵn nhưng bị «treo» vì lỗi, thuế, điểm hay nhiệm vụ: «{words}».",
    en="The money is there, but frozen for a mistake, a tax, a score or a task: «{words}».",
)
def frozen_payout(page: PageReading) -> Finding | None:
    sense = page.sense("frozen_payout")
    return None if sense is None else Finding(sense.words, words={"words": sense.words[:120]})
