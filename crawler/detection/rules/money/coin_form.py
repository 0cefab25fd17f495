"""A page that names nobody takes an amount in a coin, to be paid in, invested or paid out."""

import re

from crawler.detection.facts import Form
from crawler.detection.fold import fold_plain
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family

_AMOUNT = re.compile(r"\b(?:amount|sum|so tien|so luong|qty|volume)\b")
_COIN = re.compile(
    r"\b(?:coins?|crypto\w*|wallet|btc|bitcoin|usdt|trc20|erc20|ethereum|litecoin|dogecoin|gateway|pay ?system"
    r"|perfect ?money|payeer|vi usdt|tien so|tien ao)\b"
)
_MOVES = re.compile(
    r"\b(?:deposits?|withdraw(?:al|als)?|replenish\w*|top up|fund(?:ing)? (?:your )?(?:account|wallet)|invest(?:ment)?"
    r"|investment plan|payouts?|input output|nap (?:tien|von|coin|usdt)|rut (?:tien|von|lai|coin|usdt)|dau tu)\b"
)
_READ = 4_000  # characters around the form
_SHORT = 8_000  # characters; who runs a longer page stands on it, or the page says nothing of money


@page_rule(
    "money.coin-form",
    Family.MONEY,
    1.8,
    categories=(Category.INVESTMENT,),
    vi="Trang không nêu ai đứng sau nhận nạp, rút hoặc đầu tư bằng tiền số qua biểu mẫu: {words}.",
    en="A page under no name takes deposits, withdrawals or investments in coins by a form: {words}.",
)
def coin_form(page: PageReading) -> Finding | None:
    facts = page.facts
    if not page.host or page.is_at_home or page.is_story or page.is_warning or len(facts.text) > _SHORT:
        return None
    if facts.owner or facts.tax_codes or facts.badges:
        return None
    around = fold_plain("\n".join((facts.title, *facts.headings[:6], facts.text[:_READ])))
    for form in facts.forms:
        if words := _money_words(form, around):
            return Finding(words, words={"words": words})
    return None


def _money_words(form: Form, around: str) -> str:
    """What makes it such a form, or "": a field for an amount, one for a coin, and words of paying in or out."""
    named = [fold_plain(f"{entry.name} {entry.label}") for entry in form.fields[:30]]
    amount = next(filter(None, map(_AMOUNT.search, named)), None)
    own = fold_plain(form.text[:_READ])
    coin = next(filter(None, map(_COIN.search, (*named, own))), None)
    moves = _MOVES.search(own) or _MOVES.search(around)
    return ", ".join(found[0] for found in (moves, amount, coin) if found) if amount and coin and moves else ""
