"""A stated return a day or an hour that no honest business pays: «2% mỗi ngày», «150% after 24 hours»."""

import re

from crawler.detection.fold import excerpt
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family

_RATE = r"(?<![\d.,])(\d{1,4}(?:[.,]\d{1,4})?) ?%"
_UNIT = r"(ngày|giờ|phút|tuần|tháng|days?|daily|hours?|hourly|weekly|weeks?|minutes?|months?|monthly)\b"
_YIELD = r"(?:lãi suất|lãi|lợi nhuận|lợi tức|sinh lời|profits?|interest|roi|returns?|income)"
# «2% mỗi ngày», «20% interest for 7 days»
_RETURN = re.compile(
    rf"{_RATE} ?(?:{_YIELD} ?)?"
    r"(?:/ ?|mỗi |một |hàng |hằng |trong |per |a |an |every |after |in |for |of )?(\d{1,3} ?)?"
    rf"{_UNIT}"
)
# «lãi ngày 2,8%», «daily roi: 3%»
_TURNED = re.compile(rf"(?:{_YIELD} (?:mỗi |một |hàng |hằng |theo )?{_UNIT}|{_UNIT} {_YIELD})[^\n%\d]{{0,15}}{_RATE}")
_MOVES = re.compile(r"(?:tăng|giảm|up|down|gain\w*|fell|rose|drop\w*|phí|fee|fees|[+-]) {0,2}$")
_DAYS = (("phút", 1 / 1440), ("minute", 1 / 1440), ("giờ", 1 / 24), ("hour", 1 / 24), ("tuần", 7.0), ("week", 7.0))
_MONTH = 30.0
_PERCENT_A_DAY = 0.26  # about 160% a year with its interest: no honest business pays as much


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
    found = [match for match in _RETURN.finditer(text) if _is_impossible(match[1], match[3], match[2])]
    found = [match for match in found if _MOVES.search(text, max(0, match.start() - 12), match.start()) is None]
    found += [match for match in _TURNED.finditer(text) if _is_impossible(match[3], match[1] or match[2], None)]
    if not found:
        return None
    first = found[0]
    return Finding(
        excerpt(page.facts.text, *first.span()), min(1.0, 0.55 + 0.15 * len(found)), {"words": first.group().strip()}
    )


def _is_impossible(percent: str, unit: str, count: str | None) -> bool:
    """Is so much paid in so short a time? A price that moves is not asked here."""
    days = next((length for name, length in _DAYS if unit.startswith(name)), None)
    if days is None:
        days = _MONTH if unit.startswith(("tháng", "month")) else 1.0
    days *= max(1, int(count or 1))
    return float(percent.replace(",", ".")) / days >= _PERCENT_A_DAY
