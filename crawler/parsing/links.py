"""Links, pictures, frames and script hosts of a page, absolute and each once."""

import re
from urllib.parse import urlsplit

from crawler.detection.facts import Image, Link
from crawler.parsing.document import Document
from crawler.parsing.text import meta_content

LINKS = 2_000
_LOCATION = re.compile(
    r"(?:location(?:\.href)?\s{0,4}=|location\.(?:replace|assign)\(|window\.open\()\s{0,4}[\"']([^\"'\s]{4,1000})[\"']"
)
_DRESSES = frozenset({"stylesheet", "icon", "apple-touch-icon"})
_REFRESH = re.compile(r"url\s{0,4}=\s{0,4}[\"']?([^\"'\s>]{1,2000})", re.IGNORECASE)
# Browsers need no «url=».
_REFRESH_BARE = re.compile(r"\s{0,40}[\d.]{0,20}\s{0,40}[;,\s]\s{0,40}[\"']?([^\"'\s>]{1,2000})")


def host_of(url: str) -> str:
    """Lower-case host of ``url``; "" when it has none or cannot be read."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def parse_links(document: Document) -> tuple[Link, ...]:
    """Links with the words a visitor clicks on; scripted locations follow with no words."""
    found: dict[tuple[str, str], Link] = {}
    for element in document.named("a", "area"):
        if len(found) >= LINKS:
            break
        if url := document.absolute(element.get("href")):
            text = document.text_of(element, 200) or element.get("title")[:200] or element.get("aria-label")[:200]
            found.setdefault((url, text), Link(url, text))
    for url in _scripted(document):
        if len(found) < LINKS and not any(url == known for known, _ in found):
            found[(url, "")] = Link(url)
    return tuple(found.values())


def _scripted(document: Document) -> list[str]:
    sources = [
        document.script_text,
        *(element.get("onclick")[:1_000] for element in document.elements if "onclick" in element.attrs),
    ]
    matches = (match for source in sources for match in _LOCATION.findall(source))
    return list(dict.fromkeys(url for url in map(document.absolute, matches) if host_of(url)))[:50]


def parse_images(document: Document) -> tuple[Image, ...]:
    """Pictures in page order; lazily loaded ones by the address they will load. Inline data: pictures are left out."""
    found: dict[str, Image] = {}
    for element in document.named("img"):
        sources = (element.get(name) for name in ("data-src", "data-lazy-src", "data-original", "src"))
        source = next((value for value in sources if value and value[:5].lower() != "data:"), "")
        url = document.absolute(source)
        if url and len(found) < 1_000:
            found.setdefault(url, Image(url, element.get("alt")[:300]))
    return tuple(found.values())


def parse_script_hosts(document: Document) -> tuple[str, ...]:
    """Hosts that scripts are loaded from, the page's own among them."""
    urls = (document.absolute(element.get("src")) for element in document.named("script"))
    return tuple(dict.fromkeys(host for host in map(host_of, urls) if host))[: document.bounds.matches]


def parse_dress_hosts(document: Document) -> tuple[str, ...]:
    """Hosts of style sheets and icons, the page's own among them."""
    dress = (element for element in document.named("link") if _DRESSES & set(element.get("rel").lower().split()))
    hosts = dict.fromkeys(host_of(document.absolute(element.get("href"))) for element in dress)
    return tuple(host for host in hosts if host)[: document.bounds.matches]


def parse_frames(document: Document) -> tuple[str, ...]:
    """Addresses of frames."""
    urls = (document.absolute(element.get("src")) for element in document.named("iframe", "frame", "embed"))
    return tuple(dict.fromkeys(url for url in urls if url))[: document.bounds.matches]


def parse_canonical(document: Document) -> str:
    """The address that the page calls its own, or ""."""
    for element in document.named("link"):
        if element.get("rel").lower() == "canonical":
            return document.absolute(element.get("href"))
    return document.absolute(meta_content(document, "og:url"))


def parse_refresh(document: Document) -> str:
    """Where a meta refresh leads, absolute; "" when there is none or it only reloads."""
    target = refresh_target(meta_content(document, "refresh"))
    return document.absolute(target) if target else ""


def refresh_target(content: str) -> str:
    """Where a refresh leads, as it is written, or "" for a mere reload."""
    content = content[:4_000]
    found = _REFRESH.search(content) or _REFRESH_BARE.match(content)
    return found[1] if found else ""
