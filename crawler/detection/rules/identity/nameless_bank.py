"""A page calls itself online banking and bears no bank's name anywhere, yet takes secrets: the name is a picture."""

import re

from crawler.detection.fold import fold_plain
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family

_LITTLE = 1_000  # characters
_BANKING = re.compile(
    r"\b(?:(?:online|internet|mobile|e) ?banking|netbanking|ngan hang (?:truc tuyen|so|dien tu)|banca en linea)\b"
)


@page_rule(
    "identity.nameless-bank",
    Family.IDENTITY,
    1.2,
    categories=(Category.PHISHING,),
    vi="Tự xưng ngân hàng trực tuyến nhưng không có tên ngân hàng nào: «{words}».",
    en="Calls itself online banking, but bears no bank's name: «{words}».",
)
def nameless_bank(page: PageReading) -> Finding | None:
    facts = page.facts
    if page.is_at_home or page.is_story or not page.takes_credentials or len(facts.text) > _LITTLE:
        return None
    found = _BANKING.search(fold_plain(f"{facts.title}\n{facts.text}"))
    if found is None or page.claimed or facts.owner or facts.tax_codes:
        return None
    return Finding(found[0], words={"words": found[0]})
