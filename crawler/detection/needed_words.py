"""Which words a text must hold for a pattern to be found in it: where they are missing, it need not be searched.

For the patterns of ``concepts.toml``: folded words between spaces, groups of ways, classes, repeats. What this reader
does not understand needs nothing, and is searched as ever.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from string import ascii_lowercase, digits
from typing import TypeAlias

Clauses: TypeAlias = tuple[frozenset[str], ...]
"""Of each of these sets one word is in every text that the pattern matches; none: unknown, any text may match."""

_WORD = re.compile(r"[a-z]+")
_DIGIT = re.compile(r"[0-9]")
_TIMES = re.compile(r"(?:(\?)|(\*)|(\+)|\{(\d+)(?:(,)(\d*))?\})\??")
_ESCAPED = {"d": ("gap", "0"), "s": ("gap", ""), "W": ("gap", ""), "b": ("nothing", ""), "w": ("unsure", "")}


_OPENINGS = ("(?:", "(?!", "(?=", "(?<!")
_MAYBE_AT_MOST = 3  # letters that may be left out of a word: each doubles its forms


class _UnreadError(Exception):
    """A sign of which the reader knows nothing."""


@dataclass(frozen=True, slots=True)
class _Item:
    """``kind``: letter | gap (no letter; ``sign`` 0 for a digit) | nothing (of no width) | unsure | group."""

    kind: str
    sign: str = ""
    ways: tuple[tuple["_Item", ...], ...] = ()
    sure: bool = True  # it cannot be left out
    once: bool = True


_Items: TypeAlias = Sequence[_Item]


def words_in(line: str) -> set[str]:
    """The runs of letters in a folded line; «0» where it has a digit, «%» where it has that sign."""
    others = {"0"} if _DIGIT.search(line) else set()
    return {*_WORD.findall(line), *others, *({"%"} if "%" in line else ())}


def needed_words(pattern: str) -> Clauses:
    """What a match of ``pattern`` cannot be without, if it begins and ends where words do."""
    try:
        return _of_ways(_Reader(pattern).whole(), before=True, after=True)
    except (_UnreadError, IndexError, ValueError):  # the last two: it ends in the midst of a sign
        return ()


class NeededWords:
    """What each of several ways to say a thing needs, found by one word of it."""

    def __init__(self, patterns: Iterable[str]) -> None:
        self.unknown = False  # one of them may match whatever the words
        self.by_word: dict[str, list[Clauses]] = {}
        for pattern in patterns:
            clauses = needed_words(pattern)
            self.unknown = self.unknown or not clauses
            for word in max(clauses, key=_telling, default=()):
                self.by_word.setdefault(word, []).append(clauses)


class WordIndex:
    """The lines of a text by the words in them."""

    def __init__(self, lines: Iterable[set[str]]) -> None:
        self._lines: dict[str, set[int]] = {}
        for place, words in enumerate(lines):
            for word in words:
                self._lines.setdefault(word, set()).add(place)

    def may_match(self, needed: NeededWords) -> set[int] | None:
        """The lines in which one of the ways may match; None: any line."""
        if needed.unknown:
            return None
        found: set[int] = set()
        for word in needed.by_word.keys() & self._lines.keys():
            for clauses in needed.by_word[word]:
                found |= set.intersection(*(self._with_one(words) for words in clauses))
        return found

    def _with_one(self, words: frozenset[str]) -> set[int]:
        return set().union(*(self._lines[word] for word in words & self._lines.keys()))


class _Reader:
    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0

    def whole(self) -> tuple[_Items, ...]:
        ways = self._ways()
        if self._at < len(self._pattern):
            raise _UnreadError
        return ways

    def _ways(self) -> tuple[tuple[_Item, ...], ...]:
        ways: list[list[_Item]] = [[]]
        while self._at < len(self._pattern) and self._pattern[self._at] != ")":
            if self._pattern[self._at] == "|":
                self._at += 1
                ways.append([])
            else:
                ways[-1].append(self._times(self._item()))
        return tuple(map(tuple, ways))

    def _item(self) -> _Item:
        sign = self._pattern[self._at]
        if sign == "(":
            return self._group()
        if sign == "[":
            start, self._at = self._at, self._pattern.index("]", self._at + 2) + 1
            return _Item("unsure" if re.search(r"[a-z^\\]", self._pattern[start : self._at]) else "gap")
        self._at += 1
        if sign == "\\":
            self._at += 1
            if (kind := _ESCAPED.get(self._pattern[self._at - 1])) is None:
                raise _UnreadError
            return _Item(*kind)
        if sign in ascii_lowercase:
            return _Item("letter", sign)
        if sign in " %" or sign in digits:
            return _Item("gap", "0" if sign in digits else sign)
        if sign == ".":
            return _Item("unsure")
        raise _UnreadError

    def _group(self) -> _Item:
        opening = next((sign for sign in _OPENINGS if self._pattern.startswith(sign, self._at)), None)
        if opening is None:
            raise _UnreadError
        self._at += len(opening)
        ways = self._ways()
        self._at += 1  # its end
        return _Item("group", ways=ways) if opening == "(?:" else _Item("nothing")

    def _times(self, item: _Item) -> _Item:
        found = _TIMES.match(self._pattern, self._at)
        if found is None:
            return item
        self._at = found.end()
        maybe, any_number, _, least, _, _ = found.groups()
        sure = not (maybe or any_number or least == "0")
        return _Item(item.kind, item.sign, item.ways, sure=sure, once=bool(maybe))


def _of_ways(ways: Sequence[_Items], *, before: bool, after: bool) -> Clauses:
    """One clause for several ways: of each its most telling word. All clauses of a single way."""
    each = [_of_items(items, before=before, after=after) for items in ways]
    if len(each) == 1:
        return each[0]
    if not all(each):
        return ()
    return (frozenset().union(*(max(clauses, key=_telling) for clauses in each)),)


def _telling(words: frozenset[str]) -> tuple[int, int]:
    return -len(words), min(map(len, words))


def _of_items(items: _Items, *, before: bool, after: bool) -> Clauses:
    """``before`` and ``after``: no letter stands directly before and after what these items match."""
    clauses: list[frozenset[str]] = []
    place = 0
    while place < len(items):
        end = place
        while end < len(items) and items[end].kind == "letter" and items[end].once:
            end += 1
        item, last = items[place], max(end, place + 1)
        clear = _clear(items[:place][::-1], before, -1), _clear(items[last:], after, 1)
        if end > place:
            clauses += _of_letters(items[place:end]) if all(clear) else ()
        elif item.kind == "group" and item.sure and item.once:
            clauses += _of_ways(item.ways, before=clear[0], after=clear[1])
        elif item.kind == "gap" and item.sure and item.sign.strip():
            clauses.append(frozenset({item.sign}))
        place = last
    return tuple(dict.fromkeys(clauses))


def _of_letters(items: _Items) -> Clauses:
    """A word, in all its forms where letters may be left out."""
    if sum(not item.sure for item in items) > _MAYBE_AT_MOST:
        return ()
    forms = product(*((item.sign,) if item.sure else (item.sign, "") for item in items))
    words = frozenset(map("".join, forms))
    return (words,) if all(words) else ()


def _clear(items: _Items, beyond: bool, step: int) -> bool:
    """Is it sure that no letter comes next? ``items`` in the order of going; ``step`` -1: backwards."""
    if not items:
        return beyond
    item, rest = items[0], items[1:]
    if item.kind in {"letter", "unsure"}:
        return False
    if item.kind == "nothing":
        return _clear(rest, beyond, step)
    left_out = item.sure or _clear(rest, beyond, step)
    if item.kind == "gap":
        return left_out
    return left_out and all(_clear(way[::step], _clear(rest, beyond, step), step) for way in item.ways)
