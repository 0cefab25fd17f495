"""A page that is a bank's or lender's by title and logo, asks for nothing yet, and hands visitors to a chat account."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family

_MONEY = {"bank", "ewallet", "consumer_finance", "broker", "insurance"}
_CHATS = {"zalo", "telegram", "messenger", "whatsapp", "viber"}
_WITHOUT_CHAT = 0.7
_SPEAKS_OF_LOANS = 2  # distinct words


@page_rule(
    "impersonation.brand-front",
    Family.IMPERSONATION,
    4.6,
    categories=(Category.LOAN, Category.INVESTMENT, Category.PHISHING, Category.IMPERSONATION),
    vi="Mang tên và logo {brand} trên {host}, không phải tên miền của {brand}; liên hệ: {contact}.",
    en="Bears the name and logo of {brand} on {host}, which is not a host of {brand}; contact: {contact}.",
)
def brand_front(page: PageReading) -> Finding | None:
    if page.is_at_home or page.is_warning or page.is_story or page.takes_credentials or page.takes_identity:
        return None
    chats = [entry for entry in page.facts.handles if entry.platform in _CHATS]
    for mention in page.impersonated:
        # title and logo (or copyright line) together: a comparison or a blog post has the title alone
        if mention.brand.type in _MONEY and page.claims.places(mention.brand) >= 3:
            words = {"brand": mention.brand.name, "host": page.host}
            words["contact"] = chats[0].platform.capitalize() if chats else "-"
            sure = chats or mention.brand in page.worn or page.about("loan") >= _SPEAKS_OF_LOANS
            return Finding(page.facts.title or mention.words, 1.0 if sure else _WITHOUT_CHAT, words)
    return None
