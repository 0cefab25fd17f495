"""A page that sells, lends or takes investments and nowhere says who runs it."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.services import card_taker, in_vietnamese
from crawler.detection.signal import Category, Family


@page_rule(
    "identity.no-owner",
    Family.IDENTITY,
    0.9,
    categories=(Category.FAKE_SHOP, Category.INVESTMENT, Category.LOAN),
    vi="Có bán hàng hoặc nhận tiền nhưng không nêu chủ sở hữu, mã số thuế hay địa chỉ.",
    en="Sells or takes money, yet names no owner, tax code or address.",
)
def no_owner(page: PageReading) -> Finding | None:
    facts = page.facts
    paid = bool(facts.bank_accounts or facts.payment_qrs or facts.crypto_addresses)
    vietnamese = in_vietnamese(facts)  # elsewhere no law has every shop name its owner on each page
    if not (paid or (vietnamese and (page.sells or card_taker(page)))) or page.is_story or page.is_at_home:
        return None
    if facts.owner or facts.tax_codes or facts.badges:
        return None
    return Finding(strength=0.45 if page.sells and not paid else 1.0)
