"""A page as flat lists of elements and text pieces, read once from BeautifulSoup: no reader walks the tree again."""

import re
import unicodedata
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urljoin

from bs4 import BeautifulSoup, XMLParsedAsHTMLWarning
from bs4.element import CData, Comment, NavigableString, PageElement, Tag

from crawler.bounds import Bounds
from crawler.parsing.folding import fold, plain
from crawler.parsing.guard import Tamed, tame_markup

_BLOCKS_TEXT = (
    "address article aside blockquote body br button caption center dd details dialog div dl dt fieldset figcaption"
    " figure footer form h1 h2 h3 h4 h5 h6 header hr label legend li main nav ol option p pre section select summary"
    " table tbody td textarea tfoot th thead tr ul"
)
BLOCKS = frozenset(_BLOCKS_TEXT.split())
CONTROLS = frozenset({"input", "button", "select", "textarea", "form"})
_CELLS = frozenset({"td", "th", "option", "label"})
_SILENT = frozenset({"style", "template", "noscript", "noframes", "noembed", "title", "head"})
_STYLE_NONE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_STYLE_TRICK = re.compile(
    r"font-size\s*:\s*0(?:px|em|pt|%)?\s*(?:;|$)|opacity\s*:\s*0(?:\.0+)?\s*(?:;|$)|text-indent\s*:\s*-\d{3,}"
    r"|(?:left|top|right)\s*:\s*-\d{4,}px|clip\s*:\s*rect\(\s*0"
    r"|height\s*:\s*0(?:px)?\s*;[^;]{0,40}overflow\s*:\s*hidden",
    re.IGNORECASE,
)
BREAK = "\n"


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


@dataclass(slots=True)
class _Veil:
    element: Element
    trick: bool
    controls: bool = False


@dataclass
class Document:
    """``scripts``: inline script texts; ``noscript``: what is shown without scripts; ``blobs``: see ``Tamed``."""

    url: str
    bounds: Bounds
    elements: list[Element] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    data_scripts: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    noscript: str = ""
    title: str = ""
    blobs: tuple[str, ...] = ()
    hidden: list[Hidden] = field(default_factory=list)
    hidden_ranges: list[tuple[int, int]] = field(default_factory=list)
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
        shown: list[str] = []
        position = 0
        for first, last in self.hidden_ranges:
            if first > position:
                shown.extend(self.pieces[position:first])
            position = max(position, last)
        shown.extend(self.pieces[position:])
        return block_lines("".join(shown))

    @cached_property
    def plain_lines(self) -> list[str]:
        """``lines`` with compatibility forms and zero-width characters undone: what the parsers of numbers read."""
        return [plain(line) for line in self.lines]

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
    lines = (" ".join(line.split()) for line in unicodedata.normalize("NFC", text).split(BREAK))
    return [line for line in lines if line]


def read_document(text: str, *, url: str, bounds: Bounds) -> Document:
    """Build a ``Document`` from decoded markup; never raises on hostile markup."""
    tamed = tame_markup(text, bounds)
    return _Reader(url, bounds, tamed).read()


