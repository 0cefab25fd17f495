"""Builds a ``Document`` from markup with BeautifulSoup: one pass, no recursion, every cost bounded."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from bs4 import BeautifulSoup
from bs4.element import (
    CData,
    Comment,
    NavigableString,
    PageElement,
    RubyParenthesisString,
    RubyTextString,
    Tag,
)
from selectolax.lexbor import LexborHTMLParser

from crawler.bounds import Bounds
from crawler.parsing.borders import are_boxed, stand_apart
from crawler.parsing.document import BREAK, Document, Element, Hidden
from crawler.parsing.guard import Tamed, tame_markup
from crawler.parsing.scripted import SHELL_CHARACTERS, scripted_words
from crawler.parsing.styles import DrawnWords, is_styled_away, plays_hiding_trick

_BLOCKS_TEXT = (
    "address article aside blockquote body br button caption center dd details dialog div dl dt fieldset figcaption"
    " figure footer form h1 h2 h3 h4 h5 h6 header hr label legend li main nav ol option p pre section select summary"
    " table tbody td textarea tfoot th thead tr ul"
)
BLOCKS = frozenset(_BLOCKS_TEXT.split())
CONTROLS = frozenset({"input", "button", "select", "textarea", "form"})
_CELLS = frozenset({"td", "th", "option", "label"})
_SILENT = frozenset({"style", "template", "noscript", "noframes", "noembed", "title", "head"})
_ROOTS = frozenset({"root", "app", "__next", "__nuxt", "___gatsby", "app-root"})
_SHEETS = 50  # style elements whose words are read
_NAMED_AT_MOST = 40_000  # characters of titles and labels that stand for words
_OWN_PIECES = 40
# Named for themselves: what they are called is told elsewhere, or belongs to what they load.
_NAMELESS_TEXT = "html head body link style script iframe frame form input select textarea object embed"
_NAMELESS = frozenset(_NAMELESS_TEXT.split())
_DROPPED = 200  # characters that may differ before text counts as dropped


@dataclass(slots=True)
class _Veil:
    element: Element
    trick: bool
    controls: bool = False


def read_document(text: str, *, url: str, bounds: Bounds) -> Document:
    """Build a ``Document`` from decoded markup; never raises on hostile markup."""
    tamed = tame_markup(text, bounds)
    return _Reader(url, bounds, tamed).read()


def build_soup(markup: str) -> BeautifulSoup:
    """The tree as the fixed library builds it; attributes stay plain strings."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library remarks on markup that looks like XML, a path or an address
        return BeautifulSoup(markup, "lxml", multi_valued_attributes=None)


