"""A brand's name spelt with other letters that look alike: «PayPaI», «ΡayΡal»."""

import re

from crawler.detection.facts import Brand
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family

_STRANGE = re.compile(r"[\u0370-\u03ff\u0400-\u04ff]")
_ODD = re.compile(r"[\u0370-\u03ff\u0400-\u04ff]|[a-z]I")
_LATIN = re.compile(r"[A-Za-z]")
_READ = 1_500  # characters of the text


@page_rule(
    "impersonation.drawn-name",
    Family.IMPERSONATION,
    4.6,
    categories=(Category.PHISHING, Category.IMPERSONATION),
    vi="Tên {brand} được viết bằng chữ cái giả: «{words}».",
    en="The name {brand} is spelt with look-alike letters: «{words}».",
)
def drawn_name(page: PageReading) -> Finding | None:
    if page.is_at_home or page.is_warning or page.is_story:
        return None
    text = "\n".join((page.facts.title, *page.facts.headings[:3], page.facts.text[:_READ]))
    for word in dict.fromkeys(filter(_is_odd, re.split(r"[^\w]+", text))):
        for mention in page.index.mentions(word):
            if _is_drawn(word, mention.brand) and not page.index.is_honest_host(page.host, mention.brand):
                return Finding(word, words={"brand": mention.brand.name, "words": word})
    return None


def _is_odd(word: str) -> bool:
    return 4 <= len(word) <= 30 and _ODD.search(word) is not None and _LATIN.search(word) is not None


def _is_drawn(word: str, brand: Brand) -> bool:
    """Does it only look like the name? In Greek or Russian a whole word is no drawing: it has no Latin letters."""
    names = {name.lower() for name in (brand.name, *brand.names)}
    return word.lower() not in names and (_STRANGE.search(word) is not None or word.replace("I", "l").lower() in names)
