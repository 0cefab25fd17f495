"""Writes a WACZ 1.1.1 archive: stored WARCs with their index and page list, for replay in a browser."""

import hashlib
import json
import warnings
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import IO, Any, cast

from warcio.archiveiterator import ArchiveIterator

from crawler.evidence.recipe import dump_json

VERSION = "1.1.1"
MAX_TEXT = 100_000  # characters of a page's text in the page list
_EPOCH = (1980, 1, 1, 0, 0, 0)
_DIGITS_ONLY = {ord(mark): None for mark in "-:TZ."}


@dataclass(frozen=True, slots=True)
class WaczPage:
    """A page to be listed; ``date``: the WARC-Date of the response that is the page."""

    id: str
    url: str
    date: str
    title: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class WaczSource:
    """A WARC under a name of ours, and the page that it is about, if any."""

    name: str
    warc: bytes
    page: WaczPage | None


def write_wacz(out: IO[bytes], sources: Iterable[WaczSource], *, title: str, created: str) -> None:
    """Writes the archive to ``out``; one WARC is held in memory at a time. ``created``: ISO 8601 to the second, UTC.

    The same sources give the same bytes.
    """
    with zipfile.ZipFile(out, "w") as archive:
        package = _Package(archive)
        index: list[str] = []
        pages: list[WaczPage] = []
        for source in sources:
            package.add(f"archive/{source.name}", source.warc, zipfile.ZIP_STORED)
            index.extend(index_lines(source.warc, source.name))
            pages.extend([source.page] if source.page else [])
        package.add("indexes/index.cdx", "".join(sorted(index)).encode(), zipfile.ZIP_DEFLATED)
        package.add("pages/pages.jsonl", _page_list(pages), zipfile.ZIP_DEFLATED)
        package.close(title, created, pages[0] if pages else None)


def index_lines(warc: bytes, filename: str) -> Iterator[str]:
    """CDXJ lines of the records that can be shown: answers to GET, and the pictures of pages."""
    waiting: tuple[str, str] | None = None  # the last response: its id, and its line until its request is seen
    iterator = ArchiveIterator(BytesIO(warc))
    for record in iterator:
        headers = record.rec_headers
        if record.rec_type == "request" and waiting and headers.get_header("WARC-Concurrent-To") == waiting[0]:
            if record.http_headers and record.http_headers.protocol == "GET":
                yield waiting[1]
            waiting = None
        elif record.rec_type in {"response", "resource"}:
            fields = _fields(record)
            record.raw_stream.read()
            fields |= {
                "length": str(iterator.get_record_length()),
                "offset": str(iterator.get_record_offset()),
                "filename": filename,
            }
            line = _line(headers.get_header("WARC-Target-URI"), headers.get_header("WARC-Date"), fields)
            if record.rec_type == "resource":
                yield line
            else:
                waiting = headers.get_header("WARC-Record-ID"), line


def second_of(date: str) -> str:
    """A WARC-Date cut to the second."""
    return f"{date[:19]}Z"


class _Package:
    """Adds files to a zip and keeps the list that datapackage.json is made of."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._resources: list[dict[str, Any]] = []

    def add(self, path: str, data: bytes, compression: int) -> None:
        self._write(path, data, compression)
        digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
        name = path.rpartition("/")[2].lower()
        self._resources.append({"name": name, "path": path, "hash": digest, "bytes": len(data)})

    def close(self, title: str, created: str, main: WaczPage | None) -> None:
        package: dict[str, Any] = {
            "profile": "data-package",
            "wacz_version": VERSION,
            "title": title,
            "created": created,
            "software": "lachan",
            "resources": self._resources,
        }
        if main:
            package |= {"mainPageUrl": main.url, "mainPageDate": second_of(main.date)}
        data = dump_json(package)
        digest = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(data).hexdigest()}"}
        self._write("datapackage.json", data, zipfile.ZIP_DEFLATED)
        self._write("datapackage-digest.json", dump_json(digest), zipfile.ZIP_DEFLATED)

    def _write(self, path: str, data: bytes, compression: int) -> None:
        self._archive.writestr(fixed_entry(path, compression), data)


def fixed_entry(path: str, compression: int) -> zipfile.ZipInfo:
    """A zip entry without a clock or a user in it, so that the same content gives the same archive."""
    entry = zipfile.ZipInfo(path, _EPOCH)
    entry.compress_type, entry.create_system, entry.external_attr = compression, 3, 0o644 << 16
    return entry


def _page_list(pages: Iterable[WaczPage]) -> bytes:
    lines: list[dict[str, Any]] = [{"format": "json-pages-1.0", "id": "pages", "title": "Pages", "hasText": True}]
    lines.extend(
        {"id": page.id, "url": page.url, "title": page.title, "ts": second_of(page.date), "text": page.text[:MAX_TEXT]}
        for page in pages
    )
    return "".join(json.dumps(line) + "\n" for line in lines).encode()


def _fields(record: Any) -> dict[str, str]:
    head = record.http_headers
    content_type = (head or record.rec_headers).get_header("Content-Type") or ""
    return {
        "url": record.rec_headers.get_header("WARC-Target-URI"),
        "mime": content_type.partition(";")[0].strip() or "unk",
        "status": head.get_statuscode() if head else "200",
        "digest": record.rec_headers.get_header("WARC-Payload-Digest") or "-",
    }


def _line(url: str, date: str, fields: dict[str, str]) -> str:
    return f"{_key(url)} {date[:19].translate(_DIGITS_ONLY)} {json.dumps(fields)}\n"


def _key(url: str) -> str:
    """The key under which replay tools look a URL up; never raises, whatever the URL."""
    if not url.startswith(("http:", "https:")):
        return url.lower().replace(" ", "%20")
    try:
        return str(_sort_key()(url)).replace(" ", "%20")
    except (ValueError, UnicodeError, IndexError, TypeError, AttributeError):
        return url.lower().replace(" ", "%20")


@cache
def _sort_key() -> Callable[[str], str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)  # its source has old escapes, which Python tells once
        warnings.simplefilter("ignore", DeprecationWarning)
        from surt import surt
    return cast(Callable[[str], str], surt)
