"""Goods are paid, or a deposit is sent, before anything is delivered."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family


@page_rule(
    "money.deposit-first",
    Family.MONEY,
    1.6,
    categories=(Category.FAKE_SHOP,),
    vi="Bắt đặt cọc hoặc chuyển khoản trước khi giao hàng: «{words}».",
    en="A deposit or transfer is wanted before delivery: «{words}».",
)
def deposit_first(page: PageReading) -> Finding | None:
    hits = () if page.is_warning else page.topic("deposit")
    sense = page.sense("money_before_goods")
    pays = page.facts.bank_accounts or page.facts.payment_qrs
    if sense is not None and (pays or page.sells or hits or page.sense("shop_cues")):
        return Finding(sense.words, words={"words": sense.words[:120]})
    if not hits or not (page.sells or page.topic("shop")):
        return None
    strength = 1.0 if pays or len(hits) > 1 else 0.6
    return Finding(hits[0].words, strength, {"words": hits[0].phrase.text})
