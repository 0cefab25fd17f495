"""A page as flat lists of elements and text pieces: what every subject reads instead of walking a tree."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urljoin

from crawler.bounds import Bounds
from crawler.parsing.folding import fold, plain

BREAK = "\n"
# All that ``str.split`` takes for white space, but for the space itself and the line's end.
_SPACES = (
    "\t\x0b\x0c\r\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)


@dataclass(slots=True)
class Element:
    """``end``: index after the last descendant; ``first`` and ``last``: its range of text pieces."""

    tag: str
    attrs: dict[str, str]
    index: int
    parent: int
    first: int
    end: int = 0
    last: int = 0

    def get(self, name: str) -> str:
        """An attribute's value, trimmed; "" when absent."""
        return self.attrs.get(name, "").strip()


@dataclass(frozen=True, slots=True)
class Hidden:
    """A stretch of text that a visitor does not see. ``trick``: hidden by a means that has no honest use here."""

    text: str
    trick: bool
    links: int


@dataclass
class Document:
    """``scripts``: inline script texts; ``states``: data that scripts draw with; ``blobs``: see ``Tamed``.

    ``noscript`` is what is shown without scripts.
    """

    url: str
    bounds: Bounds
    elements: list[Element] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    data_scripts: list[str] = field(default_factory=list)
    states: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    noscript: str = ""
    title: str = ""
    blobs: tuple[str, ...] = ()
    hidden: list[Hidden] = field(default_factory=list)
    hidden_ranges: list[tuple[int, int]] = field(default_factory=list)
    placeholders: list[tuple[int, int]] = field(default_factory=list)  # piece ranges: examples, not facts
    gaps: list[str] = field(default_factory=list)

    @cached_property
    def base(self) -> str:
        for element in self.named("base"):
            if element.get("href"):
                return join_url(self.url, element.get("href"))
        return self.url

    @cached_property
    def by_tag(self) -> dict[str, list[Element]]:
        index: dict[str, list[Element]] = {}
        for element in self.elements:
            index.setdefault(element.tag, []).append(element)
        return index

    @cached_property
    def lines(self) -> list[str]:
        """Visible text, a block a line, NFC."""
        return self._lines_without(self.hidden_ranges)

    def _lines_without(self, ranges: list[tuple[int, int]]) -> list[str]:
        shown: list[str] = []
        position = 0
        for first, last in ranges:
            if first > position:
                shown.extend(self.pieces[position:first])
            position = max(position, last)
        shown.extend(self.pieces[position:])
        return block_lines("".join(shown))

    @cached_property
    def plain_lines(self) -> list[str]:
        """What the parsers of numbers read: ``lines`` without placeholders, full-width and zero-width forms undone."""
        lines = (
            self._lines_without(sorted([*self.hidden_ranges, *self.placeholders])) if self.placeholders else self.lines
        )
        return [line for line in map(plain, lines) if line]

    @cached_property
    def folded_lines(self) -> list[str]:
        return [fold(line) for line in self.plain_lines]

    @cached_property
    def script_text(self) -> str:
        """All inline scripts, at most 400,000 characters of them."""
        return "\n".join(self.scripts)[:400_000]

    def named(self, *tags: str) -> list[Element]:
        """Elements with one of these tags, in page order within each tag."""
        if len(tags) == 1:
            return self.by_tag.get(tags[0], [])
        return [element for tag in tags for element in self.by_tag.get(tag, [])]

    def text_of(self, element: Element, limit: int = 300) -> str:
        """The element's words on one line, hidden ones too, at most ``limit`` characters."""
        last = min(element.last, element.first + 4 * limit)
        words: list[str] = []
        size = 0
        for piece in self.pieces[element.first : last]:
            words.append(piece)
            size += len(piece)
            if size > 4 * limit:
                break
        return unicodedata.normalize("NFC", " ".join("".join(words).split())[:limit])

    def text_around(self, outer: Element, inner: Element, limit: int = 400) -> str:
        """``outer``'s words on one line without those of ``inner``, at most ``limit`` characters on each side."""
        before = self.pieces[max(outer.first, inner.first - limit) : inner.first]
        after = self.pieces[inner.last : min(outer.last, inner.last + limit)]
        sides = ("".join(before)[-4 * limit :], "".join(after)[: 4 * limit])
        return unicodedata.normalize(
            "NFC", " ".join((" ".join(sides[0].split())[-limit:], " ".join(sides[1].split())[:limit]))
        )

    def within(self, element: Element, limit: int = 2_000) -> Iterator[Element]:
        """Descendants in page order, at most ``limit``."""
        yield from self.elements[element.index + 1 : min(element.end, element.index + 1 + limit)]

    def ancestors(self, element: Element, limit: int = 8) -> Iterator[Element]:
        """Parent first, at most ``limit``."""
        parent = element.parent
        while parent >= 0 and limit > 0:
            yield self.elements[parent]
            parent, limit = self.elements[parent].parent, limit - 1

    def absolute(self, reference: str) -> str:
        """``reference`` made absolute; "" for what leads nowhere (empty, "#", javascript:)."""
        reference = reference.strip()
        if not reference or reference.startswith("#") or reference[:11].lower() == "javascript:":
            return ""
        return join_url(self.base, reference)


def join_url(base: str, reference: str) -> str:
    """``urljoin`` that gives "" for what no URL parser accepts."""
    try:
        return urljoin(base, reference.strip().replace("\n", "").replace("\t", "")[:4_000])
    except ValueError:
        return ""


def block_lines(text: str) -> list[str]:
    """Lines of ``text`` with white space collapsed and empty lines left out, NFC."""
    text = unicodedata.normalize("NFC", "\n".join(map(str.strip, text.split(BREAK))))
    for space in _SPACES:  # over the whole text at once: word by word this was a third of the first look
        if space in text:
            text = text.replace(space, " ")
    while "  " in text:
        text = text.replace("  ", " ")
    return [line for line in text.split(BREAK) if line]
