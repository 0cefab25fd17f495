"""Text of strangers made safe to look at, on a terminal, in a log or on a page of the desk."""

import unicodedata
from collections.abc import Iterable

MAX_CELL = 2000
MAX_MARKS = 3  # combining marks on one letter: Vietnamese needs two, «zalgo» text uses dozens
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})  # controls, ANSI, bidi, zero width, half pairs
_SPACES = frozenset("\t\n\r\v\f")


def inert(text: object, limit: int = MAX_CELL) -> str:
    """One line that is shown as it is: what a terminal or a reader would obey or miss is spelt out as ``⟨U+202E⟩``."""
    words = str(text)
    cut = words[:limit] + "…" if len(words) > limit else words
    if cut.isascii() and cut.isprintable():
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
