"""The files of one site as they are served: pages in the site's own layout, assets as they are, pictures drawn."""

import re
from pathlib import Path

from tests.site.artwork import draw
from tests.site.behaviours import Document
from tests.site.catalogue import Site

LAYOUT = "_layout.html"
_MARK = re.compile(r"\A<!--layout:(.*?)-->\n?")
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".txt": "text/plain; charset=utf-8",
    ".xml": "application/xml; charset=utf-8",
    ".apk": "application/vnd.android.package-archive",
}


def load_documents(site: Site) -> dict[str, Document]:
    """Documents by path: ``/lien-he.html`` is also ``/lien-he`` and ``/lien-he/``; ``x/index.html`` is ``/x/``."""
    found: dict[str, Document] = {}
    for path in sorted(site.folder.rglob("*")):
        if not path.is_file() or path.name.startswith("_") or path.name == "site.toml":
            continue
        document = Document(_body(site, path), _TYPES[path.suffix])
        for name in _names(path.relative_to(site.folder).as_posix()):
            found[name] = document
    for picture in site.pictures:
        found[picture.path] = Document(*draw(picture))
    if site.robots:
        found["/robots.txt"] = Document(site.robots.encode(), _TYPES[".txt"])
    return found


def _body(site: Site, path: Path) -> bytes:
    text = path.read_bytes()
    if path.suffix != ".html":
        return text
    page = text.decode("utf-8")
    if not (mark := _MARK.match(page)):
        return text
    layout = (site.folder / LAYOUT).read_text(encoding="utf-8")
    return layout.replace("{{title}}", mark[1]).replace("{{content}}", page[mark.end() :]).encode()


def _names(relative: str) -> tuple[str, ...]:
    plain = "/" + relative
    if not relative.endswith(".html"):
        return (plain,)
    stem = plain.removesuffix(".html")
    if stem == "/index":
        return ("/", plain)
    if stem.endswith("/index"):
        stem = stem.removesuffix("/index")
    return (plain, stem, stem + "/")
