"""Forged receipts, papers or rented accounts are not only spoken of but sold: a headline, a price, a way to sign up."""

from crawler.detection.fold import fold_plain
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.secrets import Secret
from crawler.detection.signal import Category, Family


@page_rule(
    "commerce.crime-shop",
    Family.COMMERCE,
    1.8,
    categories=(Category.OTHER,),
    vi="Bày bán dịch vụ phạm pháp: «{words}», có giá hoặc chỗ đăng ký.",
    en="Sells a criminal service: «{words}», with a price or a way to sign up.",
)
def crime_shop(page: PageReading) -> Finding | None:
    hits = page.said("account_rent", "fake_documents", "fake_receipt", "sextortion")
    telling = [hit for hit in hits if hit.phrase.alone and hit.phrase.weight >= 0.6]
    if not telling or page.is_story:
        return None
    head = fold_plain("\n".join((page.facts.title, *page.facts.headings)))
    headline = any(fold_plain(hit.phrase.text).strip() in head for hit in hits)
    sold = bool(page.facts.prices) or page.takes_money or bool({Secret.PASSWORD, Secret.CONTACT} & page.secrets)
    if not (headline or sold):
        return None
    return Finding(telling[0].words, 1.0 if sold else 0.7, {"words": telling[0].phrase.text})
