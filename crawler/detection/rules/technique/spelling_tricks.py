"""Phrases of fraud spelt so that filters do not see them: «c ọ c», «th0ng b@o», zero-width letters."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Family


@page_rule(
    "technique.spelling-tricks",
    Family.TECHNIQUE,
    1.2,
    vi="Cố tình viết lệch chữ để tránh bộ lọc: «{words}».",
    en="Words misspelt on purpose to pass filters: «{words}».",
)
def spelling_tricks(page: PageReading) -> Finding | None:
    tricked = () if page.is_warning else page.hits.disguised
    if not tricked:
        return None
    words = "», «".join(hit.phrase.text for hit in tricked[:3])
    return Finding(tricked[0].words, min(1.0, 0.5 * len(tricked)), {"words": words})
