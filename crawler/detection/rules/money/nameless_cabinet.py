"""A cabinet to pay in, hold and withdraw money, in Vietnamese, of which nobody says who keeps the money."""

import re

from crawler.detection.fold import fold_plain
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.services import in_vietnamese
from crawler.detection.signal import Category, Family

_READ = 6_000  # characters; a cabinet is short, and a longer page says these words by chance
_PARTS = (
    re.compile(r"\b(?:nap (?:tien|von|coin|usdt)|deposits?|top ?up)\b"),
    re.compile(r"\b(?:so du|vi cua (?:ban|toi)|balance)\b"),
    re.compile(r"\b(?:rut (?:tien|von|lai|thuong|coin|usdt)|withdraw(?:al|als)?)\b"),
    re.compile(r"\b(?:lich su (?:giao dich|nap|rut)|giao dich gan day|bien dong so du)\b"),
)
_TWO_PARTS = 0.9  # of these two only the sum itself counts: what is paid in, and what one has


@page_rule(
    "money.nameless-cabinet",
    Family.MONEY,
    2.0,
    categories=(Category.INVESTMENT, Category.GAMBLING, Category.OTHER),
    vi="Nhận nạp tiền và giữ số dư cho khách nhưng không nêu ai giữ tiền: {parts}.",
    en="Takes money in and keeps a balance for visitors, and says nowhere who holds it: {parts}.",
)
def nameless_cabinet(page: PageReading) -> Finding | None:
    facts = page.facts
    if not page.host or page.is_at_home or page.is_story or page.is_warning or len(facts.text) > _READ:
        return None
    if facts.owner or facts.tax_codes or facts.badges or not in_vietnamese(facts):
        return None
    folded = fold_plain(page.words[:_READ])
    found = [part.search(folded) for part in _PARTS]
    words = ", ".join(match[0] for match in found if match)
    if not (found[0] and found[1]):
        return None
    return Finding(words, 1.0 if found[2] or found[3] else _TWO_PARTS, {"parts": words})
