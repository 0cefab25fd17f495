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
# «Gói S1: 1.200.000đ, mỗi ngày nhận 48.000đ»: the rate is left to the reader
_SUM = r"(\d{1,3}(?:[.,]\d{3}){1,3}|\d{1,6})(?![\d.,]\d) ?(k|nghìn|ngàn|tr|triệu|đ|vnđ|vnd|usdt|usd|\$)?"
_PAID_DAILY = re.compile(
    r"(?:gói|thuê|mua|nạp|đầu tư|vốn|máy|cấp|vip|robot|bot|suất|mã|hạng)[^\n\d]{0,25}(?:\w?\d[: ]{1,3})?"
    rf"{_SUM}[^\n\d]{{0,25}}(?:mỗi ngày|hàng ngày|hằng ngày|một ngày|ngày)[^\n\d]{{0,20}}{_SUM}"
)
# the same with the day behind: «Máy A1: 500.000đ, thu về 25.000đ mỗi ngày»
_PAID_A_DAY = re.compile(
    rf"{_SUM}[^\n\d]{{0,8}}(?:thu về|thu|nhận|lãi|trả|sinh lời|được)[^\n\d]{{0,12}}{_SUM}"
    r" ?(?:/ ?|mỗi |một |hàng |hằng )?ngày"
)
_TIMES = {"k": 1e3, "nghìn": 1e3, "ngàn": 1e3, "tr": 1e6, "triệu": 1e6}
_MOVES = re.compile(r"(?:tăng|giảm|up|down|gain\w*|fell|rose|drop\w*|phí|fee|fees|[+-]) {0,2}$")
_DAYS = (("phút", 1 / 1440), ("minute", 1 / 1440), ("giờ", 1 / 24), ("hour", 1 / 24), ("tuần", 7.0), ("week", 7.0))
_MONTH = 30.0
_PACKAGES = 2  # so many offers of a sum a day: one may be a price and a wage that stand side by side
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
    if page.is_warning or page.is_story:
        return None
    text = page.facts.text[:100_000].lower()
    told = (match for pattern in (_PAID_DAILY, _PAID_A_DAY) for match in pattern.finditer(text))
    daily = [match for match in told if _is_paid_daily(match)]
    if len(daily) >= _PACKAGES:
        words = {"words": daily[0].group().strip()}
        return Finding(excerpt(page.facts.text, *daily[0].span()), words=words)
    if page.about("invest") < 2:
        return None
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


def _is_paid_daily(match: re.Match[str]) -> bool:
    """Is the sum of each day a share of the first that no business pays, yet less than all of it?"""
    paid_in, daily = _sum(match[1], match[2]), _sum(match[3], match[4])
    return paid_in > 0 and _PERCENT_A_DAY <= 100 * daily / paid_in < 100


def _sum(digits: str, unit: str | None) -> float:
    return float(digits.replace(".", "").replace(",", "")) * _TIMES.get(unit or "", 1.0)
