"""A page of few words takes a card's number and code itself: it sells nothing, names nobody, no gateway gets them."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.secrets import Secret
from crawler.detection.services import card_taker, in_vietnamese
from crawler.detection.signal import Category, Family

_FEW_WORDS = 1_000  # characters
# Shops of Vietnam send a card to a gateway's page; elsewhere shops take it themselves, and their forms look the same.
_ELSEWHERE = 0.45


@page_rule(
    "form.bare-card",
    Family.FORM,
    2.8,
    categories=(Category.PHISHING,),
    vi="Trang ít chữ, không nêu ai đứng sau, tự thu số thẻ và mã bảo mật: {fields}.",
    en="A page of few words under no name takes a card's number and code itself: {fields}.",
)
def bare_card(page: PageReading) -> Finding | None:
    facts = page.facts
    if page.sells or page.is_story or page.is_warning or len(facts.text) > _FEW_WORDS:
        return None
    if facts.owner or facts.tax_codes or facts.badges or card_taker(page) is None:
        return None
    words = page.field_words(Secret.CARD, Secret.CVV)
    return Finding(words, 1.0 if in_vietnamese(facts) else _ELSEWHERE, {"fields": words[:120]})
