"""Goods may be looked at before they are paid: what a shop that delivers nothing cannot promise for long."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Family


@page_rule(
    "innocent.inspection",
    Family.INNOCENT,
    -0.6,
    vi="Cho kiểm tra hàng hoặc trả tiền khi nhận: «{words}».",
    en="Goods may be inspected or paid on delivery: «{words}».",
)
def inspection(page: PageReading) -> Finding | None:
    hits = page.topic("inspection")
    if not hits or page.topic("deposit") or page.facts.payment_qrs:
        return None
    return Finding(hits[0].words, words={"words": hits[0].phrase.text})
