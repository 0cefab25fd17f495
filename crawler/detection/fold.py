"""Folding: hostile spelling to plain comparable letters, with a way back to the words that the visitor saw.

Three views of one text, each with one line for each line of the original:

- ``plain``: lower-case ASCII words with single spaces between them;
- ``tidy``: the same after digits drawn like letters, punctuation inside words and spread letters («c ọ c») were undone;
- ``squeezed``: letters and digits only, look-alikes made one, so that «QUA_HAN», «th0ng b@o» and cut words are seen.

The way back is lazy: a hit is located by counting significant characters up to it, first by line, then within the line.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable
from functools import cached_property, lru_cache
from itertools import accumulate

_CONFUSABLE = {
    **dict(zip("авекмнорстухіїјѕԁһԛԝьгпёйи", "abekmhopctyxiijsdhqwbrneuu", strict=True)),
    **dict(zip("αβεζηικμνορτυχγδσςωϲ", "abeznikuvoptuxydocwc", strict=True)),
    **dict(zip("ɑɡɩʀꞌⅼ", "agir'l", strict=True)),
}
# Everything but ASCII, Latin with marks, combining marks and Vietnamese letters is looked at one run at a time.
_STRANGE = re.compile("[^\x00-\x7f\xc0-\u024f\u0300-\u036f\u1e00-\u1eff]+")
_SILENT = frozenset("\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff\u00ad\u180e\u034f")
_UNMARKED = (("đ", "d"), ("ð", "d"), ("ø", "o"), ("ł", "l"), ("ı", "i"), ("ß", "ss"))

_SPACED = bytes(code if chr(code) in "abcdefghijklmnopqrstuvwxyz0123456789%\n" else 32 for code in range(256))
_DRAWN = bytes.maketrans(b"01345@$!|lj", b"oieasasiiii")
_NOT_DRAWN = bytes(code for code in range(256) if chr(code) not in "abcdefghijklmnopqrstuvwxyz0123456789%@$\n")
_LEET = re.compile(r"[01345@$!|](?=[a-z])(?<=[a-z].)|0(?![a-z0-9])(?<=[a-z][a-z].)")
_LEET_READ = dict(zip("01345@$!|", "oieasasii", strict=True))
_CUT = re.compile(r"[.,'`~^*_/-](?=[a-z])(?<=[a-z].)")
_SPREAD = re.compile(r"[ ._*'/-](?=[a-z](?:[ ._*'/-]|$))(?<=[a-z].)(?:(?<=[^a-z0-9]..)|(?<=^..))", re.MULTILINE)


@lru_cache(maxsize=8192)
def _read_strange(character: str) -> str:
    """One unusual character as ASCII: look-alike, compatibility form, nothing, or a space."""
    if character in _SILENT:
        return ""
    lowered = character.lower()
    if lowered in _CONFUSABLE:
        return _CONFUSABLE[lowered]
    if unicodedata.category(character) == "Mn":
        return ""
    parts = unicodedata.normalize("NFKD", character).lower()
    return "".join(_CONFUSABLE.get(part, part) for part in parts if part.isascii() or part in _CONFUSABLE) or " "


def _read_run(match: re.Match[str]) -> str:
    return "".join(map(_read_strange, match.group()))


def _to_ascii(text: str) -> str:
    """``text`` in lower case with every look-alike, mark and invisible character gone; lines are kept."""
    if text.isascii():
        return text.lower()
    text = _STRANGE.sub(_read_run, text).lower()
    for marked, bare in _UNMARKED:
        text = text.replace(marked, bare)
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")


def _spaced(text: str) -> str:
    text = text.encode("ascii").translate(_SPACED).decode("ascii")
    while "  " in text:
        text = text.replace("  ", " ")
    return text.replace(" \n", "\n").replace("\n ", "\n").strip(" ")


def _unspread(text: str) -> str:
    text = _LEET.sub(lambda match: _LEET_READ[match.group()], text)
    return _spaced(_CUT.sub("", _SPREAD.sub("", text)))


def _squeezed(text: str) -> str:
    if "!" in text or "|" in text:
        text = _LEET.sub(lambda match: _LEET_READ[match.group()], text)
    return text.encode("ascii").translate(_DRAWN, _NOT_DRAWN).decode("ascii")


def fold_plain(text: str) -> str:
    """Lower-case ASCII words with single spaces; ``%`` is kept, other signs are spaces; lines are kept."""
    return _spaced(_to_ascii(text))


def fold_tidy(text: str) -> str:
    """As ``fold_plain``, after letters that were swapped, cut or spread inside words were put together again."""
    return _unspread(_to_ascii(text))


def fold_squeezed(text: str) -> str:
    """Letters and digits alone, those that are drawn alike made one; lines are kept."""
    return _squeezed(_to_ascii(text))


class View:
    """One folded form of a text, able to say which original characters a stretch of it came from."""

    def __init__(self, original: str, fold: Callable[[str], str], folded: str | None = None) -> None:
        self.original = original
        self._fold = fold
        self.folded = fold(original) if folded is None else folded

    @cached_property
    def padded(self) -> str:
        """The folded words, each between spaces, line ends included: « word » finds whole words only."""
        return f" {self.folded} ".replace("\n", " \n ")

    @cached_property
    def _padded_lines(self) -> list[int]:
        """Where each line starts in ``padded``."""
        return [0, *accumulate(len(line) + 3 for line in self.folded.split("\n"))]

    def span_of_padded(self, start: int, end: int) -> tuple[int, int]:
        """As ``span``, for a stretch of ``padded`` within one line."""
        line = bisect_right(self._padded_lines, start) - 1
        first = _significant(self.padded[self._padded_lines[line] : start])
        last = first + _significant(self.padded[start:end])
        begin = max(self._locate_in_line(line, first + 1) - 1, self._lines[line])
        return begin, max(self._locate_in_line(line, last), begin + 1)

    @cached_property
    def _starts(self) -> list[int]:
        """Significant characters before each line."""
        return [0, *accumulate(_significant(line) for line in self.folded.split("\n"))]

    @cached_property
    def _lines(self) -> list[int]:
        """Where each line of the original starts."""
        return [0, *accumulate(len(line) + 1 for line in self.original.split("\n"))]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Start and end in the original of ``folded[start:end]``."""
        first = _significant(self.folded[:start])
        last = first + _significant(self.folded[start:end])
        begin = self._locate(first + 1) - 1
        return max(begin, 0), max(self._locate(last), begin + 1)

    def span_of_significant(self, start: int, end: int) -> tuple[int, int]:
        """As ``span``, for offsets that count significant characters only."""
        begin = self._locate(start + 1) - 1
        return max(begin, 0), max(self._locate(end), begin + 1)

    def _locate(self, count: int) -> int:
        """The shortest prefix of the original that holds ``count`` significant characters, as its length."""
        line = max(0, min(bisect_right(self._starts, count - 1) - 1, len(self._lines) - 2))
        return self._locate_in_line(line, count - self._starts[line])

    def _locate_in_line(self, line: int, wanted: int) -> int:
        """The place in the original up to which its line holds ``wanted`` significant characters."""
        begin, end = self._lines[line], self._lines[line + 1] - 1
        if self._fold is fold_plain:
            widths = accumulate(map(_width, self.original[begin:end]))
            return next((place for place, width in enumerate(widths, begin + 1) if width >= wanted), end)
        low, high = 0, end - begin
        while low < high:  # few steps: a line is short, and a prefix never folds to more than a longer one
            middle = (low + high) // 2
            if _significant(self._fold(self.original[begin : begin + middle])) < wanted:
                low = middle + 1
            else:
                high = middle
        return begin + low


