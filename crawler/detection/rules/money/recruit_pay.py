"""Money is paid for bringing people in, by their deposits and in tiers: «hưởng 10% số vốn, đến đời thứ 7»."""

import re

from crawler.detection.fold import fold_plain
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family

_READ = 60_000  # characters
_BRINGS = r"(?:gioi thieu|moi|tuyen|ref|refer|invite)(?: [a-z0-9]{1,12}){0,8}"
_PAID = r"(?:huong|nhan|duoc|earn|get|hoa hong)(?: [a-z0-9]{1,12}){0,4} \d{1,3}(?: \d{1,2})? ?%"
_TIERS = re.compile(
    r"\b(?:so von|von cua|truc tiep|toan he thong|tang duoi|tuyen duoi|cap duoi|doi thu \d|f1|f2|level [1-9]|tier [1-9]"
    r"|ban cua ban|vong (?:hai|ba|[2-9])|(?:tang|cap) (?:[2-9]|hai|ba)"
    r"|nhieu tang|doi nhom|truong nhom|of (?:their|your friend s) deposits?)\b"
)
_RECRUITS = re.compile(rf"\b{_BRINGS} {_PAID}")


@page_rule(
    "money.recruit-pay",
    Family.MONEY,
    1.8,
    categories=(Category.INVESTMENT,),
    vi="Trả tiền cho việc lôi kéo người khác góp vốn, theo tầng: «{words}».",
    en="Pays for bringing others' money in, by tiers: «{words}».",
)
def recruit_pay(page: PageReading) -> Finding | None:
    if page.is_warning or page.is_story or page.is_at_home or page.about("invest") < 1:
        return None
    for line in fold_plain(page.facts.text[:_READ]).split("\n"):
        found = _RECRUITS.search(line[:600])
        if found and _TIERS.search(line[:600]):
            return Finding(found[0], words={"words": found[0][:80]})
    return None
