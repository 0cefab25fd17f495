"""Brands and lure words, ready to be looked for in millions of names."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import ahocorasick

from crawler.detection.brands import ambiguous_words, load_global_brands
from crawler.detection.facts import Brand
from crawler.detection.fold import fold_plain
from crawler.detection.hosts import OFFICIAL_SUFFIXES
from crawler.detection.names.near import NearIndex
from crawler.detection.names.suffix import SuffixList, suffixes_by_shape
from crawler.detection.names.words import Lure, load_name_words

# Letters without which no shape of a name tells anything, so that a name without them needs no second look.
SHAPES = ("win", "vin", "bet", "vn", "vip", "vcb", "vietcb", "bidv", "tcb", "rn", "vv")
_PRETENDED = frozenset({"com", "vn", "gov", "comvn", "govvn"})
_DIGITS = str.maketrans("013458", "oleasb")
_DIGITS_I = str.maketrans("013458", "oieasb")
LONG = 7  # letters of a word that may stand inside a longer one
_SHORTEST = 3


@dataclass(frozen=True, slots=True)
class Token:
    """A brand's name as a host would carry it. ``alone``: it counts as a word of its own only."""

    text: str
    brand: Brand
    alone: bool


@dataclass(frozen=True, slots=True)
class Match:
    """A known word at ``start:end`` of a name: of a brand, or of a group of lures."""

    start: int
    end: int
    text: str
    token: Token | None
    lure: Lure | None


class NameIndex:
    """The protected brands and ``others``, by default the global ones, with the suffixes under which names begin."""

    def __init__(
        self, brands: tuple[Brand, ...], suffixes: SuffixList | None = None, others: tuple[Brand, ...] | None = None
    ) -> None:
        self.suffixes = suffixes or suffixes_by_shape()
        self.tokens: dict[str, Token] = {}
        self.brands = brands
        every = (*brands, *(load_global_brands() if others is None else others))
        self._official = {domain for brand in every for domain in brand.domains} | set(OFFICIAL_SUFFIXES)
        self._official_at_most = max(domain.count(".") for domain in self._official) + 1
        for brand in every:
            self._add_names(brand)
        self._add_aliases({brand.id: brand for brand in reversed(every)})
        self.near = NearIndex(filter(_is_distinct, self.tokens))
        self._automaton = self._make_automaton()
        words = load_name_words()
        self._bait = words.strong_bait
        long_bait = (word for word in words.strong_bait if len(word) > _SHORTEST)
        self._telling = self._make_automaton(*SHAPES, *long_bait)
        risky = words.very_risky | words.risky
        self._plain = frozenset(
            rule for rule in self.suffixes.rules - self.suffixes.given if rule.rpartition(".")[2] not in risky
        )

    def is_plain(self, host: str) -> bool:
        """Quickly, for most names: words under an ordinary suffix, like nothing that is known here."""
        name, _, suffix = host.partition(".")
        if suffix not in self._plain or not name.isascii():
            return False
        if next(self._telling.iter(name), None) is not None:
            return False
        if name.isalnum():
            return self._is_unlike(name)
        words = name.split("-")
        if not all(map(str.isalnum, words)) or words[0] in _PRETENDED or words[-1] in _PRETENDED:
            return False
        return all(map(self._is_unlike, words)) and sum(word in self._bait for word in words) == 0

    def _is_unlike(self, word: str) -> bool:
        """Is a word near no brand's name, and none with digits for letters?"""
        near = self.near
        if near.may_be_near(word) and (near.find(word) or near.find_far(word)):
            return False
        return word.isalpha() or not any(form in self.tokens for form in drawn_forms(word))

    def is_official(self, labels: list[str]) -> bool:
        """Is the host a brand's or an office's own, or below one?"""
        sizes = range(1, min(len(labels), self._official_at_most) + 1)
        return any(".".join(labels[-size:]) in self._official for size in sizes)

    def official_within(self, labels: list[str]) -> str:
        """A brand's whole domain standing as labels inside a stranger's name, or ""."""
        for first in range(len(labels) - 1):
            for last in range(first + 2, min(len(labels), first + 4) + 1):
                if (name := ".".join(labels[first:last])) in self._official:
                    return name
        return ""

    def matches(self, body: str) -> Iterator[Match]:
        """Every known word in a name."""
        for last, (text, token, lure) in self._automaton.iter(body):
            yield Match(last + 1 - len(text), last + 1, text, token, lure)

    def _add_names(self, brand: Brand) -> None:
        words = load_name_words()
        for name in (brand.name, *brand.names):
            text = fold_plain(name).replace(" ", "").replace("%", "")
            if len(text) < _SHORTEST or text in words.never or text in ambiguous_words():
                continue
            alone = brand.boundary or len(text) < LONG or text in words.word_only
            self.tokens.setdefault(text, Token(text, brand, alone))

    def _add_aliases(self, brands: dict[str, Brand]) -> None:
        for alias in load_name_words().aliases:
            brand = brands.get(alias.brand)
            if brand is not None:
                self.tokens.update({text: Token(text, brand, alone=False) for text in alias.inside})
                self.tokens.update({text: Token(text, brand, alone=True) for text in alias.word})

    def _make_automaton(self, *more: str) -> ahocorasick.Automaton:
        lures = {word: lure for lure in load_name_words().lures for word in lure.words}
        automaton = ahocorasick.Automaton()
        for text in {**self.tokens, **lures, **dict.fromkeys(more)}:
            automaton.add_word(text, (text, self.tokens.get(text), lures.get(text)))
        automaton.make_automaton()
        return automaton


@lru_cache(maxsize=8)
def index_names(brands: tuple[Brand, ...], suffixes: SuffixList | None = None) -> NameIndex:
    """An index, kept: one run uses one set of brands."""
    return NameIndex(brands, suffixes)


def drawn_forms(word: str) -> tuple[str, str, str]:
    """A word with its digits, and letters side by side, read as the letters that they are drawn like."""
    joined = word.replace("rn", "m").replace("vv", "w")
    return word.translate(_DIGITS), word.translate(_DIGITS_I), joined


def _is_distinct(text: str) -> bool:
    """Is the name long enough that a slip of it is no other bank's? Two letters before «bank» are not."""
    return not (text.endswith("bank") and len(text) < len("bank") + 4)
