"""The owner named at the foot is a brand's own company: the footer was copied along."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family


@page_rule(
    "identity.copied-footer",
    Family.IDENTITY,
    2.2,
    categories=(
        Category.PHISHING,
        Category.FAKE_SHOP,
        Category.LOAN,
    ),
    vi="Chân trang ghi chủ sở hữu là {brand}, nhưng {host} không phải trang của {brand}.",
    en="The footer names {brand} as the owner, but {host} is not a host of {brand}.",
)
def copied_footer(page: PageReading) -> Finding | None:
    owner = page.facts.owner
    if owner is None or not page.host or page.is_at_home or page.is_story or page.is_warning:
        return None
    asks = page.takes_something or page.collects or page.signs_in or page.offers
    for mention in page.index.mentions(owner.name):
        if asks and not page.index.is_honest_host(page.host, mention.brand):
            return Finding(owner.text or owner.name, words={"brand": mention.brand.name, "host": page.host})
    return None
