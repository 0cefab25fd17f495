"""Money is paid in to get more out: «nạp 500k hoàn 650k», the trap of task and top-up fraud."""

import re

from crawler.detection.fold import excerpt
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family

_BOTH = re.compile(
    r"(?:nạp|ứng|gửi|chuyển) (?:trước )?\d[\d.,]{0,12} ?(?:k|đ|vnđ|triệu|tr|nghìn|usdt)?,? {0,2}"
    r"(?:(?:thì |sẽ |được )?(?:hoàn|nhận|rút|về)(?: lại| về| được)?) \d[\d.,]{0,12} ?(?:k|đ|vnđ|triệu|tr|nghìn|usdt)\b"
)


@page_rule(
    "money.prepaid-task",
    Family.MONEY,
    3.0,
    categories=(Category.JOB_TASK, Category.INVESTMENT),
    vi="Nạp tiền trước để được hoàn nhiều hơn: «{words}».",
    en="Pay in first to get more back: «{words}».",
)
def prepaid_task(page: PageReading) -> Finding | None:
    found = None if page.is_warning or page.is_story else _BOTH.search(page.facts.text[:100_000].lower())
    if found is None:
        sense = page.sense("prepaid_task")
        return None if sense is None else Finding(sense.words, words={"words": sense.words[:120]})
    return Finding(excerpt(page.facts.text, *found.span()), words={"words": found.group()})
