"""A table of plans, each with what to pay in and a percentage: how high-yield programmes sell themselves."""

import re

from crawler.detection.fold import excerpt
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family

_COIN = r"(?:[$€£đ]|usdt?|btc|vnđ|vnd|triệu|tr|tỷ)"
_NUMBER = r"\d[\d.,]{0,14}"
_TO = r" ?(?:-|–|—|to|đến) ?"
_RANGE = re.compile(
    rf"(?:[$€£] ?{_NUMBER}{_TO}(?:{_COIN} ?)?{_NUMBER}|(?<![\d.,]){_NUMBER} ?{_COIN}{_TO}{_NUMBER}"
    r"|(?:min|max)(?:imum)?\.? ?(?:deposit|invest(?:ment)?|amount)"
    r"|(?:deposit|invest(?:ment)?)(?: amount)?:? (?:min|max)"
    r"|(?:đầu tư|nạp|vốn) (?:tối thiểu|từ) ?:? ?\d)"
)
_PERCENT = re.compile(r"(?<![\d.,])\d{1,4}(?:[.,]\d{1,2})? ?%")
_PLAN = re.compile(r"\b(?:plans?|packages?|tariffs?|gói|tier)\b")


@page_rule(
    "money.plan-table",
    Family.MONEY,
    1.6,
    categories=(Category.INVESTMENT,),
    vi="Bảng gói đầu tư: mức nạp và phần trăm lãi cho từng gói («{words}»).",
    en="A table of investment plans with what to pay in and what it yields («{words}»).",
)
def plan_table(page: PageReading) -> Finding | None:
    if page.is_warning or page.is_story or page.is_at_home or page.about("invest") < 2:
        return None
    text = page.facts.text[:60_000].lower()
    ranges = list(_RANGE.finditer(text))
    if len(ranges) < 2 or len(_PLAN.findall(text)) < 2 or len(_PERCENT.findall(text)) < 2:
        return None
    return Finding(excerpt(page.facts.text, *ranges[0].span()), words={"words": ranges[0].group().strip()})