@lru_cache(maxsize=8192)
def _width(character: str) -> int:
    """Significant characters that one character folds to; the plain fold treats each by itself."""
    return _significant(fold_plain(character))


def _significant(folded: str) -> int:
    return len(folded) - folded.count(" ") - folded.count("\n")


class Folded:
    """A text with its views, each folded when first asked for."""

    def __init__(self, text: str) -> None:
        self.original = text

    @cached_property
    def _ascii(self) -> str:
        return _to_ascii(self.original)

    @cached_property
    def plain(self) -> View:
        return View(self.original, fold_plain, _spaced(self._ascii))

    @cached_property
    def tidy(self) -> View | None:
        """None where there is nothing to tidy."""
        if not (_LEET.search(self._ascii) or _SPREAD.search(self._ascii) or _CUT.search(self._ascii)):
            return None
        return View(self.original, fold_tidy, _unspread(self._ascii))

    @cached_property
    def squeezed(self) -> View:
        return View(self.original, fold_squeezed, _squeezed(self._ascii))


def excerpt(text: str, start: int, end: int, around: int = 60) -> str:
    """``text[start:end]`` with whole neighbouring words up to ``around`` characters a side, safe to print."""
    left = text.rfind("\n", max(0, start - around), start) + 1 or max(0, start - around)
    right = text.find("\n", end, end + around)
    right = right if right >= 0 else min(len(text), end + around)
    if left > 0 and not text[left - 1].isspace():
        left = next((at + 1 for at in range(left, start) if text[at].isspace()), start)
    if right < len(text) and not text[right].isspace():
        right = next((at for at in range(right, end, -1) if text[at - 1].isspace()), end)
    return printable(text[left:right])[:300]


def printable(text: str) -> str:
    """``text`` on one line without control, format or bidirectional characters."""
    kept = "".join(sign if unicodedata.category(sign)[0] != "C" else " " for sign in text)
    return " ".join(kept.split())
