"""An investment page takes deposits in crypto currency, which nobody can call back."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family


@page_rule(
    "money.crypto-deposit",
    Family.MONEY,
    1.6,
    categories=(Category.INVESTMENT,),
    vi="Nhận tiền đầu tư qua địa chỉ tiền số {currency}.",
    en="Takes investments through a {currency} address.",
)
def crypto_deposit(page: PageReading) -> Finding | None:
    if page.is_warning or page.is_story or page.about("invest") < 3 or not page.facts.crypto_addresses:
        return None
    first = page.facts.crypto_addresses[0]
    return Finding(first.address, words={"currency": first.currency.upper()})
