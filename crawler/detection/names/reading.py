"""A host name taken apart: its own labels, its words, and what stands behind letters of other scripts."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from crawler.detection.fold import fold_plain
from crawler.detection.names.index import Match, NameIndex
from crawler.detection.names.words import load_name_words

_LONGEST = 253
_SPLIT = re.compile(r"[.\-_]")
_MARKS = ".-_"
NONE, WEAK, STRONG, OTHER = 0, 1, 2, -1  # what stands beside a word: nothing, ornament, bait, something else


@dataclass(frozen=True, slots=True)
class NameReading:
    """A name that is nobody's official one. ``labels``: without the public suffix, the registered one last.

    ``plain``: the labels as ASCII, look-alikes read as the letters that they are drawn like.
    """

    host: str
    labels: list[str]
    suffix: str
    plain: str
    matches: list[Match]
    index: NameIndex
    free: bool  # the suffix is a platform's that gives names away
    scripts: tuple[str, ...] = ()  # of one label, where it mixes them

    @property
    def name(self) -> str:
        """The label that somebody registered."""
        return self.labels[-1]

    @property
    def ending(self) -> str:
        """The last label of the host."""
        return self.suffix.rpartition(".")[2]

    @property
    def words(self) -> list[str]:
        return [word for word in _SPLIT.split(self.plain) if word]

    def around(self, match: Match) -> tuple[str, str]:
        """What stands before and after a match within its word."""
        start, end = match.start, match.end
        while start > 0 and self.plain[start - 1] not in _MARKS:
            start -= 1
        while end < len(self.plain) and self.plain[end] not in _MARKS:
            end += 1
        return self.plain[start : match.start], self.plain[match.end : end]

    def is_registered(self, match: Match) -> bool:
        """Does the match stand in the registered label, rather than in one below it?"""
        return match.start > self.plain.rfind(".")


def clean_host(text: str) -> str:
    """A line of a list as a host: lower case, without wildcard, «www.», closing dot or over-length."""
    host = text.strip().lower().rstrip(".")[:_LONGEST]
    return host.removeprefix("*.").lstrip(".").removeprefix("www.")


def read_name(host: str, index: NameIndex) -> NameReading | None:
    """The reading of a clean ``host``; None where it is official, an address, or a bare suffix or platform."""
    labels = host.split(".")
    if len(labels) < 2 or labels[-1].isdigit() or index.is_official(labels):
        return None
    size = index.suffixes.length(labels)
    own, suffix = labels[:-size], ".".join(labels[-size:])
    if not own or not own[-1]:
        return None
    body = plain = ".".join(own)
    scripts: tuple[str, ...] = ()
    if "xn--" in body or not body.isascii():
        shown = [_unicode(label) for label in own]
        plain = ".".join(map(_drawn_plain, shown))
        scripts = next((found for label in shown if len(found := _scripts(label)) > 1), ())
    free = suffix in index.suffixes.given
    return NameReading(host, own, suffix, plain, list(index.matches(plain)), index, free, scripts)


@lru_cache(maxsize=65_536)
def judge_piece(piece: str) -> int:
    """What a piece of a word is: nothing, digits and ornament, bait, or something else."""
    if not piece:
        return NONE
    words = load_name_words()
    best: list[int] = [NONE] + [OTHER] * len(piece)
    for end in range(1, len(piece) + 1):
        for start in range(max(0, end - 14), end):
            kind = _kind(piece[start:end], words.strong_bait, words.weak_bait)
            if kind != OTHER and best[start] != OTHER:
                best[end] = max(best[end], best[start], kind)
    return best[-1]


def _kind(part: str, strong: frozenset[str], weak: frozenset[str]) -> int:
    if part in strong:
        return STRONG
    return WEAK if part.isdigit() or part in weak else OTHER


def _unicode(label: str) -> str:
    """An A-label as the browser shows it; as it is where it cannot be read back."""
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except (UnicodeError, ValueError):
        return label


def _drawn_plain(label: str) -> str:
    return "-".join(fold_plain(part).replace(" ", "") for part in label.split("-"))


def _scripts(label: str) -> tuple[str, ...]:
    """The scripts of a label's letters, by the first word of their Unicode names."""
    names = (unicodedata.name(letter, "").partition(" ")[0] for letter in label if letter.isalpha())
    return tuple(sorted(set(filter(None, names))))
