"""What styles hide, and the words that sheets draw: ``::before { content: "..." }`` shows text that no node holds."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

SHEET_CHARACTERS = 400_000  # of all style elements together
WORDS_AT_MOST = 60_000  # characters drawn by style sheets
_RULES_AT_MOST = 1_000
_ALIKE_AT_MOST = 30  # rules asked for one class, id or tag
_TIMES_AT_MOST = 200  # elements that one declaration draws at
_WORD_AT_MOST = 2_000
_SPOKEN = 5  # pieces of more than a letter, after which a sheet is known to draw words and not icons
_NONE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?:\.0+)?\s*(?:;|$)", re.IGNORECASE)
_TRICK = re.compile(
    r"font-size\s*:\s*0(?:px|em|pt|%)?\s*(?:;|$)|text-indent\s*:\s*-\d{3,}"
    r"|(?:left|top|right)\s*:\s*-\d{4,}px|clip\s*:\s*rect\(\s*0"
    r"|height\s*:\s*0(?:px)?\s*;[^;]{0,40}overflow\s*:\s*hidden",
    re.IGNORECASE,
)
# Hidden only until an animation shows it.
_ANIMATED = re.compile(r"wow|aos|anima|invisible|fade|lazy|reveal|swiper|slick", re.IGNORECASE)
# An end may be missing: a string or comment then reaches as far as a browser reads it, and no start is tried twice.
_COMMENT = re.compile(r"/\*[\s\S]*?(?:\*/|\Z)")
_STRING = re.compile(r"\"(?:[^\"\\\n]|\\[\s\S])*+\"?|'(?:[^'\\\n]|\\[\s\S])*+'?")
_KEPT = re.compile(r"\x00(\d{1,6})\x00")
_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(\n)|([\s\S]))")
_PSEUDO = re.compile(r"::?(before|after)\Z", re.IGNORECASE)
_CONTENT = re.compile(r"(?:\A|;)\s*content\s*:([^;]{1,2000})", re.IGNORECASE)
_DRAWN = re.compile(r"\x00\d{1,6}\x00|attr\(\s*([A-Za-z][\w\-]{0,60})")
_SIMPLE = re.compile(r"#([\w\-]+)|\.([\w\-]+)|\[\s*([\w\-]+)\s*(?:=\s*([^\]]*))?\]|\A([A-Za-z][\w\-]*)")
_ON_TOUCH = re.compile(r":(?:hover|focus|active|target|checked)", re.IGNORECASE)


def plays_hiding_trick(style: str) -> bool:
    """Does this style hide by a means that has no honest use on a block of text?"""
    return bool(style) and _TRICK.search(style[:2_000]) is not None


def is_styled_away(style: str, names: str = "") -> bool:
    """Is what bears this style not shown? ``names``: its classes; what only waits for its animation is shown."""
    found = _NONE.search(style[:2_000]) if style else None
    return found is not None and (found[0][0] in "dD" or not _ANIMATED.search(names[:300]))


@dataclass(slots=True)
class _Drawing:
    """``parts``: literal words, or the name of the attribute that holds them."""

    place: str  # before | after
    tag: str
    id: str
    classes: frozenset[str]
    attributes: tuple[tuple[str, str | None], ...]
    parts: tuple[tuple[str, bool], ...]
    left: int = _TIMES_AT_MOST

    def fits(self, tag: str, attrs: dict[str, str], classes: frozenset[str]) -> bool:
        return (
            (not self.tag or self.tag == tag)
            and (not self.id or self.id == attrs.get("id"))
            and self.classes <= classes
            and all(name in attrs and value in (None, attrs[name]) for name, value in self.attributes)
        )

    def words(self, attrs: dict[str, str]) -> str:
        return "".join(attrs.get(part, "") if named else part for part, named in self.parts)[:_WORD_AT_MOST]


class DrawnWords:
    """Words that a page's own style sheets draw, asked for element by element; bounded in rules, times and letters.

    Selectors are judged by their last part alone, and what shows only under the pointer is left out: what is drawn at
    an element that stands in no such place is read too much, never too little.
    """

    def __init__(self, sheets: Iterable[str]) -> None:
        self._left = WORDS_AT_MOST
        self._spoken = 0
        self._by_key: dict[str, list[_Drawing]] = {}
        for number, drawing in enumerate(_drawings(sheets)):
            if number >= _RULES_AT_MOST:
                break
            alike = self._by_key.setdefault(_key(drawing), [])
            if len(alike) < _ALIKE_AT_MOST:
                alike.append(drawing)

    def __bool__(self) -> bool:
        return bool(self._by_key)

    def at(self, tag: str, attrs: dict[str, str], place: str) -> str:
        """What is drawn ``before`` or ``after`` the content of an element; "" for most."""
        classes = frozenset(attrs.get("class", "")[:2_000].split()[:40])
        keys = (f"#{attrs.get('id', '')}", *(f".{name}" for name in classes), *(f"[{name}" for name in attrs), tag, "")
        words: list[str] = []
        for drawing in (each for key in keys for each in self._by_key.get(key, ())):
            if drawing.place == place and drawing.left > 0 and drawing.fits(tag, attrs, classes):
                drawing.left -= 1
                words.append(drawing.words(attrs))
        letters = [sum(map(str.isalnum, word)) for word in words]
        least = 1 if self._spoken >= _SPOKEN else 2  # a letter alone is an icon, unless words are drawn in pieces
        self._spoken += sum(count > 1 for count in letters)
        drawn = " ".join(word for word, count in zip(words, letters, strict=True) if count >= least)
        drawn = drawn[: max(self._left, 0)]
        self._left -= len(drawn)
        return drawn


def _key(drawing: _Drawing) -> str:
    """Where a drawing is looked up: by its rarest condition."""
    if drawing.id:
        return f"#{drawing.id}"
    if drawing.classes:
        return f".{min(drawing.classes)}"
    return f"[{drawing.attributes[0][0]}" if drawing.attributes else drawing.tag


def _drawings(sheets: Iterable[str]) -> Iterator[_Drawing]:
    room = SHEET_CHARACTERS
    for sheet in sheets:
        text, room = sheet[: max(room, 0)], room - len(sheet)
        if "content" in text.lower():
            yield from _of_sheet(_COMMENT.sub(" ", text.replace("\x00", "")))


def _of_sheet(sheet: str) -> Iterator[_Drawing]:
    """Strings are set aside first, so that a brace, comma or semicolon within one ends nothing."""
    strings: list[str] = []

    def aside(found: re.Match[str]) -> str:
        strings.append(found[0][:_WORD_AT_MOST])
        return f"\x00{len(strings) - 1}\x00"

    for block in _STRING.sub(aside, sheet).split("}"):
        head, _, body = block.rpartition("{")
        outer, _, selectors = head[-4_000:].rpartition("{")
        content = _CONTENT.search(body[:4_000]) if "content" in body.lower() else None
        if content is None or is_styled_away(body) or plays_hiding_trick(body):
            continue
        parts = tuple(_parts(content[1], strings))
        for selector in selectors.rpartition(";")[2].split(",")[:50]:
            nested = selector.replace("&", outer.rpartition("}")[2].rpartition("{")[2].strip())
            if parts and (drawing := _drawing(nested.strip(), parts, strings)):
                yield drawing


def _parts(content: str, strings: list[str]) -> Iterator[tuple[str, bool]]:
    for found in _DRAWN.finditer(content):
        if found[1]:
            yield found[1].lower(), True
        else:
            yield _unescape(_kept(found[0], strings)), False


def _drawing(selector: str, parts: tuple[tuple[str, bool], ...], strings: list[str]) -> _Drawing | None:
    last = re.split(r"[\s>+~]", selector[-600:])[-1]
    found = _PSEUDO.search(last[-9:])
    if found is None or _ON_TOUCH.search(selector[-600:]):
        return None
    tag, name = "", ""
    classes: set[str] = set()
    attributes: list[tuple[str, str | None]] = []
    for simple in _SIMPLE.finditer(last.partition(":")[0]):
        name, tag = simple[1] or name, (simple[5] or tag).lower()
        if simple[2]:
            classes.add(simple[2])
        elif simple[3]:
            value = simple[4]
            attributes.append((simple[3].lower(), None if value is None else _kept(value.strip(), strings)))
    return _Drawing(found[1].lower(), tag, name, frozenset(classes), tuple(attributes), parts)


def _kept(text: str, strings: list[str]) -> str:
    found = _KEPT.fullmatch(text)
    return strings[int(found[1])].strip("\"'") if found and int(found[1]) < len(strings) else text


def _unescape(text: str) -> str:
    def letter(found: re.Match[str]) -> str:
        if found[1]:
            code = int(found[1], 16)
            return " " if code == 0x0A else chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else ""
        return "" if found[2] else found[3]

    return _ESCAPE.sub(letter, text)
