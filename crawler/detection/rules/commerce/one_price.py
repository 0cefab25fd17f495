"""Many different goods at one and the same low price."""

from collections import Counter

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family


@page_rule(
    "commerce.one-price",
    Family.COMMERCE,
    1.0,
    categories=(Category.FAKE_SHOP,),
    vi="{count} mặt hàng khác nhau cùng một giá {amount} đồng.",
    en="{count} different goods at one price, {amount} dong.",
)
def one_price(page: PageReading) -> Finding | None:
    amounts = Counter(price.amount for price in page.facts.prices)
    if not amounts or page.is_story:
        return None
    amount, count = amounts.most_common(1)[0]
    items = {price.item for price in page.facts.prices if price.amount == amount and price.item}
    if count < 6 or count < 0.7 * amounts.total() or (items and len(items) < 4):
        return None
    shown = f"{amount:,}".replace(",", ".")
    return Finding("; ".join(sorted(items)[:4]) or shown, words={"count": str(count), "amount": shown})
