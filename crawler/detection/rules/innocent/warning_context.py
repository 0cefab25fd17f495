"""The page warns of fraud and takes nothing from its readers."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, Reach, page_rule
from crawler.detection.signal import Family


@page_rule(
    "innocent.warning-context",
    Family.INNOCENT,
    -3.0,
    vi="Trang cảnh báo lừa đảo, không thu gì của người đọc: «{words}».",
    en="Warns of fraud and takes nothing from its readers: «{words}».",
    reach=Reach.THE_PAGE,
)
def warning_context(page: PageReading) -> Finding | None:
    if not page.is_warning:
        return None
    markers = page.hits.warning_markers
    return Finding(markers[0].words, words={"words": "», «".join(hit.phrase.text for hit in markers[:4])})
