"""Where a registered name begins: public suffixes, and the platforms that give names away under their own."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from crawler.detection.lexicon import load_hosting

_LONGEST = 5  # labels of a rule


@dataclass(frozen=True, slots=True)
class SuffixList:
    """Rules in the public suffix list's notation: ``com``, ``com.vn``, ``*.ck``, ``!www.ck``.

    ``given``: suffixes whose names anybody gets for nothing, such as ``github.io``.
    """

    rules: frozenset[str]
    given: frozenset[str]

    def length(self, labels: list[str]) -> int:
        """How many of the last labels are the suffix; one where no rule is known."""
        found = 1
        for size in range(2, min(len(labels), _LONGEST) + 1):
            tail = ".".join(labels[-size:])
            if tail in self.rules:
                found = size
            elif "!" + tail in self.rules:
                return size - 1
            elif "*." + tail.partition(".")[2] in self.rules:
                found = size
        return found


def make_suffix_list(rules: Iterable[str], platforms: Iterable[str] = ()) -> SuffixList:
    """A list of public ``rules`` and of platforms, with those that ship added."""
    given = frozenset(platforms) | load_hosting().platforms
    return SuffixList(frozenset(rules) | given, given)


@cache
def suffixes_by_shape() -> SuffixList:
    """Without the public list: platforms that ship, and ``com.vn`` and the like by their shape, as ``hosts`` does."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    countries = [first + second for first in letters for second in letters]
    seconds = load_hosting().second_levels
    plain = {*countries, "com", "net", "org", "edu"}
    return make_suffix_list({*plain, *(f"{second}.{country}" for second in seconds for country in countries)})
