"""Pay in, watch it grow, bring friends, ask for it back: the parts of a programme that pays from deposits."""

import re

from crawler.detection.fold import fold_plain
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family

_LEAST = 3
_SHORT = 6_000  # characters; a longer page says three of these words by chance
_READ = 40_000  # characters
# Words of each part; a bank has the first and the last, a shop's affiliates the third.
_PAYS_IN = (
    r"\b(?:deposits?|replenish\w*|top up|fund (?:your )?(?:account|wallet)|add funds|input output"
    r"|nap tien|nap von)\b"
)
_GROWS = (
    r"\b(?:(?:investment|trading|mining|our|choose|tariff) ?(?:plans?|packages?)|tariffs?|roi|total earn(?:ed|ings)?"
    r"|hash ?rate|daily (?:income|profit|interest)|goi dau tu|loi nhuan|lai suat|loi tuc)\b"
)
_BRINGS_FRIENDS = (
    r"\b(?:referrals?|ref (?:link|sys|system|bonus|user)|affiliates?|upline|downline|partners? program"
    r"|hoa hong gioi thieu)\b"
)
_PAYS_OUT = r"\b(?:withdraw(?:al|als|n)?|payouts?|cash ?out|output|rut tien|rut lai)\b"
_PARTS = tuple(re.compile(part) for part in (_PAYS_IN, _GROWS, _BRINGS_FRIENDS, _PAYS_OUT))
_COIN = re.compile(r"\b(?:btc|bitcoin|usdt|trc20|ethereum|perfect ?money|payeer|crypto\w*|wallet address|litecoin)\b")
_PLEDGES = re.compile(r"\b(?:invest(?:ment|ments|or|ors|ing|ed)?|tariffs?|dau tu|nha dau tu|mining)\b")


@page_rule(
    "money.deposit-cabinet",
    Family.MONEY,
    2.6,
    categories=(Category.INVESTMENT,),
    vi="Có đủ các phần của một chương trình lấy tiền người sau trả người trước: {parts}.",
    en="Has all the parts of a programme that pays from deposits: {parts}.",
)
def deposit_cabinet(page: PageReading) -> Finding | None:
    if page.is_warning or page.is_story or page.is_at_home:
        return None
    folded = fold_plain(page.words[:_READ])
    found = [match for part in _PARTS if (match := part.search(folded))]
    parts_seen = len(found) + bool(_COIN.search(folded))
    if parts_seen < _LEAST + (len(folded) > _SHORT) or not _PLEDGES.search(folded):
        return None
    parts = ", ".join(match[0].strip() for match in found)
    return Finding(parts, {3: 0.55, 4: 0.75}.get(parts_seen, 1.0), {"parts": parts})
