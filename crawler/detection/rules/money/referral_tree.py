"""Members see whom they brought in, by levels, and what they earned by it: new members pay the old ones."""

import re

from crawler.detection.fold import fold_plain
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family

_BROUGHT = re.compile(
    r"\b(?:referrals?|reff?er+als?|ref (?:link|sys|system|bonus)|user ref|who invited|upline|downline"
    r"|affiliate (?:link|status)|tuyen (?:duoi|tren)|cap duoi|nguoi gioi thieu|cay gioi thieu|ma gioi thieu)\b"
)
_LEVELS = re.compile(r"\b(?:levels?|tiers?|upline|downline|tuyen duoi|tuyen tren|cap duoi|cap [1-9f]|f[1-5]|sponsor)\b")
_EARNS = re.compile(
    r"\b(?:total earn(?:ed|ings)?|referral (?:bonus|bonuses|commission|reward|income)|ref bonus|earnings|commissions?"
    r"|roi|tariffs?|investment|hoa hong|loi nhuan|thu nhap)\b"
)
_COIN = re.compile(
    r"\b(?:bitcoin|btc|usdt|crypto\w*|ethereum|wallet|deposits?|withdraw(?:al|als)?|invest\w*"
    r"|tariffs?|nap tien|rut tien)\b"
)
_PAID_IN = re.compile(r"\b(?:bitcoin|btc|usdt|crypto\w*|ethereum)\b")
_SHORT = 6_000  # characters; a longer page says these words by chance


@page_rule(
    "money.referral-tree",
    Family.MONEY,
    1.4,
    categories=(Category.INVESTMENT,),
    vi="Bảng người được giới thiệu theo cấp bậc và tiền hưởng từ họ: {words}.",
    en="A table of recruits by levels and what is earned by them: {words}.",
)
def referral_tree(page: PageReading) -> Finding | None:
    facts = page.facts
    if page.is_at_home or page.is_story or page.is_warning or len(facts.text) > _SHORT:
        return None
    if facts.owner or facts.tax_codes or facts.badges:
        return None
    folded = fold_plain(page.words[:_SHORT])
    found = [pattern.search(folded) for pattern in (_BROUGHT, _EARNS, _COIN, _LEVELS)]
    if not all(found[:3]):
        return None
    words = ", ".join(dict.fromkeys(match[0] for match in found if match))
    told = found[3] or _PAID_IN.search(folded)
    return Finding(words, 1.0 if told else 0.6, {"words": words})
