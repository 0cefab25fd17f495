"""A stated return a day or an hour that no honest business pays: «2% mỗi ngày», «150% after 24 hours»."""

import re

from crawler.detection.fold import excerpt
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family

_RETURN = re.compile(
    r"(?<![\d.,])(\d{1,4}(?:[.,]\d{1,4})?) ?% ?"
    r"(?:/ ?|mỗi |một |hàng |hằng |trong |per |a |an |every |after |in |for |of )?(?:\d{1,3} ?)?"
    r"(ngày|giờ|phút|tuần|tháng|days?|daily|hours?|hourly|weekly|minutes?|months?|monthly)\b"
)


@page_rule(
    "money.quick-returns",
    Family.MONEY,
    2.2,
    categories=(Category.INVESTMENT,),
    vi="Nêu mức lãi phi thực tế tính theo ngày, giờ: «{words}».",
    en="States an impossible return by the day or hour: «{words}».",
)
def quick_returns(page: PageReading) -> Finding | None:
    if page.is_warning or page.is_story or page.about("invest") < 2:
        return None
    text = page.facts.text[:100_000].lower()
    found = [match for match in _RETURN.finditer(text) if _is_impossible(match)]
    if not found:
        return None
    first = found[0]
    return Finding(
        excerpt(page.facts.text, *first.span()), min(1.0, 0.55 + 0.15 * len(found)), {"words": first.group().strip()}
    )


def _is_impossible(match: re.Match[str]) -> bool:
    unit = match.group(2)
    month = unit.startswith(("tháng", "month"))
    # percent from which no honest business pays so much in that time
    least = 8.0 if month else 3.0 if unit.startswith(("tuần", "week")) else 0.5
    return float(match.group(1).replace(",", ".")) >= least