def build_soup(markup: str) -> BeautifulSoup:
    """The tree as the fixed library builds it; attributes stay plain strings."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        return BeautifulSoup(markup, "lxml", multi_valued_attributes=None)


class _Reader:
    """One pass over the tree with a stack of its own: nesting costs no recursion."""

    def __init__(self, url: str, bounds: Bounds, tamed: Tamed) -> None:
        self.document = Document(url=url, bounds=bounds, blobs=tamed.blobs, gaps=list(tamed.gaps))
        self.markup = tamed.markup
        self.room = bounds.text_characters
        self.open: list[Element] = []
        self.veils: list[_Veil] = []

    def read(self) -> Document:
        soup = build_soup(self.markup)
        stack: list[Iterator[PageElement]] = [iter(soup.contents)]
        while stack:
            node = next(stack[-1], None)
            if node is None:
                stack.pop()
                if stack:
                    self._close()
            elif isinstance(node, Tag):
                if self._enter(node):
                    stack.append(iter(node.contents))
            else:
                self._text(node)
        if self.room <= 0:
            self.document.gaps.append(f"text cut at {self.document.bounds.text_characters} characters")
        self._check_dropped()
        return self.document

    def _enter(self, node: Tag) -> bool:
        if len(self.document.elements) >= self.document.bounds.nodes:
            if len(self.document.elements) == self.document.bounds.nodes:
                self.document.gaps.append(f"elements cut at {self.document.bounds.nodes}")
                self._push(node)
                return True
            self._push_text(node.get_text(" ") if node.name not in _SILENT | {"script"} else "")
            return False
        element = self._push(node)
        if element.tag == "script":
            self._script(node, element)
        elif element.tag == "title" and not self.document.title:
            self.document.title = " ".join(node.get_text()[:2_000].split())
        elif element.tag == "noscript":
            self.document.noscript += node.get_text(" ")[:4_000]
        elif element.tag in {"img", "input", "textarea", "button"}:
            self._words_of(element)
        if element.tag in CONTROLS and self.veils:
            for veil in self.veils:
                veil.controls = True
        return True

    def _push(self, node: Tag) -> Element:
        document = self.document
        attrs = {str(name): value if isinstance(value, str) else str(value) for name, value in node.attrs.items()}
        tag = node.name.lower()
        if tag in BLOCKS:
            document.pieces.append(" " if tag in _CELLS else BREAK)
        parent = self.open[-1].index if self.open else -1
        element = Element(tag, attrs, len(document.elements), parent, len(document.pieces))
        document.elements.append(element)
        self.open.append(element)
        style = attrs.get("style", "")
        trick = bool(style) and _STYLE_TRICK.search(style[:2_000]) is not None
        veiled = trick or "hidden" in attrs or (bool(style) and _STYLE_NONE.search(style[:2_000]) is not None)
        if veiled and len(self.veils) < 16:
            self.veils.append(_Veil(element, trick))
        return element

    def _close(self) -> None:
        document = self.document
        element = self.open.pop()
        element.end, element.last = len(document.elements), len(document.pieces)
        if element.tag in BLOCKS:
            document.pieces.append(" " if element.tag in _CELLS else BREAK)
        if self.veils and self.veils[-1].element is element:
            self._lift(self.veils.pop())

    def _lift(self, veil: _Veil) -> None:
        # What holds a form's controls is a later step that a script will show: a visitor does come to read it.
        if veil.controls and not veil.trick:
            return
        element, document = veil.element, self.document
        document.hidden_ranges = [r for r in document.hidden_ranges if r[0] < element.first]
        document.hidden_ranges.append((element.first, element.last))
        links = sum(1 for inner in document.within(element, 200) if inner.tag == "a" and inner.get("href"))
        document.hidden.append(Hidden(document.text_of(element, 500), veil.trick, links))

    def _text(self, node: PageElement) -> None:
        if isinstance(node, Comment):
            if len(self.document.comments) < 200:
                self.document.comments.append(str(node)[:500])
            return
        if type(node) not in (NavigableString, CData):
            return  # declarations, styles, scripts and templates are classes of their own
        if self.open and self.open[-1].tag in _SILENT:
            return
        if any(element.tag in {"noscript", "template"} for element in self.open[-12:]):
            return
        preformatted = bool(self.open) and self.open[-1].tag in {"pre", "textarea"}
        self._push_text(str(node) if preformatted else str(node).replace(BREAK, " "))

    def _push_text(self, text: str) -> None:
        if self.room > 0 and text:
            self.document.pieces.append(text[: self.room])
            self.room -= len(text)

    def _words_of(self, element: Element) -> None:
        """Words that are drawn although they stand in attributes."""
        kind = element.get("type").lower()
        words = element.get("placeholder")
        if element.tag == "img":
            words = element.get("alt")[:300]
        elif element.tag == "input" and kind in {"submit", "button", "reset"}:
            words = element.get("value")
        elif element.tag == "input" and kind not in {"hidden", "password"} and "readonly" in element.attrs:
            words = f"{words} {element.get('value')}"
        if words and kind != "hidden":
            self._push_text(f" {words.replace(BREAK, ' ')[:500]} ")

    def _script(self, node: Tag, element: Element) -> None:
        text = str(node.string or "") or node.get_text()
        kind = element.get("type").lower()
        if "json" in kind:
            self.document.data_scripts.append(text[:200_000])
        elif text and "template" not in kind:
            self.document.scripts.append(text[:200_000])

    def _check_dropped(self) -> None:
        """The builder may drop what it cannot hold: read the last words of the markup and look for them."""
        if self.document.elements or len(self.markup) < 32:
            return
        self.document.gaps.append("markup gave no elements; read as plain text")
        self._push_text(re.sub(r"<[^<>]{0,4000}>", " ", self.markup))
