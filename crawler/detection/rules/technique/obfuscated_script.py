"""Scripts that nobody can read, on a page that takes secrets or money: advertising packs its own everywhere."""

from crawler.detection.facts import TrickKind
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Family


@page_rule(
    "technique.obfuscated-script",
    Family.TECHNIQUE,
    0.9,
    vi="Mã lệnh bị làm rối để che giấu.",
    en="Its scripts are scrambled to hide what they do.",
)
def obfuscated_script(page: PageReading) -> Finding | None:
    trick = page.has_trick(TrickKind.OBFUSCATED_SCRIPT)
    if trick is None or page.is_at_home or page.is_story:
        return None
    return Finding(trick) if page.takes_credentials or page.takes_identity or page.takes_money else None
