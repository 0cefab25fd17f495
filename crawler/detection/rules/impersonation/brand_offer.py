"""A brand's name over an offer or a form for personal details, on a host that is not the brand's."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family

_LITTLE = 1_500  # characters of a page that is little more than a message in the brand's name
_TELLING = 0.6  # weight of a phrase that is no ordinary one
_MONEY = {
    "bank",
    "ewallet",
    "consumer_finance",
    "broker",
    "ecommerce",
    "logistics",
    "telecom",
    "airline",
    "insurance",
    "lottery",
    "game",
    "retail",
    "mail",
    "social",
    "media",
}


@page_rule(
    "impersonation.brand-offer",
    Family.IMPERSONATION,
    2.8,
    categories=(Category.LOAN, Category.PHISHING, Category.INVESTMENT, Category.IMPERSONATION),
    vi="Mang danh {brand} để mời chào, thu thông tin, nhưng tên miền {host} không phải của {brand}.",
    en="Makes offers or collects details in the name of {brand}, but {host} is not a host of {brand}.",
)
def brand_offer(page: PageReading) -> Finding | None:
    if page.is_at_home or page.is_warning or page.is_story or page.takes_credentials:
        return None
    offers = page.said(
        "loan_app",
        "gift_prize",
        "bank_phishing",
        "invest_forex_crypto",
        "stock_group",
        "task_ctv",
        "game_topup",
        "delivery_shipper",
        "phishing_en",
        "gift_en",
        "pressure_generic",
    )
    collects = page.collects
    if not collects and not offers:
        return None
    for mention in page.impersonated:
        if mention.brand.type in _MONEY:
            telling = any(hit.phrase.weight >= _TELLING for hit in offers)
            places = page.claims.places(mention.brand)
            plainly = collects or places > 2 or (places == 2 and len(page.facts.text) < _LITTLE)
            knows = (
                mention.brand.type in {"bank", "ewallet", "consumer_finance"} and page.claims.places(mention.brand) > 1
            )
            strength = 1.0 if plainly and (telling or mention.brand in page.worn or (collects and knows)) else 0.6
            return Finding(
                page.facts.title or mention.words, strength, {"brand": mention.brand.name, "host": page.host}
            )
    return None
