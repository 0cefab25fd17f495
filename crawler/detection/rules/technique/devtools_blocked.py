"""The page keeps visitors from looking at its code."""

from crawler.detection.facts import TrickKind
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Family


@page_rule(
    "technique.devtools-blocked",
    Family.TECHNIQUE,
    0.9,
    vi="Chặn công cụ kiểm tra của trình duyệt.",
    en="Blocks the browser's inspection tools.",
)
def devtools_blocked(page: PageReading) -> Finding | None:
    trick = page.has_trick(TrickKind.DEVTOOLS_BLOCKED)
    return None if trick is None or page.is_at_home else Finding(trick)
