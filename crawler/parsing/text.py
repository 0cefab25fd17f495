"""Title, description, headings and visible text of a page."""

import unicodedata

from crawler.parsing.document import Document

_HEADINGS = frozenset({"h1", "h2", "h3", "h4"})


def parse_title(document: Document) -> str:
    """The title element, else og:title, else the first heading; NFC, at most 500 characters."""
    title = document.title or meta_content(document, "og:title", "twitter:title")
    if not title:
        title = next((document.text_of(element) for element in document.named("h1")), "")
    return unicodedata.normalize("NFC", title)[:500]


def parse_description(document: Document) -> str:
    """The page's own summary, at most 1,000 characters."""
    return meta_content(document, "description", "og:description", "twitter:description")[:1_000]


def parse_site_name(document: Document) -> str:
    """The name that the page gives its site, at most 200 characters."""
    return meta_content(document, "og:site_name", "application-name", "apple-mobile-web-app-title")[:200]


def parse_headings(document: Document) -> tuple[str, ...]:
    """Words of h1 to h4 in page order, each once."""
    texts = (document.text_of(element) for element in document.elements if element.tag in _HEADINGS)
    return tuple(dict.fromkeys(text for text in texts if text))[: document.bounds.matches]


def parse_text(document: Document) -> str:
    """What a visitor can read, one block a line."""
    return "\n".join(document.lines)


def declared_language(document: Document) -> str:
    """The language that the markup claims, as written, at most 35 characters."""
    for element in document.named("html"):
        if element.get("lang") or element.get("xml:lang"):
            return (element.get("lang") or element.get("xml:lang"))[:35]
    return meta_content(document, "content-language", "og:locale")[:35]


def meta_content(document: Document, *names: str) -> str:
    """Content of the first ``meta`` with one of ``names`` (name, property, itemprop or http-equiv), by rank of name."""
    found: dict[str, str] = {}
    for element in document.named("meta"):
        for attribute in ("name", "property", "itemprop", "http-equiv"):
            name = element.get(attribute).lower()
            if name in names and element.get("content"):
                found.setdefault(name, " ".join(element.get("content")[:4_000].split()))
    text = next((found[name] for name in names if name in found), "")
    return unicodedata.normalize("NFC", text)
