"""An investment page takes deposits in crypto or nameless currency, which nobody can call back."""

import re

from crawler.detection.facts import Form
from crawler.detection.fold import fold_plain
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family

_COIN = re.compile(r"\b(?:coin|crypto|cryptocurrency|wallet|btc|usdt|gateway|pay ?system|payment ?method)\b")
_AMOUNT = re.compile(r"\b(?:amount|sum|so tien)\b")
_PLEDGE = re.compile(r"\b(?:minimum investment|investment amount|invest|deposit amount|withdrawal method|output)\b")
_NAMELESS = 3  # distinct names of such currencies: one or two are anybody's
_NAMED = 0.7


@page_rule(
    "money.crypto-deposit",
    Family.MONEY,
    1.8,
    categories=(Category.INVESTMENT,),
    vi="Nhận tiền đầu tư bằng tiền số hoặc ví ẩn danh: {currency}.",
    en="Takes investments in crypto or nameless currency: {currency}.",
)
def crypto_deposit(page: PageReading) -> Finding | None:
    if page.is_warning or page.is_story or page.is_at_home:
        return None
    if page.facts.crypto_addresses and page.about("invest") >= 3:
        first = page.facts.crypto_addresses[0]
        return Finding(first.address, words={"currency": first.currency.upper()})
    offers = [hit for hit in page.said("hyip_en", "invest_forex_crypto") if hit.phrase.weight >= 0.6]
    if not offers:
        return None
    if any(map(_pays_in_coin, page.facts.forms)):
        return Finding(offers[0].words, words={"currency": "crypto"})
    named = page.topic("nameless_money")
    if len(named) < _NAMELESS:
        return None
    words = ", ".join(hit.phrase.text for hit in named[:4])
    return Finding(named[0].words, _NAMED, {"currency": words})


def _pays_in_coin(form: Form) -> bool:
    """A form that takes an amount in a coin of one's choice, or for an investment."""
    words = [fold_plain(f"{entry.name} {entry.label}") for entry in form.fields]
    pledges = form.method == "post" and _PLEDGE.search(fold_plain(form.text)) is not None
    return any(map(_AMOUNT.search, words)) and (pledges or any(map(_COIN.search, words)))
