"""Forged receipts, papers or rented accounts are sold here: in a headline, or with a way to sign up or pay."""

from crawler.detection.fold import fold_plain
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.secrets import Secret
from crawler.detection.signal import Category, Family

_REPORTS = 2  # words of warning from which a page rather tells of crime


@page_rule(
    "commerce.crime-shop",
    Family.COMMERCE,
    1.8,
    categories=(Category.OTHER,),
    vi="Bày bán dịch vụ phạm pháp: «{words}», có đề mục hoặc chỗ đăng ký, trả tiền.",
    en="Sells a criminal service: «{words}», with a headline, or a way to sign up or pay.",
)
def crime_shop(page: PageReading) -> Finding | None:
    hits = page.said("account_rent", "fake_documents", "fake_receipt", "sextortion")
    telling = [hit for hit in hits if hit.phrase.alone and hit.phrase.weight >= 0.6]
    if not telling or page.is_story:
        return None
    if len(page.hits.warning_markers) >= _REPORTS:
        return None  # the news name prices and quote offers too
    head = fold_plain("\n".join((page.facts.title, *page.facts.headings)))
    headline = any(fold_plain(hit.phrase.text).strip() in head for hit in hits)
    joins = page.takes_money or bool({Secret.PASSWORD, Secret.CONTACT} & page.secrets)
    if not (headline or joins):
        return None
    return Finding(telling[0].words, 1.0 if joins else 0.75, {"words": telling[0].phrase.text})
