"""Text for machines only."""

from crawler.detection.facts import TrickKind
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Family


@page_rule(
    "technique.hidden-text",
    Family.TECHNIQUE,
    0.5,
    vi="Có văn bản ẩn đối với người xem.",
    en="Holds text that visitors cannot see.",
)
def hidden_text(page: PageReading) -> Finding | None:
    trick = page.has_trick(TrickKind.HIDDEN_TEXT)
    return None if trick is None or page.is_at_home else Finding(trick)
