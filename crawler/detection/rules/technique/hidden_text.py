"""Text for machines only, on a page that asks, sells or bears a brand's name: articles hide theirs from nobody."""

from crawler.detection.facts import TrickKind
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.services import in_vietnamese
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
    if trick is None or page.is_at_home or page.facts.is_article:
        return None
    return Finding(trick) if page.wants_something or in_vietnamese(page.facts) else None
