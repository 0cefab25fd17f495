"""The page keeps visitors from copying or inspecting it."""

from crawler.detection.facts import TrickKind
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Family


@page_rule(
    "technique.right-click-blocked", Family.TECHNIQUE, 0.4, vi="Chặn chuột phải.", en="Blocks the right mouse button."
)
def right_click_blocked(page: PageReading) -> Finding | None:
    trick = page.has_trick(TrickKind.RIGHT_CLICK_BLOCKED)
    return None if trick is None or page.is_at_home else Finding(trick)
