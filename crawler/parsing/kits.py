"""What a page was built with: marks by which a kit is known again under another name, other words and pictures."""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from crawler.detection.facts import KitMark
from crawler.parsing.document import Document, Element
from crawler.parsing.links import host_of
from crawler.parsing.text import meta_content

MARKS = 6  # of one page
# A part of fewer elements is built alike by chance; a larger one holds what differs from page to page.
_PART_FROM, _PART_TO = 25, 399
_EDGES, _NAMES, _FILES = 16, 10, 3  # different ones, of which fewer make no mark
_LOOKED_AT = 4_000  # addresses and names in which a builder's traits are sought
_NAME_AT_MOST = 200  # characters
_VERSION = re.compile(r"[\-._]?(?:min|bundle|slim|pack|v?\d[\d.]{0,15})(?=[\-._]|$)")
_HASH = re.compile(r"(?=[a-z0-9_\-]{0,40}\d)[a-f0-9]{8,64}|[a-z0-9_\-]{24,}")


@dataclass(frozen=True, slots=True)
class Traits:
    """By what builders' pages are known, and which files any page may load. All in lower case."""

    addresses: tuple[str, ...]
    names: re.Pattern[str]  # beginnings of classes and ids
    libraries: frozenset[str]


@cache
def load_traits() -> Traits:
    """The shipped table."""
    data = tomllib.loads(files("crawler.parsing").joinpath("kits.toml").read_text(encoding="utf-8"))
    names = re.compile(rf"(?:^|\s)(?:{'|'.join(map(re.escape, data['names']))})")
    return Traits(tuple(data["addresses"]), names, frozenset(data["libraries"]))


def parse_kits(document: Document) -> tuple[KitMark, ...]:
    """Marks of the page's own files and of the skeletons of its parts, at most six; none of a known builder's page."""
    if is_built(document):
        return ()
    return tuple(dict.fromkeys((*_files(document), *_skeletons(document))))[:MARKS]


def is_built(document: Document) -> bool:
    """Does a well-known system write this page, so that its skeleton is many people's?"""
    if meta_content(document, "generator"):
        return True
    traits = load_traits()
    addresses = "\n".join(_addresses(document, "link", "script", "img")).lower()
    if any(trait in addresses for trait in traits.addresses):
        return True
    names = "\n".join(
        f"{element.attrs.get('class', '')[:_NAME_AT_MOST]} {element.attrs.get('id', '')[:_NAME_AT_MOST]}"
        for element in document.elements[:_LOOKED_AT]
    )
    return traits.names.search(names.lower()) is not None


def _addresses(document: Document, *tags: str) -> Iterator[str]:
    for element in document.named(*tags)[:_LOOKED_AT]:
        yield (element.get("src") or element.get("href") or element.get("data-src"))[:_NAME_AT_MOST]


def _files(document: Document) -> Iterator[KitMark]:
    """One mark of the names of all scripts and sheets that lie beside the page, libraries left out."""
    own = host_of(document.url)
    names = set()
    for address in (*_addresses(document, "script"), *_sheets(document)):
        if address and host_of(document.absolute(address)) == own and (name := _file_name(address)):
            names.add(name)
    if len(names) >= _FILES:
        yield KitMark("files", _digest(names))


def _sheets(document: Document) -> Iterator[str]:
    for element in document.named("link"):
        if "stylesheet" in element.get("rel").lower():
            yield element.get("href")[:_NAME_AT_MOST]


def _file_name(address: str) -> str:
    """A file's name without its version; "" for a library's, or one that only a build made."""
    name = address.lower().split("?")[0].split("#")[0].rsplit("/", 1)[-1]
    stem, dot, kind = name.rpartition(".")
    if not dot or kind not in {"js", "css", "php", "mjs"}:
        return ""
    stem = _VERSION.sub("", stem).strip("-._")
    if len(stem) < 3 or _HASH.fullmatch(stem) or _HASH.fullmatch(stem.rpartition(".")[2]):
        return ""
    head = re.split(r"[\-._]", stem)[0]
    known = load_traits().libraries
    return "" if stem in known or head in known else f"{stem}.{kind}"


def _skeletons(document: Document) -> list[KitMark]:
    """A mark a part, those that say most first."""
    found = sorted((edges for part in _parts(document) if (edges := _edges(document, part))), key=len, reverse=True)
    return [KitMark("markup", _digest(edges)) for edges in found]


def _parts(document: Document) -> Iterator[Element]:
    """The outermost elements of the body that hold as much as makes a part."""
    body = next(iter(document.named("body")), None)
    position, end = (body.index, body.end) if body else (0, 0)
    while position < end:
        element = document.elements[position]
        size = element.end - position
        if _PART_FROM <= size <= _PART_TO and element.tag != "svg":
            yield element
        position = position + 1 if size > _PART_TO else element.end


def _edges(document: Document, part: Element) -> frozenset[str]:
    """What stands in what, as a set: how often a row is repeated says nothing. Empty where it is too little."""
    elements = document.elements
    names = {position: _name(elements[position]) for position in range(part.index, part.end)}
    edges = frozenset(f"{names[elements[at].parent]}>{names[at]}" for at in range(part.index + 1, part.end))
    return edges if len(edges) >= _EDGES and len(set(names.values())) >= _NAMES else frozenset()


def _name(element: Element) -> str:
    words = sorted(element.attrs.get("class", "")[:_NAME_AT_MOST].split())
    return f"{element.tag}.{' '.join(words)}#{element.attrs.get('id', '')[:_NAME_AT_MOST].strip()}"


def _digest(parts: Iterable[str]) -> str:
    return hashlib.blake2b("\n".join(sorted(parts)).encode("utf-8", "replace"), digest_size=8).hexdigest()
