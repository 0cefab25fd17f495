"""Phrases of fraudulent messages, found through lost marks, shorthand and look-alike spelling."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import ahocorasick

from crawler.detection.errors import LexiconError
from crawler.detection.fold import Folded, fold_plain, fold_squeezed
from crawler.detection.lexicon import is_negated
from crawler.detection.signal import Category

_FILE = Path(__file__).parent / "phrases.toml"
WEIGHTS = {"strong": 1.0, "plain": 0.45, "weak": 0.15}
_TIGHT = 12  # letters of a phrase that is looked for without its spaces


@dataclass(frozen=True, slots=True)
class Group:
    """One kind of message."""

    id: str
    category: Category
    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase, folded. ``group`` is None for what honest senders write, and ``kind`` says which."""

    text: str
    weight: float
    group: Group | None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """A phrase found. ``disguised``: only after spelling tricks were undone."""

    phrase: Phrase
    disguised: bool


@dataclass(frozen=True, slots=True)
class _Lexicon:
    words: ahocorasick.Automaton
    tight: ahocorasick.Automaton
    shorthand: dict[str, str]
    app_links: tuple[str, ...]


def opens_an_app(host: str) -> bool:
    """Is the host a service's that opens apps for whoever pays it?"""
    return any(host == known or host.endswith("." + known) for known in _lexicon().app_links)


def find_phrases(folded: Folded) -> tuple[Said, ...]:
    """Every phrase, each once; a phrase in a sentence that refuses it does not count."""
    lexicon = _lexicon()
    found: dict[Phrase, Said] = {}
    refused: set[Phrase] = set()
    plain = folded.plain
    for last, (length, phrase) in lexicon.words.iter(plain.padded):
        if phrase not in found:
            if _is_refused(folded.original, plain.span_of_padded(last + 2 - length, last)[0], phrase):
                refused.add(phrase)
            else:
                found[phrase] = Said(phrase, disguised=False)
    for view, disguised in _other_views(folded, lexicon.shorthand):
        for _, (_, phrase) in lexicon.words.iter(view):
            found.setdefault(phrase, Said(phrase, disguised))
    for _, phrase in lexicon.tight.iter(folded.squeezed.folded.replace("\n", "")):
        found.setdefault(phrase, Said(phrase, disguised=True))
    return tuple(said for phrase, said in found.items() if phrase not in refused or not said.disguised)


def _is_refused(text: str, start: int, phrase: Phrase) -> bool:
    """Is the phrase denied? «Nếu không phải bạn» denies nothing: it frightens."""
    if phrase.group is None or "neu khong phai" in fold_plain(text[max(0, start - 60) : start]):
        return False
    return is_negated(text, start)


def _other_views(folded: Folded, shorthand: dict[str, str]) -> list[tuple[str, bool]]:
    """The text with shorthand read out, before and after spelling tricks are undone."""
    plain = folded.plain.folded.replace("\n", " ")
    tidy = folded.tidy
    views = [(plain, False)] + ([(tidy.folded.replace("\n", " "), True)] if tidy else [])
    read = [(" ".join(shorthand.get(word, word) for word in view.split()), tricky) for view, tricky in views]
    return [(f" {view} ", tricky) for view, tricky in (read[0], *views[1:], *read[1:])]


@cache
def _lexicon() -> _Lexicon:
    try:
        data = tomllib.loads(_FILE.read_text(encoding="utf-8"))
        phrases = [*_of_groups(data["group"]), *_of_honest(data["honest"])]
        shorthand, app_links = dict(data["shorthand"]), tuple(data["links"]["app"])
    except (OSError, tomllib.TOMLDecodeError, KeyError, ValueError) as error:
        raise LexiconError(f"texts/phrases.toml: {error}; mend the file or restore it from the repository") from error
    words, tight = ahocorasick.Automaton(), ahocorasick.Automaton()
    for phrase in phrases:
        text = f" {_read_out(phrase.text, shorthand)} "
        words.add_word(text, (len(text), phrase))
        squeezed = fold_squeezed(phrase.text).replace(" ", "")
        if len(squeezed) >= _TIGHT and phrase.group:
            tight.add_word(squeezed, phrase)
    words.make_automaton()
    tight.make_automaton()
    return _Lexicon(words, tight, shorthand, app_links)


def _of_groups(rows: list[dict[str, object]]) -> list[Phrase]:
    found: dict[str, Phrase] = {}
    for row in rows:
        group = Group(str(row["id"]), Category(str(row["category"])), str(row["vi"]), str(row["en"]))
        for kind, weight in WEIGHTS.items():
            texts = row[kind]
            assert isinstance(texts, list)
            for text in texts:
                found.setdefault(fold_plain(text), Phrase(fold_plain(text), weight, group))
    return list(found.values())


def _of_honest(kinds: dict[str, list[str]]) -> list[Phrase]:
    return [Phrase(fold_plain(text), 0.0, None, kind) for kind, texts in kinds.items() for text in texts]


def _read_out(text: str, shorthand: dict[str, str]) -> str:
    return " ".join(shorthand.get(word, word) for word in re.split(r"\s+", text.strip()))
