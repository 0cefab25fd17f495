"""Offers that pay by the day, or by the second: packages with a stated income each, bets on a price within a minute."""

import re

from crawler.detection.fold import fold_plain
from crawler.detection.reading import PageReading
from crawler.detection.registers import names_register

_READ = 12_000  # characters
_TIERS = 2
# What one package earns. A bank speaks of the year, a job of wages, a phone's tariff of gigabytes a day.
_EARNS = re.compile(
    r"\b(?:(?:thu nhap|loi nhuan|tien lai|loi tuc|sinh loi|nhan lai|lai)(?: (?:hang|moi|theo|mot))? (?:ngay|gio|tuan)"
    r"|tong (?:thu nhap|loi nhuan|loi tuc)|(?:daily|hourly|weekly) (?:income|profit|earnings?|returns?|roi|revenue)"
    r"|(?:earning rate|income|profit|return) (?:per|every|each) (?:day|hour|week)"
    r"|(?:min(?:imum)?|max(?:imum)?|total|expected) (?:returns?|profit|income|revenue|roi))\b"
)
_LASTS = re.compile(
    r"\b(?:(?:chu ky|thoi han|ky han|duration|term|cycle|validity|contract)(?: [a-z]{2,8})? \d{1,3}"
    r" ?(?:ngay|gio|tuan|hours?|days?|weeks?)|\d{1,3} (?:days?|weeks?) (?:cycle|contract))\b"
)
_COSTS = re.compile(
    r"\b(?:gia|von|dau tu|nap|thue|price|deposits?|invest(?:ment)?|amount|min(?:imum)?)(?: [a-z]{2,12}){0,2} \d"
)
_BY_THE_YEAR = re.compile(
    r"\b(?:(?:moi|mot|hang) nam|\d ?%? ?nam|annual(?:ly)?|per (?:year|annum)|yearly|p a|apr|apy)\b"
)
_SECONDS = re.compile(r"\b\d{2,3} ?(?:s|giay|sec|seconds?)\b")
_SIDES = re.compile(r"\b(?:mua|dat|lenh|danh) (?:tang|giam)\b|\b(?:buy|bet|trade) (?:up|down|rise|fall)\b")
_GAINS = re.compile(r"\b(?:loi nhuan|ty le loi|sinh loi|profit|payout|return)(?: [a-z]{2,8})? \d{2}")


def find_income_plans(page: PageReading) -> str:
    """A word of each part of packages that are bought and earn a stated sum within days, folded; else ""."""
    text = _folded(page)
    if not text or _BY_THE_YEAR.search(text):
        return ""
    found = [pattern.findall(text) for pattern in (_EARNS, _LASTS, _COSTS)]
    return ", ".join(words[0] for words in found) if all(len(words) >= _TIERS for words in found) else ""


def find_seconds_bets(page: PageReading) -> str:
    """The words of a bet on a price within seconds, folded; else ""."""
    text = _folded(page)
    seconds = dict.fromkeys(_SECONDS.findall(text))
    side, gain = _SIDES.search(text), _GAINS.search(text)
    return ", ".join((*list(seconds)[:2], side[0], gain[0])) if len(seconds) >= _TIERS and side and gain else ""


def _folded(page: PageReading) -> str:
    """The page's words; "" where somebody stands behind the offer, or it is only told of."""
    if page.is_at_home or page.is_story or page.is_warning or page.facts.is_article or names_register(page):
        return ""
    return fold_plain(page.words[:_READ])
