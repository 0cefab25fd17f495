"""Whether words on both sides of a tag are two, where no space says so: «đ</span><span>Thu nhập» is drawn apart.

Style sheets draw neighbours apart that touch in the markup, and frauds split a word by tags. Both must be read as a
visitor reads them, so a border is set only where no one word could go on: a sum of money before a capital, a word
before a sum or a long number, a Vietnamese word before a capital. Plain letters («Vietcom</b><b>Bank», «Zalo</i>Pay»)
are one word unless they stand in boxes of their own: links of a menu, the parts of a flexible row.
"""

import re
from collections.abc import Callable

from crawler.parsing.document import Element

_REACH = 40  # characters on either side
_UNIT = r"(?:đ|₫|k|tr|tỷ|vnđ|vnd|%)"
_SUM = re.compile(rf"(?:\d{{1,3}}(?:[.,]\d{{3}}){{1,5}}{_UNIT}?|\d{{1,12}}{_UNIT})(?![^\W_])", re.IGNORECASE)
_LONG_NUMBER = re.compile(r"\d{5,15}(?![^\W_])")
_SUM_ENDS = re.compile(
    rf"(?<![^\W_])(?:\d{{1,3}}(?:[.,]\d{{3}}){{1,5}}{_UNIT}?|\d{{2,15}}|\d{{1,12}}{_UNIT})\Z", re.IGNORECASE
)
_DONG_ENDS = re.compile(r"(?<![^\W_])\d{1,3}(?:[.,]\d{3}){1,5}đ\Z", re.IGNORECASE)
_DEEP = 8
_ROW = re.compile(r"display\s{0,4}:\s{0,4}(?:inline-)?(?:flex|grid)", re.IGNORECASE)
_ROWS = frozenset(
    {"flex", "inline-flex", "grid", "inline-grid", "d-flex", "d-inline-flex", "d-grid", "is-flex", "uk-flex"}
)


def stand_apart(before: str, after: str, boxed: Callable[[], bool]) -> bool:
    """Are the last word of ``before`` and the first of ``after`` two words? Both touch, with a tag between.

    ``boxed``: is each drawn in a box of its own? Asked only where it decides.
    """
    last, first = before[-1:], after[:1]
    if not (last.isalnum() and first.isalnum()):
        return False  # a sign between them borders by itself
    left, right = before[-_REACH:].rpartition(" ")[2], after[:_REACH].partition(" ")[0]
    if first.isdigit():
        if last.isdigit():
            return False
        ends = _is_word_end(left) or _SUM_ENDS.search(left) is not None
        return _SUM.match(right) is not None or (ends and _LONG_NUMBER.match(right) is not None)
    if _DONG_ENDS.search(left) and not right.startswith("ồ"):  # «đ<b>ồng</b>»
        return True
    if not first.isupper() or not right[1:2].isalpha():
        return False
    if _SUM_ENDS.search(left):
        return True
    if not last.islower() or not _is_word_end(left):
        return False
    return not (left.isascii() and right.isascii()) or boxed()


def are_boxed(elements: list[Element], first: Element, second: Element) -> bool:
    """Are the texts of two elements in different parts of a flexible row or grid, or in two links?"""
    one, other = _lineage(elements, first), _lineage(elements, second)
    shared = next((element for element in one if element in other), None)
    if shared is None:
        return False
    sides = [line[place - 1] if (place := line.index(shared)) else None for line in (one, other)]
    if all(side is not None and side.tag == "a" and "href" in side.attrs for side in sides):
        return True
    style, names = shared.attrs.get("style", "")[:500], shared.attrs.get("class", "")[:300].split()
    return sides[0] is not sides[1] and (_ROW.search(style) is not None or not _ROWS.isdisjoint(names))


def _lineage(elements: list[Element], element: Element) -> list[Element]:
    """The element and those that it stands in, the nearest first, at most eight."""
    line = [element]
    while line[-1].parent >= 0 and len(line) < _DEEP:
        line.append(elements[line[-1].parent])
    return line


def _is_word_end(left: str) -> bool:
    """Does it end in two letters at least? A single one is a word that is spelt out."""
    return left[-2:].isalpha() and len(left) > 1
