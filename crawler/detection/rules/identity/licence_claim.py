"""An investment page boasts of a licence, which a reader cannot follow to any register."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family


@page_rule(
    "identity.licence-claim",
    Family.IDENTITY,
    0.9,
    categories=(Category.INVESTMENT,),
    vi="Khoe giấy phép để lấy lòng tin cho lời mời đầu tư: «{words}».",
    en="Boasts of a licence to make an investment offer trusted: «{words}».",
)
def licence_claim(page: PageReading) -> Finding | None:
    hits = page.topic("licence")
    offers = page.said("invest_forex_crypto", "stock_group", "mlm", "hyip_en")
    if not hits or not any(hit.phrase.weight >= 0.6 for hit in offers) or page.is_story:
        return None
    return Finding(hits[0].words, words={"words": hits[0].phrase.text})
