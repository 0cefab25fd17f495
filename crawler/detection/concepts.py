"""What a text says by its meaning: concepts of several parts, each with many ways to say it, all near each other."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, islice
from pathlib import Path

from crawler.detection.errors import LexiconError
from crawler.detection.fold import fold_plain
from crawler.detection.needed_words import NeededWords, WordIndex, words_in

CONCEPTS = Path(__file__).parent / "concepts.toml"
_SENTENCE_ENDS = re.compile(r"[.!?;…](?=\s)")
_QUOTED = re.compile(r"“[^”\n]{0,300}”")
_REPORTS = 3  # words around a quotation from which a line speaks of it rather than says it
_SENTENCE_AT_MOST = 400  # characters, folded
_PAIR_AT_MOST = 260  # of two neighbouring sentences that speak of one thing
_WINDOW, _STEP = 220, 110  # characters within which the parts of one statement stand
_STRETCH = 2_500  # characters of a page in which its cues stand together
_SHOWN = 80  # characters of a line whose words do not answer to the folded ones
_PLACES = 20  # of one part that are looked at
_SENTENCES_AT_MOST = 3_000


@dataclass(frozen=True, slots=True)
class Ways:
    """Ways to say one thing: any of them as one pattern, and the words that each cannot be without."""

    pattern: re.Pattern[str]
    needed: NeededWords


@dataclass(frozen=True, slots=True)
class Concept:
    """``parts``: by name. ``needed``: how many of them a page must show; 0 where one sentence must show all."""

    name: str
    parts: Mapping[str, Ways]
    needed: int
    not_with: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Sense:
    """A concept seen in ``words`` (as the visitor reads them), by ``parts`` of it."""

    words: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Rules:
    concepts: Mapping[str, Concept]
    refusal: Ways
    shorthand: Mapping[str, str]


class Sentences:
    """A text cut into sentences, each folded and with its shorthand spelt out."""

    def __init__(self, text: str) -> None:
        blocks = [_SENTENCE_ENDS.split(_unquoted(block)) for block in text.split("\n")[:_SENTENCES_AT_MOST]]
        rows = [(line.strip(), place) for place, block in enumerate(blocks) for line in block if line.strip()]
        self._shown = [line for line, _ in rows[:_SENTENCES_AT_MOST]]
        self._block = [place for _, place in rows]
        folded = fold_plain("\n".join(self._shown)).split("\n")
        self._folded = [_spelt_out(line)[:_SENTENCE_AT_MOST] for line in folded]
        words = [words_in(line) for line in self._folded]
        self._words = WordIndex(words)
        refusal, at_all = _load().refusal, range(len(self._folded))
        refusing = self._words.may_match(refusal.needed)
        refused = {
            place for place in (at_all if refusing is None else refusing) if refusal.pattern.search(self._folded[place])
        }
        self._refuses = [place in refused for place in at_all]
        self._kept = [place for place, refuses in enumerate(self._refuses) if not refuses]
        ends = accumulate((len(self._folded[place]) + 1 for place in self._kept), initial=0)
        self._starts = dict(zip(self._kept, ends, strict=False))  # in ``_unrefused``; the last end is nobody's start
        self._unrefused = "\n".join(self._folded[place] for place in self._kept)
        self._together = WordIndex(
            each | words[place + 1] if self._goes_on(place) else each for place, each in enumerate(words)
        )
        self._said: dict[str, Sense | None] = {}  # several rules ask for the same concept

    def find(self, name: str) -> Sense | None:
        """Where the concept ``name`` is said, or None. Raises KeyError for a name that the file does not hold."""
        if name not in self._said:
            concept = _load().concepts[name]
            self._said[name] = self._on_page(concept) if concept.needed else self._in_sentence(concept)
        return self._said[name]

    def _in_sentence(self, concept: Concept) -> Sense | None:
        for place in self._where_all(concept):
            line = self._folded[place]
            if self._refuses[place]:
                continue
            if _says_all(concept, line):
                return Sense(self._shown[place][:300], tuple(concept.parts))
            if self._goes_on(place) and _says_all(concept, f"{line} {self._folded[place + 1]}"):
                return Sense(". ".join(self._shown[place : place + 2])[:300], tuple(concept.parts))
        return None

    def _where_all(self, concept: Concept) -> Iterable[int]:
        """The sentences whose words, with those of the next that goes on, allow for all parts of the concept."""
        allowed: set[int] | None = None
        for part in concept.parts.values():
            here = self._together.may_match(part.needed)
            allowed = here if allowed is None else allowed if here is None else allowed & here
        return range(len(self._folded)) if allowed is None else sorted(allowed)

    def _goes_on(self, place: int) -> bool:
        """Does the next sentence belong to this one: in the same paragraph, short, and no refusal?"""
        if place + 1 >= len(self._folded) or self._refuses[place + 1] or self._block[place] != self._block[place + 1]:
            return False
        return len(self._folded[place]) + len(self._folded[place + 1]) <= _PAIR_AT_MOST

    def _on_page(self, concept: Concept) -> Sense | None:
        """The stretch of the page with the most parts: a long honest page has one here and one there by chance."""
        found = sorted(
            (match.start(), name, match.end())
            for name, part in concept.parts.items()
            for match in islice(self._matches(part), _PLACES)
        )
        if len({name for _, name, _ in found}) < concept.needed:
            return None
        best: dict[str, tuple[int, int]] = {}
        for place, (start, _, _) in enumerate(found):
            near = {name: (at, end) for at, name, end in reversed(found[place:]) if at - start <= _STRETCH}
            best = near if len(near) > len(best) else best
        if len(best) < concept.needed:
            return None
        return Sense("; ".join(self._as_shown(*span) for span in best.values())[:300], tuple(best))

    def _matches(self, part: Ways) -> Iterator[re.Match[str]]:
        """Every match in what is not refused; none goes over the end of a line."""
        lines = self._words.may_match(part.needed)
        if lines is None:
            yield from part.pattern.finditer(self._unrefused)
            return
        for place in sorted(lines):
            if (start := self._starts.get(place)) is not None:
                yield from part.pattern.finditer(self._unrefused, start, start + len(self._folded[place]))

    def _as_shown(self, start: int, end: int) -> str:
        """What a visitor reads where the folded words ``start`` to ``end`` stand; else the line they are from."""
        number = self._unrefused.count("\n", 0, start)
        before = self._unrefused[self._unrefused.rfind("\n", 0, start) + 1 : start]
        shown, folded = self._shown[self._kept[number]], self._folded[self._kept[number]]
        words = shown.split()
        if len(words) != len(folded.split()):  # shorthand spelt out, or signs dropped: word by word does not answer
            return shown[:_SHOWN]
        first = len(before.split()) - (before[-1:] not in {"", " "})  # a match may begin within a hyphened word
        found = len(self._unrefused[start:end].split())
        return " ".join(words[first : first + found]).strip('.,;:!?()«»"') or shown[:_SHOWN]


def _unquoted(line: str) -> str:
    """A line without what it only quotes; one that is all quotation says it itself."""
    if "“" not in line:
        return line
    own = _QUOTED.sub(" ", line)
    return own if len(own.split()) >= _REPORTS else line


def _says_all(concept: Concept, line: str) -> bool:
    if not all(part.pattern.search(line) for part in concept.parts.values()):
        return False
    if concept.not_with is not None and concept.not_with.search(line):
        return False
    starts = range(0, max(1, len(line) - _STEP), _STEP)
    return any(all(part.pattern.search(line, at, at + _WINDOW) for part in concept.parts.values()) for at in starts)


def _spelt_out(line: str) -> str:
    shorthand = _load().shorthand
    return " ".join(shorthand.get(word, word) for word in line.split())


@cache
def _load() -> _Rules:
    """The file's concepts. Raises LexiconError with the name of what is wrong."""
    try:
        data = tomllib.loads(CONCEPTS.read_text(encoding="utf-8"))
        concepts = {name: _concept(name, row) for name, row in data["concept"].items()}
        return _Rules(concepts, _ways(data["refusal"]), data["shorthand"])
    except (OSError, tomllib.TOMLDecodeError, KeyError, re.error) as error:
        raise LexiconError(f"{CONCEPTS.name}: {error}; mend the file or restore it from the repository") from error


def _concept(name: str, row: Mapping[str, object]) -> Concept:
    parts, where = row["parts"], row["where"]
    if not isinstance(parts, dict) or where not in {"sentence", "page"}:
        raise LexiconError(f"{CONCEPTS.name}: {name}: give `parts`, and `where` as «sentence» or «page»")
    needed = int(str(row["needed"])) if where == "page" else 0
    unless = row.get("not_with")
    return Concept(
        name,
        {part: _ways(ways) for part, ways in parts.items()},
        needed,
        _any_of(unless) if isinstance(unless, list) else None,
    )


def _ways(ways: Sequence[str]) -> Ways:
    return Ways(_any_of(ways), NeededWords(ways))


def _any_of(ways: Iterable[str]) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(ways) + ")" + r"(?![a-z])")
