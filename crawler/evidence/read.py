"""Reads a sealed visit back: the document, its address and its pictures, so that new rules can judge old evidence."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from crawler.bounds import DEFAULT_BOUNDS, Bounds
from crawler.codings import decode_content
from crawler.errors import EvidenceError
from crawler.evidence.head import safe_url
from crawler.evidence.warc import WarcRecord
from crawler.parsing.emblems import is_emblem_address
from storage.artifacts import ArtifactStore
from storage.models import ObservationFile

ICON = "icon"  # the resource of a site's icon, which is fetched beside a visit (``crawler/site_icon.py``)
QR_WORDS = ("qr", "chuyen-khoan", "chuyenkhoan", "thanh-toan", "thanhtoan", "payment", "bank", "stk", "momo")


@dataclass(frozen=True, slots=True)
class ReadBack:
    """What was seen. ``html``: the rendered DOM where there is one, else the response as a browser would decode it;
    empty where the visit brought no document. ``images``: likely payment codes first, within bounds."""

    html: bytes = field(repr=False)
    content_type: str
    url: str
    status: int
    observed_at: datetime
    vantage: str
    images: dict[str, bytes] = field(default_factory=dict, repr=False)
    recognised: str = field(default="", repr=False)  # what OCR had read in the screenshot


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """One record of a stored WARC. ``wire``: its payload as it came, under ``coding``."""

    record: WarcRecord
    content_type: str
    resource: str  # document, image, script ... as the visit had noted
    date: str  # the WARC-Date
    coding: str
    limit: int  # of bytes in ``body``
    wire: bytes = field(repr=False)

    @property
    def body(self) -> bytes:
        """The content, unpacked at each call; as it came where the page names a coding that nobody here can read."""
        try:
            # Not by warcio: its readers unpack a block of input whole, which a Brotli bomb turns into gigabytes.
            return decode_content(self.wire, self.coding, self.limit)
        except ValueError:
            return self.wire[: self.limit]  # the header is the page's word; it must not make evidence unreadable


def read_back(store: ArtifactStore, files: Sequence[ObservationFile], bounds: Bounds = DEFAULT_BOUNDS) -> ReadBack:
    """The sealed visit whose rows are ``files``, every byte checked against its digest.

    Raises StorageError where a file is missing or altered, EvidenceError where it cannot be read.
    """
    digests = {file.name: file.digest for file in files}
    recipe = load_recipe(store, digests)
    warc = store.get(digests["response.warc.gz"]) if "response.warc.gz" in digests else b""
    responses = list(read_responses(warc, bounds, kinds={"document", "image", ICON}))
    html, content_type = b"", str(recipe.get("content_type", ""))
    recognised = store.get(digests["recognised.txt"]) if "recognised.txt" in digests else b""
    if "dom.html" in digests:
        html, content_type = store.get(digests["dom.html"])[: bounds.dom_bytes], "text/html; charset=utf-8"
    elif main := main_response(responses, str(recipe["final_url"])):
        html, content_type = main.body, main.content_type
    icons = [(each.record.url, each.body) for each in responses if each.resource == ICON]
    return ReadBack(
        html=html,
        content_type=content_type,
        url=str(recipe["final_url"]),
        status=int(recipe["status"]),
        observed_at=datetime.fromisoformat(str(recipe["started_at"])),
        vantage=str(recipe["vantage"]["name"]),
        images=choose_images(
            ((each.record.url, each.body) for each in responses if each.resource == "image"), bounds, icons
        ),
        recognised=recognised[: bounds.text_characters].decode("utf-8", "replace"),
    )


def load_recipe(store: ArtifactStore, digests: dict[str, str]) -> dict[str, Any]:
    """The content of ``visit.json``. Raises StorageError, or EvidenceError where there is none."""
    if "visit.json" not in digests:
        raise EvidenceError("the sealed visit has no visit.json; run `lachan evidence verify`")
    try:
        recipe = json.loads(store.get(digests["visit.json"]))
        if not {"final_url", "status", "started_at", "vantage"} <= recipe.keys():
            raise ValueError("fields are missing")
    except (ValueError, AttributeError) as error:
        raise EvidenceError(f"visit.json {digests['visit.json']} is not a visit's recipe: {error}") from error
    return dict(recipe)


def choose_images(
    images: Iterable[tuple[str, bytes]], bounds: Bounds = DEFAULT_BOUNDS, icons: Iterable[tuple[str, bytes]] = ()
) -> dict[str, bytes]:
    """Pictures small enough to look into: likely payment codes, then icons and logos, at most ``images_per_page``."""
    ranked = [*((1, *icon) for icon in icons), *((_rank(url), url, body) for url, body in images)]
    fit = [(rank, url, body) for rank, url, body in ranked if body and len(body) <= bounds.image_bytes]
    fit.sort(key=lambda image: image[0])
    return {url: body for _, url, body in fit[: bounds.images_per_page]}


def _rank(url: str) -> int:
    if any(word in url.lower() for word in QR_WORDS):
        return 0
    return 1 if is_emblem_address(url) else 2


def main_response(responses: Sequence[StoredResponse], final_url: str) -> StoredResponse | None:
    """The response that is the page: the last document at the final URL, else the last document."""
    documents = [each for each in responses if each.resource == "document" and not 300 <= each.record.status < 400]
    wanted = safe_url(final_url)
    return next(
        (each for each in reversed(documents) if each.record.url == wanted), documents[-1] if documents else None
    )


def read_responses(
    warc: bytes, bounds: Bounds = DEFAULT_BOUNDS, kinds: Iterable[str] | None = None
) -> Iterator[StoredResponse]:
    """The responses of a stored WARC in order, of the given resource kinds; bodies end at ``bounds.body_bytes``.

    Raises EvidenceError where the file cannot be read; nothing that a page sends makes it so.
    """
    wanted = None if kinds is None else set(kinds)
    stream = BytesIO(warc)
    iterator = ArchiveIterator(stream)
    try:
        for record in iterator:
            resource = record.rec_headers.get_header("WARC-Resource-Type", "document")
            if record.rec_type == "response" and (wanted is None or resource in wanted):
                yield _stored(record, iterator, resource, bounds)
    except (ArchiveLoadFailed, EOFError) as error:
        raise EvidenceError(f"the stored WARC cannot be read: {error}") from error


def _stored(record: Any, iterator: ArchiveIterator, resource: str, bounds: Bounds) -> StoredResponse:
    head, headers = record.http_headers, record.rec_headers
    content_type = head.get_header("Content-Type", "") if head else ""
    date = headers.get_header("WARC-Date")
    wire = record.raw_stream.read()  # before the record's length is asked for, which skips what is unread
    told = WarcRecord(
        url=headers.get_header("WARC-Target-URI"),
        offset=iterator.get_record_offset(),
        length=iterator.get_record_length(),
        status=int(head.get_statuscode()) if head and head.get_statuscode().isdecimal() else 0,
        mime=content_type.partition(";")[0].strip().lower(),
        digest=headers.get_header("WARC-Payload-Digest", ""),
        timestamp=date[:19].translate(_DIGITS_ONLY),
        kind="response",
    )
    coding = head.get_header("Content-Encoding", "") if head else ""
    return StoredResponse(told, content_type, resource, date, coding, bounds.body_bytes, wire)


_DIGITS_ONLY = {ord(mark): None for mark in "-:TZ."}
