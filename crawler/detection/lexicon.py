"""Phrases of the lexicons, found in a folded text: whole phrases, with negation and warning context.

The files in ``lexicons/`` are read once, when first needed. One Aho-Corasick pass a view finds every phrase.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import ahocorasick

from crawler.detection.errors import LexiconError
from crawler.detection.fold import Folded, View, excerpt, fold_plain, fold_squeezed

LEXICONS = Path(__file__).parent / "lexicons"
WEIGHTS = {"strong": 1.0, "plain": 0.6, "weak": 0.25}
_NOT_PHRASES = {"warning", "brands_global", "hosting", "offices", "services"}
_SQUEEZED_AT_LEAST = 14  # letters; shorter ones turn up by chance between words
_PLACES = 8  # of one phrase that are looked at, when the first ones are negated
_TELLS_OF_FRAUD = ("giả danh", "mạo danh", "kẻ gian", "kẻ xấu", "thủ đoạn")  # at any distance within the sentence
_WARNING = "#warning"
_NEWS = "#news"


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase of one lexicon. ``topic`` is set for words that only say what a page is about."""

    text: str
    lexicon: str
    weight: float
    topic: str = ""
    alone: bool = True  # False: it tells nothing unless a phrase of another lexicon stands beside it


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase found at ``start:end`` of the original text; ``negated``: a warning or refusal, not an offer."""

    phrase: Phrase
    start: int
    end: int
    text: str = field(repr=False, compare=False)
    negated: bool = False
    disguised: bool = False  # seen only after spelling tricks were undone

    @property
    def words(self) -> str:
        """The phrase as the page shows it, with some of its neighbours."""
        return excerpt(self.text, self.start, self.end)


@dataclass(frozen=True, slots=True)
class Hosting:
    """Names of platforms and endings, from ``lexicons/hosting.toml``."""

    platforms: frozenset[str]
    by_path: frozenset[str]  # names whose paths belong to strangers
    risky_suffixes: frozenset[str]
    second_levels: frozenset[str]
    shorteners: frozenset[str]
    bait: frozenset[str]


@dataclass(frozen=True, slots=True)
class WarningWords:
    """How a warning is told from an offer, from ``lexicons/warning.toml``."""

    needed: int
    window: int
    negation: re.Pattern[str]
    bare_negation: re.Pattern[str]
    promise: re.Pattern[str]


@dataclass(slots=True)
class _Automata:
    words: Any  # ahocorasick.Automaton: " phrase " -> tuple of Phrase
    squeezed: Any
    phrases: tuple[Phrase, ...] = field(default=())


def load_toml(name: str) -> dict[str, Any]:
    """One lexicon file as TOML. Raises LexiconError naming the file."""
    path = LEXICONS / f"{name}.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise LexiconError(f"{path.name}: {error}; mend the file or restore it from the repository") from error


@cache
def load_hosting() -> Hosting:
    """Platforms, endings and bait words for names."""
    data = load_toml("hosting")
    return Hosting(
        platforms=frozenset(data["platforms"]),
        by_path=frozenset(data["by_path"]),
        risky_suffixes=frozenset(data["risky_suffixes"]),
        second_levels=frozenset(data["second_levels"]),
        shorteners=frozenset(data["shorteners"]),
        bait=frozenset(data["bait"]),
    )


@cache
def load_offices() -> tuple[str, ...]:
    """Names of offices of the state, the longest first, from ``lexicons/offices.toml``."""
    return tuple(sorted(load_toml("offices")["offices"], key=len, reverse=True))


@cache
def load_warning_words() -> WarningWords:
    """Negations and promises as patterns over original words and over folded ones."""
    data = load_toml("warning")
    return WarningWords(
        needed=data["needed"],
        window=data["negation_window"],
        negation=_any_of(data["negations"]),
        # «dung» without marks is đừng, đúng and dụng: of the bare forms only the unmistakable ones count.
        bare_negation=_any_of(
            fold_plain(word) for word in data["negations"] if fold_plain(word) not in {"dung", "bay", "lua", "cho"}
        ),
        promise=_any_of([*data["not_negations"], *(fold_plain(word) for word in data["not_negations"])]),
    )


def _any_of(words: Iterator[str] | list[str]) -> re.Pattern[str]:
    return re.compile(r"(?<!\w)(?:" + "|".join(sorted(map(re.escape, words), key=len, reverse=True)) + r")(?!\w)")


@cache
def load_phrases() -> tuple[Phrase, ...]:
    """Every phrase of every lexicon, warning markers among them."""
    found: list[Phrase] = []
    for path in sorted(LEXICONS.glob("*.toml")):
        if path.stem not in _NOT_PHRASES:
            found.extend(_phrases_of(path.stem))
    warning = load_toml("warning")
    found.extend(Phrase(text, _WARNING, 1.0) for text in warning["markers"])
    found.extend(Phrase(text, _NEWS, 1.0) for text in warning["news_markers"])
    return tuple(found)


def _phrases_of(name: str) -> Iterator[Phrase]:
    data = load_toml(name)
    try:
        for kind, weight in WEIGHTS.items():
            yield from (Phrase(text, name, weight, alone=data["alone"]) for text in data["phrases"][kind])
        for topic, words in data.get("topics", {}).items():
            yield from (Phrase(text, name, 0.0, topic) for text in words)
    except KeyError as error:
        raise LexiconError(
            f"{name}.toml: no {error}; give `alone`, and under [phrases] a list for each of {', '.join(WEIGHTS)}"
        ) from error


@cache
def _automata() -> _Automata:
    words: dict[str, list[Phrase]] = {}
    squeezed: dict[str, list[Phrase]] = {}
    for phrase in load_phrases():
        words.setdefault(f" {fold_plain(phrase.text)} ", []).append(phrase)
        tight = fold_squeezed(phrase.text)
        if len(tight) >= _SQUEEZED_AT_LEAST and not phrase.lexicon.startswith("#") and not phrase.topic:
            squeezed.setdefault(tight, []).append(phrase)
    return _Automata(_automaton(words), _automaton(squeezed))


def _automaton(entries: dict[str, list[Phrase]]) -> Any:
    automaton = ahocorasick.Automaton()
    for key, phrases in entries.items():
        automaton.add_word(key, (len(key), tuple(phrases)))
    automaton.make_automaton()
    return automaton


def phrases_within(folded: Folded, *, tricks: bool = True) -> tuple[Phrase, ...]:
    """Every phrase that ``Hits`` could hold, and perhaps more: no place is looked up, no sentence is asked."""
    entries = [entry for _, entry in _automata().words.iter(folded.plain.padded)]
    if tricks:
        entries += [entry for _, entry in _automata().squeezed.iter(folded.squeezed.folded.replace("\n", ""))]
        if folded.tidy is not None:
            entries += [entry for _, entry in _automata().words.iter(folded.tidy.padded)]
    return tuple({id(phrase): phrase for _, phrases in entries for phrase in phrases}.values())


class Hits:
    """All phrases found in a text: the first place of each."""

    def __init__(self, folded: Folded, *, tricks: bool = True) -> None:
        self._folded = folded
        self._found: dict[Phrase, Hit] = {}
        self._tries: dict[Phrase, int] = {}
        self._match_words(folded.plain, disguised=False)
        if tricks:
            self._match_squeezed(folded.squeezed)
            if folded.tidy is not None:
                self._match_words(folded.tidy, disguised=True)

    def of(self, *lexicons: str) -> tuple[Hit, ...]:
        """Phrases of these lexicons that are offered, not warned of; the strongest first."""
        found = [hit for hit in self._found.values() if hit.phrase.lexicon in lexicons and not hit.phrase.topic]
        offered = [hit for hit in found if not hit.negated]
        return tuple(sorted(offered, key=lambda hit: (-hit.phrase.weight, hit.start)))

    def topic(self, topic: str) -> tuple[Hit, ...]:
        """Words that say what the page is about, in order of the page."""
        found = [hit for hit in self._found.values() if hit.phrase.topic == topic and not hit.negated]
        return tuple(sorted(found, key=lambda hit: hit.start))

    @property
    def offered(self) -> tuple[Hit, ...]:
        """Phrases of every lexicon that are offered, not warned of, in no order."""
        return tuple(
            hit
            for hit in self._found.values()
            if hit.phrase.weight and not hit.negated and hit.phrase.lexicon[0] != "#"
        )

    @property
    def warning_markers(self) -> tuple[Hit, ...]:
        """Distinct words of warning on the page."""
        return tuple(hit for hit in self._found.values() if hit.phrase.lexicon == _WARNING)

    @property
    def news_markers(self) -> tuple[Hit, ...]:
        """Distinct words of reporting on the page."""
        return tuple(hit for hit in self._found.values() if hit.phrase.lexicon == _NEWS)

    @property
    def disguised(self) -> tuple[Hit, ...]:
        """Phrases that were spelt so that a machine would not see them."""
        return tuple(hit for hit in self._found.values() if hit.disguised and _is_telling(hit.phrase))

    def _match_words(self, view: View, *, disguised: bool) -> None:
        for last, (length, phrases) in _automata().words.iter(view.padded):
            if any(map(self._is_open, phrases)):
                self._add(phrases, view.span_of_padded(last + 2 - length, last), disguised)

    def _match_squeezed(self, view: View) -> None:
        tight = view.folded.replace("\n", "")
        for last, (length, phrases) in _automata().squeezed.iter(tight):
            if any(phrase not in self._found and self._is_open(phrase) for phrase in phrases):
                span = view.span_of_significant(last + 1 - length, last + 1)
                if _is_whole(self._folded.original, *span):
                    self._add(phrases, span, disguised=True)

    def _is_open(self, phrase: Phrase) -> bool:
        """Is another place of this phrase worth a look? A page full of refusals is believed after a few of them."""
        known = self._found.get(phrase)
        return known is None or (known.negated and self._tries[phrase] < _PLACES)

    def _add(self, phrases: tuple[Phrase, ...], span: tuple[int, int], disguised: bool) -> None:
        start, end = span
        text = self._folded.original
        negated = is_negated(text, start)
        for phrase in phrases:
            known = self._found.get(phrase)
            self._tries[phrase] = self._tries.get(phrase, 0) + 1
            if known is None or (known.negated and not negated):
                self._found[phrase] = Hit(phrase, start, end, text, negated, disguised and known is None)


def _is_telling(phrase: Phrase) -> bool:
    return phrase.weight >= WEIGHTS["plain"] and len(phrase.text) >= 8 and phrase.lexicon != "payment_request"


def _is_whole(text: str, start: int, end: int) -> bool:
    """Does ``text[start:end]`` stand in one line, and begin and end where words do?"""
    before, after = text[start - 1 : start], text[end : end + 1]
    return "\n" not in text[start:end] and not before.isalnum() and not after.isalnum()


def is_negated(text: str, start: int) -> bool:
    """Do the words just before ``text[start]``, in its sentence, refuse or warn of what follows?"""
    rules = load_warning_words()
    before = text[max(0, start - 90) : start].lower()
    opened = before.rfind("“")
    if opened > before.rfind("”"):  # quoted: what stands before the quotation refuses all of it
        before = before[:opened]
    line = before.rfind("\n")
    if line > 0 and not before[:line].rstrip().endswith(":"):
        before = before[line + 1 :]
    sentence = max(before.rfind(". "), before.rfind("! "), before.rfind("? "))
    if any(word in before[sentence + 1 :] for word in _TELLS_OF_FRAUD):
        return True
    words = " ".join(before[sentence + 1 :].split()[-rules.window :])
    words = rules.promise.sub(lambda found: _kept_denial(found, words), words)
    return bool((rules.bare_negation if words.isascii() else rules.negation).search(words))


def _kept_denial(found: re.Match[str], words: str) -> str:
    """«không phải (đặt) cọc trước»: right before the phrase, even the opening of a promise denies it."""
    denies = found[0].startswith("kh") and len(words[found.end() :].split()) <= 1
    return found[0] if denies else " "
