"""A drawing (SVG) as a short mark: a digest of its outlines, whatever the colours, sizes and names around them.

Nothing is drawn and no XML is parsed: an SVG may hold scripts, fonts, entities and addresses, which a reader of plain
patterns cannot follow. So a copy is known again, as frauds make it; a drawing that was made anew is not.
"""

import hashlib
import re
from collections.abc import Iterable

DRAWN = "svg:"  # how such a mark begins
_READ = 600_000  # characters
_HEAD = 2_000
_FEWEST = 600  # characters of outlines: what has fewer is a plain sign, which many draw alike
_SVG = re.compile(rb"<svg[\s>]", re.IGNORECASE)
_BODY = r"(\s{0,20}[Mm\d.+\-][^%s]{1,300000})"
_OUTLINE = re.compile(rf"\s(?:d|points)\s{{0,4}}=\s{{0,4}}(?:\"{_BODY % chr(34)}\"|'{_BODY % chr(39)}')")
_BETWEEN = re.compile(r"[\s,]+")


def is_drawing(content: bytes) -> bool:
    """Does a file begin as an SVG does?"""
    return _SVG.search(content, 0, _HEAD) is not None


def drawing_mark(content: bytes) -> str:
    """``svg:<16 hex digits>``, or "" for a drawing of too few outlines to be known by."""
    text = content[:_READ].decode("utf-8", "replace")
    return outline_mark(found[1] or found[2] for found in _OUTLINE.finditer(text))


def outline_mark(outlines: Iterable[str]) -> str:
    """The same of the outlines alone: values of ``d`` and ``points``, in the order in which they are drawn."""
    drawn = "|".join(" ".join(_BETWEEN.split(outline[:_READ].strip())) for outline in outlines)
    if not _FEWEST <= len(drawn) <= _READ:
        return ""
    return DRAWN + hashlib.blake2b(drawn.encode("utf-8", "replace"), digest_size=8).hexdigest()
