"""Words that are a known one but for one slip, found by what is left when a letter is taken out of both."""

from collections.abc import Iterable
from dataclasses import dataclass

from crawler.detection.names.words import load_name_words

_FAR_FROM, _FAR = 10, 2  # letters of a name that is known with two slips, see ``far`` in the words
_SHORTEST = 6  # letters of a name of which a slip is worth noticing
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_EDGE = 3


class NearIndex:
    """A deletion index: two words are at most one letter apart when they share a form with one letter less."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(word for word in words if len(word) >= _SHORTEST)
        self._long = sorted(self._words & load_name_words().far, key=len, reverse=True)
        self._forms: dict[str, list[str]] = {}
        for word in sorted(self._words):
            for form in {word, *_shortened(word)}:
                self._forms.setdefault(form, []).append(word)
        # One slip leaves the beginning or the end as it was: most words of a length are told apart by that alone.
        longest = max(map(len, self._words), default=0) + _FAR
        self._heads = tuple(self._edges(size, slice(_EDGE)) for size in range(longest + 1))
        self._tails = tuple(self._edges(size, slice(-_EDGE, None)) for size in range(longest + 1))

    def _edges(self, size: int, edge: slice) -> frozenset[str]:
        return frozenset(
            word[edge] for word in self._words if abs(len(word) - size) <= (_FAR if len(word) >= _FAR_FROM else 1)
        )

    def may_be_near(self, word: str) -> bool:
        """Quickly: could a known word be one slip away?"""
        size = len(word)
        return size < len(self._heads) and (word[:_EDGE] in self._heads[size] or word[-_EDGE:] in self._tails[size])

    def find_far(self, word: str) -> str:
        """As ``find``, for names so long that two slips leave them recognisable."""
        if len(word) < _FAR_FROM - _FAR or word in self._words or not self.may_be_near(word):
            return ""
        return next((known for known in self._long if known not in word and slips_between(word, known) <= _FAR), "")

    def find(self, word: str) -> str:
        """The longest known word that ``word`` is one slip away from, or "" (also where it is that word)."""
        if not self.may_be_near(word) or word in self._words or word in load_name_words().ordinary:
            return ""
        known = set(self._forms.get(word, ()))
        for form in _shortened(word):
            known.update(self._forms.get(form, ()))
        near = [entry for entry in known if entry not in word and slip_between(word, entry)]
        return max(near, key=lambda entry: (len(entry), entry), default="")


@dataclass(frozen=True, slots=True)
class Slip:
    """What was done to a word, in Vietnamese and English."""

    vi: str
    en: str


_SWAPPED = Slip("đảo hai chữ", "two letters swapped")
_ADDED = Slip("thêm một chữ", "one letter added")
_LEFT_OUT = Slip("bớt một chữ", "one letter left out")
_KEY = Slip("gõ trượt phím bên cạnh", "a neighbouring key")
_CHANGED = Slip("đổi một chữ", "one letter changed")


def slip_between(word: str, known: str) -> Slip | None:
    """The one slip that makes ``word`` of ``known``; None where there are more."""
    if word == known or abs(len(word) - len(known)) > 1:
        return None
    at = next(
        (place for place, (one, two) in enumerate(zip(word, known, strict=False)) if one != two),
        len(min(word, known, key=len)),
    )
    if len(word) > len(known):
        return _ADDED if word[at + 1 :] == known[at:] else None
    if len(word) < len(known):
        return _LEFT_OUT if word[at:] == known[at + 1 :] else None
    if word[at + 1 :] == known[at + 1 :]:
        return _KEY if _are_neighbours(word[at], known[at]) else _CHANGED
    swapped = word[at : at + 2] == known[at + 1] + known[at]
    return _SWAPPED if swapped and word[at + 2 :] == known[at + 2 :] else None


def slips_between(word: str, known: str, most: int = _FAR) -> int:
    """Letters changed, added or left out between two words; ``most + 1`` as soon as there are more."""
    if abs(len(word) - len(known)) > most:
        return most + 1
    row = list(range(len(known) + 1))
    for place, letter in enumerate(word, 1):
        last, row[0] = row[0], place
        for at, other in enumerate(known, 1):
            last, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, last + (letter != other))
        if min(row) > most:
            return most + 1
    return row[-1]


def _shortened(word: str) -> list[str]:
    return [word[:place] + word[place + 1 :] for place in range(len(word))]


def _are_neighbours(one: str, two: str) -> bool:
    """Do two keys touch on a keyboard?"""
    places = [(row, keys.index(key)) for key in (one, two) for row, keys in enumerate(_KEYS) if key in keys]
    return len(places) == 2 and abs(places[0][0] - places[1][0]) <= 1 and abs(places[0][1] - places[1][1]) <= 1
