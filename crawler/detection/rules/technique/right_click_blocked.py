"""A page that asks, sells or bears a brand's name keeps visitors from inspecting it; newspapers guard their words."""

from crawler.detection.facts import TrickKind
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.services import in_vietnamese
from crawler.detection.signal import Family


@page_rule(
    "technique.right-click-blocked", Family.TECHNIQUE, 0.4, vi="Chặn chuột phải.", en="Blocks the right mouse button."
)
def right_click_blocked(page: PageReading) -> Finding | None:
    trick = page.has_trick(TrickKind.RIGHT_CLICK_BLOCKED)
    if trick is None or page.is_at_home or page.facts.is_article:
        return None
    return Finding(trick) if page.wants_something or in_vietnamese(page.facts) else None
