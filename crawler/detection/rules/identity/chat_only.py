"""The only way to reach the seller is a chat account."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family

_CHATS = {"zalo", "telegram", "messenger", "whatsapp", "viber", "wechat", "line"}


@page_rule(
    "identity.chat-only",
    Family.IDENTITY,
    0.8,
    categories=(Category.FAKE_SHOP, Category.INVESTMENT, Category.JOB_TASK, Category.LOAN),
    vi="Chỉ liên hệ được qua {platform}: không e-mail, không điện thoại cố định, không địa chỉ.",
    en="Reachable by {platform} only: no e-mail, no fixed line, no address.",
)
def chat_only(page: PageReading) -> Finding | None:
    facts = page.facts
    chats = [handle for handle in facts.handles if handle.platform in _CHATS]
    if not chats or facts.emails or facts.owner or facts.tax_codes or facts.is_article:
        return None
    if any(phone.kind != "mobile" for phone in facts.phones):
        return None
    return Finding(chats[0].url or chats[0].value, words={"platform": chats[0].platform.capitalize()})
