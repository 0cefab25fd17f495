"""The pictures by which a page says whose it is: the logo at its head, and its icon."""

from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from crawler.detection.facts import Emblem
from crawler.parsing.document import Document, Element, join_url
from crawler.parsing.drawings import outline_mark
from crawler.parsing.likeness import picture_mark
from crawler.parsing.pictures import inline_picture

LOGOS, ICONS = 2, 2
_LOOKED_AT = 40  # pictures from the top
_SOURCES = ("src", "data-src", "data-lazy-src", "data-original")
_HEADS = ("header", "navbar", "topbar", "top-bar", "masthead", "brand")
_RELS = frozenset({"icon", "apple-touch-icon", "apple-touch-icon-precomposed"})
_DRAWINGS, _PARTS = 20, 400  # drawings from the top, and elements of one
_SHAPES = frozenset({"d", "points"})
_DEFAULT = "/favicon.ico"  # where browsers look for an icon that no page names
_TAIL = 80  # characters of an address


def parse_emblems(document: Document, images: Mapping[str, bytes]) -> tuple[Emblem, ...]:
    """At most two logos and two icons, in page order; the mark is "" where the picture was not captured or not read."""
    logos, icons = _first(_logos(document, images), LOGOS), _first(_icons(document, images), ICONS)
    pictures = tuple(
        Emblem(kind, url[:2_000], picture_mark(content, document.bounds) if content else "")
        for kind, found in (("logo", logos), ("icon", icons))
        for url, content in found.items()
    )
    return (*pictures, *_drawn(document))


def _drawn(document: Document) -> tuple[Emblem, ...]:
    """Drawings that are written into the page's head, or called a logo, and have outlines enough to be known by."""
    found = []
    for element in document.named("svg")[:_DRAWINGS]:
        if _says_logo(element) or _in_head(document, element):
            parts = document.within(element, _PARTS)
            mark = outline_mark(part.get("d") or part.get("points") for part in parts if _SHAPES & part.attrs.keys())
            found += [Emblem("logo", f"data:#{element.index}", mark)] if mark else []
    return tuple(found[:LOGOS])


def is_emblem_address(url: str) -> bool:
    """Does a picture's address say that it may be a logo or an icon?"""
    tail = unquote(url[-_TAIL:]).lower()
    return "logo" in tail or "favicon" in tail


def _first(found: Iterator[tuple[str, bytes]], most: int) -> dict[str, bytes]:
    """Each address once: a page may name one picture a thousand times, and each reading of it costs."""
    kept: dict[str, bytes] = {}
    for url, content in found:
        kept.setdefault(url, content)
        if len(kept) >= most:
            break
    return kept


def _logos(document: Document, images: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """The first picture, those in the page's head, and those called a logo where few are: many are partners'."""
    shown = [element for element in document.named("img")[:_LOOKED_AT] if not _is_button(document, element)]
    called = {element.index for element in shown if _says_logo(element)}
    called = called if len(called) <= LOGOS + 1 else set()
    for place, element in enumerate(shown):
        if place == 0 or element.index in called or _in_head(document, element):
            yield _picture(document, element, images)


def _picture(document: Document, element: Element, images: Mapping[str, bytes]) -> tuple[str, bytes]:
    if content := inline_picture(document, element):
        return f"data:#{element.index}", content
    source = next((element.get(name) for name in _SOURCES if element.get(name)[:5].lower() not in {"", "data:"}), "")
    url = document.absolute(source)
    return url, images.get(url, b"")


def _icons(document: Document, images: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    for element in document.named("link"):
        url = document.absolute(element.get("href"))
        if url[:5].lower() != "data:" and url and _RELS & set(element.get("rel").lower().split()):
            yield url, images.get(url, b"")
    default = default_icon(document.url)
    if default in images:
        yield default, images[default]


def default_icon(url: str) -> str:
    """Where a browser looks for the icon of a page that names none."""
    return join_url(url, _DEFAULT)


def _says_logo(element: Element) -> bool:
    names = (element.get("alt")[:80], element.get("class")[:80], element.get("id")[:80])
    return "logo" in " ".join(names).lower() or any(is_emblem_address(element.get(name)) for name in _SOURCES)


def _in_head(document: Document, element: Element) -> bool:
    for parent in document.ancestors(element, 6):
        names = f"{parent.get('class')} {parent.get('id')}"[:200].lower()
        if parent.tag == "header" or (parent.tag not in {"body", "html"} and any(word in names for word in _HEADS)):
            return True
    return False


def _is_button(document: Document, element: Element) -> bool:
    """Another's door («sign in with …») bears that one's sign."""
    return any(parent.tag == "button" for parent in document.ancestors(element, 3))