class _Reader:
    """One pass over the tree with a stack of its own: nesting costs no recursion."""

    def __init__(self, url: str, bounds: Bounds, tamed: Tamed) -> None:
        self.document = Document(url=url, bounds=bounds, blobs=tamed.blobs, gaps=list(tamed.gaps))
        self.markup = tamed.markup
        self.room = bounds.text_characters
        self.open: list[Element] = []
        self.veils: list[_Veil] = []
        self.drawn = DrawnWords(())
        self.named = _NAMED_AT_MOST
        self.spoke: Element | None = None  # whose text was last read
        self.tagged = False  # has a tag stood since then?

    def read(self) -> Document:
        soup = build_soup(self.markup)
        self.drawn = DrawnWords(islice((str(node.string or "") for node in soup.find_all("style")), _SHEETS))
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
        self._read_scripts()
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
        if self.drawn:
            self._draw(element, "before")
        if element.tag in CONTROLS and self.veils:
            for veil in self.veils:
                veil.controls = True
        return True

    def _push(self, node: Tag) -> Element:
        document = self.document
        self.tagged = True
        attrs = {str(name): value if isinstance(value, str) else str(value) for name, value in node.attrs.items()}
        tag = node.name.lower()
        if tag in BLOCKS:
            document.pieces.append(" " if tag in _CELLS else BREAK)
        parent = self.open[-1].index if self.open else -1
        element = Element(tag, attrs, len(document.elements), parent, len(document.pieces))
        document.elements.append(element)
        self.open.append(element)
        style = attrs.get("style", "")
        trick = plays_hiding_trick(style)
        veiled = trick or "hidden" in attrs or is_styled_away(style, attrs.get("class", ""))
        if veiled and len(self.veils) < 16:
            self.veils.append(_Veil(element, trick))
        return element

    def _close(self) -> None:
        document = self.document
        self.tagged = True
        element = self.open.pop()
        self._name(element)
        if self.drawn:
            self._draw(element, "after")
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
        while document.hidden_ranges and document.hidden_ranges[-1][0] >= element.first:
            document.hidden_ranges.pop()  # lies within this one
        document.hidden_ranges.append((element.first, element.last))
        if len(document.hidden) >= document.bounds.matches:
            return
        links = sum(1 for inner in document.within(element, 200) if inner.tag == "a" and inner.get("href"))
        document.hidden.append(Hidden(document.text_of(element, 500), veil.trick, links))

    def _text(self, node: PageElement) -> None:
        if isinstance(node, Comment):
            if len(self.document.comments) < 200:
                self.document.comments.append(str(node)[:500])
            return
        if type(node) not in (NavigableString, CData, RubyTextString, RubyParenthesisString):
            return  # declarations, styles, scripts and templates are classes of their own
        if self.open and self.open[-1].tag in _SILENT:
            return
        if any(element.tag in {"noscript", "template"} for element in self.open[-12:]):
            return
        preformatted = bool(self.open) and self.open[-1].tag in {"pre", "textarea"}
        text = str(node) if preformatted else str(node).replace(BREAK, " ")
        if self.tagged and self.document.pieces and self.open:
            text = self._apart(text, self.open[-1])
        self._push_text(text)

    def _apart(self, text: str, element: Element) -> str:
        """``text`` with a space before it where it touches the last piece and begins another word."""
        before, spoke = self._last_shown(), self.spoke or element
        self.spoke, self.tagged = element, False
        elements = self.document.elements
        if stand_apart(before, text, lambda: are_boxed(elements, spoke, element)):
            return f" {text}"
        return text

    def _last_shown(self) -> str:
        """The last piece that a visitor sees: what is hidden within a word parts no word."""
        place = len(self.document.pieces) - 1
        for first, end in reversed(self.document.hidden_ranges):
            if place >= end:
                break
            place = min(place, first - 1)
        return self.document.pieces[place] if place >= 0 else ""

    def _push_text(self, text: str) -> None:
        if self.room > 0 and text:
            self.document.pieces.append(text[: self.room])
            self.room -= len(text)

    def _words_of(self, element: Element) -> None:
        """Words that are drawn although they stand in attributes."""
        kind = element.get("type").lower()
        words, first = element.get("placeholder"), len(self.document.pieces)
        if element.tag == "img":
            words = element.get("alt")[:300]
        elif element.tag == "input" and kind in {"submit", "button", "reset"}:
            words = element.get("value")
        elif element.tag == "input" and kind not in {"hidden", "password"} and "readonly" in element.attrs:
            words = f"{words} {element.get('value')}"
        if words and kind != "hidden":
            self._push_text(f" {words.replace(BREAK, ' ')[:500]} ")
            if element.get("placeholder"):
                self.document.placeholders.append((first, len(self.document.pieces)))

    def _draw(self, element: Element, place: str) -> None:
        """Words that a style sheet puts before or after an element's own."""
        if words := self.drawn.at(element.tag, element.attrs, place):
            self._push_text(words.replace(BREAK, " "))

    def _name(self, element: Element) -> None:
        """What an element that shows no words of its own is called: read aloud, or shown under the pointer."""
        words = element.get("aria-label") or element.get("title")
        if not words or self.named <= 0 or element.tag in _NAMELESS or element.get("aria-hidden") == "true":
            return
        pieces = self.document.pieces
        if len(pieces) - element.first > _OWN_PIECES or any(piece.strip() for piece in pieces[element.first :]):
            return
        words = words.replace(BREAK, " ")[:500]
        self.named -= len(words)
        self._push_text(f" {words} ")

    def _script(self, node: Tag, element: Element) -> None:
        text = str(node.string or "") or node.get_text()
        kind = element.get("type").lower()
        if "json" in kind:
            self.document.data_scripts.append(text[:200_000])
            if "ld+json" not in kind:
                self.document.states.append(text[:200_000])
        elif text and "template" not in kind:
            self.document.scripts.append(text[:200_000])

    def _read_scripts(self) -> None:
        """A shell draws with words that its scripts hold: they are read where there is next to nothing else to read."""
        document = self.document
        if sum(len(piece.strip()) for piece in document.pieces) > SHELL_CHARACTERS and not self._has_empty_root():
            return
        if words := scripted_words((*document.states, *document.scripts)):
            document.gaps.append("little is drawn without scripts: words that they hold were read")
            self._push_text(BREAK + words)

    def _has_empty_root(self) -> bool:
        """Is there a place that scripts draw into? Words beside it may be padding that makes a shell look full."""
        document = self.document
        roots = (element for element in document.elements if element.attrs.get("id") in _ROOTS)
        limit = SHELL_CHARACTERS
        return any(len(document.text_of(root, limit + 1)) <= limit for root in islice(roots, 4))

    def _check_dropped(self) -> None:
        """The builder may drop what it cannot hold without a word: a second reader counts the letters that it saw."""
        seen = sum(map(len, self.document.pieces))
        if len(self.markup) < 2 * seen + _DROPPED or self.room <= 0:
            return
        tree = LexborHTMLParser(self.markup)
        tree.strip_tags(["script", "style", "template", "noscript", "title", "head"])
        text = tree.root.text(separator=BREAK) if tree.root is not None else ""
        if sum(map(len, text.split())) > 2 * seen + _DROPPED:
            self.document.gaps.append("text dropped by the tree builder, read by the second reader")
            self._push_text(BREAK + text)
