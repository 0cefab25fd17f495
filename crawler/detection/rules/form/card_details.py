"""A card's number and code are asked for on a page that sells nothing."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.secrets import Secret
from crawler.detection.signal import Category, Family


@page_rule(
    "form.card-details",
    Family.FORM,
    1.0,
    categories=(Category.PHISHING,),
    vi="Đòi số thẻ và mã bảo mật trên trang không bán gì: {fields}.",
    en="Asks for a card's number and code on a page that sells nothing: {fields}.",
)
def card_details(page: PageReading) -> Finding | None:
    if not {Secret.CARD, Secret.CVV} <= page.secrets or page.sells or page.is_at_home:
        return None
    words = page.field_words(Secret.CARD, Secret.CVV)
    return Finding(words, words={"fields": words[:120]})
