"""Text of strangers made safe to look at, on a terminal, in a log or on a page of the desk."""

import re
import unicodedata
from collections.abc import Iterable

MAX_CELL = 2000
MAX_MARKS = 3  # combining marks on one letter: Vietnamese needs two, «zalgo» text uses dozens
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})  # controls, ANSI, bidi, zero width, half pairs
_SPACES = frozenset("\t\n\r\v\f")
# what nearly every text of ours is made of: printable, and no combining mark among it
_PLAIN = re.compile("[ -~\u00a1-\u00ac\u00ae-\u024f\u1e00-\u1eff\u2010-\u2027\u2030-\u205e\u2190-\u21ff]*")


def inert(text: object, limit: int = MAX_CELL) -> str:
    """One line that is shown as it is: what a terminal or a reader would obey or miss is spelt out as ``⟨U+202E⟩``."""
    words = str(text)
    cut = words[:limit] + "…" if len(words) > limit else words
    if _PLAIN.fullmatch(cut):
        return cut
    return "".join(_shown(cut))


def _shown(text: str) -> Iterable[str]:
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        marks = marks + 1 if category == "Mn" else 0
        if character in _SPACES:
            yield " "
        elif category in UNSEEN:
            yield f"⟨U+{ord(character):04X}⟩"
        elif marks <= MAX_MARKS:
            yield character
