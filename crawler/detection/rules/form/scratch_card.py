"""Serial and code of a phone top-up card are asked for: whoever reads them has the money."""

import re

from crawler.detection.fold import fold_plain
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family

_SERIAL = re.compile(r"\b(?:so )?(?:seri|serial|sery)\b")
_CODE = re.compile(r"\b(?:ma the|ma nap|ma cao|ma so the|so the cao|pin|card code|code)\b")


@page_rule(
    "form.scratch-card",
    Family.FORM,
    1.4,
    categories=(Category.PRIZE,),
    vi="Đòi số seri và mã thẻ cào: {fields}.",
    en="Asks for the serial and code of a phone top-up card: {fields}.",
)
def scratch_card(page: PageReading) -> Finding | None:
    if page.is_at_home or page.is_story:
        return None
    for form in page.facts.forms:
        words = [fold_plain(f"{entry.name} {entry.label}") for entry in form.fields if entry.type != "hidden"]
        if any(map(_SERIAL.search, words)) and any(_CODE.search(word) and not _SERIAL.search(word) for word in words):
            shown = ", ".join(entry.label or entry.name for entry in form.fields if entry.label or entry.name)[:120]
            return Finding(shown, words={"fields": shown})
    return None
