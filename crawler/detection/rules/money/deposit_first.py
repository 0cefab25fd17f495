"""Goods are paid, or a deposit is sent, before anything is delivered."""

import re

from crawler.detection.fold import fold_plain
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family

_READ = 20_000  # characters
_ON_DELIVERY = re.compile(
    r"(?<!khong )(?<!khong nhan )(?<!khong ho tro )\b(?:(?:thanh toan|tra tien) (?:khi|luc) nhan hang"
    r"|(?:hinh thuc|bang|nhan|ship|gui) cod)\b"
)


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
    if not pays and len(hits) == 1 and _ON_DELIVERY.search(fold_plain(page.facts.text[:_READ])):
        return None  # one way of several to pay: what comes can be looked at first
    strength = 1.0 if pays or len(hits) > 1 else 0.6
    return Finding(hits[0].words, strength, {"words": hits[0].phrase.text})
