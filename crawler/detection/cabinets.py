"""The parts of a programme that pays from deposits: pay in, watch it grow, bring friends, ask for it back, in coins."""

import re

from crawler.detection.fold import fold_plain
from crawler.detection.reading import PageReading

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
_PARTS = tuple(re.compile(part) for part in (_GROWS, _BRINGS_FRIENDS, _PAYS_IN, _PAYS_OUT))
_COIN = re.compile(r"\b(?:btc|bitcoin|usdt|trc20|ethereum|perfect ?money|payeer|crypto\w*|wallet address|litecoin)\b")
_DENIED = re.compile(r"\b(?:no|never|without|khong co)(?: [a-z]{2,14}){1,2}")  # «has no investment plans»
_PLEDGES = re.compile(r"\b(?:invest(?:ment|ments|or|ors|ing|ed)?|tariffs?|dau tu|nha dau tu|mining)\b")


def cabinet_parts(page: PageReading) -> tuple[str, ...]:
    """A word of the page for each part that it has, folded; empty where these are too few to tell.

    Three of five on a short page, four on a longer one, growth or friends among them: a wallet's guide has the rest.
    None on warnings, stories and a brand's own host.
    """
    if page.is_warning or page.is_story or page.is_at_home:
        return ()
    folded = _DENIED.sub(" ", fold_plain(page.words[:_READ]))
    matches = [part.search(folded) for part in (*_PARTS, _COIN)]
    found = tuple(match[0].strip() for match in matches if match)
    lures = matches[0] or matches[1]
    enough = len(found) >= _LEAST + (len(folded) > _SHORT)
    return found if lures and enough and _PLEDGES.search(folded) else ()
