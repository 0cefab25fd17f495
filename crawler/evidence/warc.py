"""One visit as a WARC/1.1 file: every exchange, the page's picture and its rendered tree, a gzip member a record."""

import hashlib
import ipaddress
import uuid
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from urllib.parse import urlsplit

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.evidence.head import coding_of, is_short, mime_of, request_head, response_head, safe_url, safe_value
from crawler.visit import Exchange, Visit

MAX_URL = 32_768  # characters; longer ones (mostly data in a query) are left out and named
SOFTWARE = "lachan/1"
SCREENSHOT_URN = "urn:fullPage:"
DOM_URN = "urn:dom:"

_PACKED = ("image/jpeg", "image/png", "image/webp", "image/gif", "image/avif", "video/", "audio/", "font/woff")
_NAMESPACE = uuid.UUID("6f1a6d4e-3c0e-5a53-9c1b-2f1a4d1c7e60")


@dataclass(frozen=True, slots=True)
class WarcRecord:
    """Where a record lies (offset and length in bytes of the compressed file) and what it holds.

    ``status``: of a response, else 0. ``digest``: ``sha256:`` and the hexadecimal digest of the payload as stored.
    ``timestamp``: 14 digits, UTC. ``kind``: the WARC-Type.
    """

    url: str
    offset: int
    length: int
    status: int
    mime: str
    digest: str
    timestamp: str
    kind: str


@dataclass(frozen=True, slots=True)
class WarcFile:
    """``skipped`` names each exchange that is no record, with the reason."""

    data: bytes
    records: tuple[WarcRecord, ...]
    skipped: tuple[tuple[str, str], ...] = ()


def write_warc(visit: Visit) -> WarcFile:
    """The visit's exchanges, picture and DOM. The same visit always gives the same bytes.

    Costs CPU (compression, digests) and holds the file in memory: call it in a thread.
    """
    writer = _Writer(visit)
    writer.write_info()
    skipped = []
    for exchange in visit.exchanges:
        reason = _unfit(exchange)
        if reason:
            skipped.append((exchange.url[:500], reason))
        else:
            writer.write_exchange(exchange)
    writer.write_captures()
    return WarcFile(b"".join(writer.parts), tuple(writer.records), tuple(skipped))


def warc_date(moment: datetime) -> str:
    """A WARC-Date: UTC, microseconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@dataclass(frozen=True, slots=True)
class _Block:
    """A record to be written; ``head`` is the HTTP head where the record has one."""

    kind: str
    url: str
    at: datetime
    payload: bytes
    content_type: str
    mime: str
    head: bytes = b""
    status: int = 0
    packed: bool = False
    extra: tuple[tuple[str, str], ...] = ()


class _Head(StatusAndHeaders):  # type: ignore[misc]
    """An HTTP head that is written as the bytes it is, where warcio would percent-encode what is not ASCII."""

    def __init__(self, raw: bytes) -> None:
        super().__init__("-", [])
        self._raw = raw

    def to_ascii_bytes(self, filter_func: object = None) -> bytes:
        return self._raw


class _Writer:
    def __init__(self, visit: Visit) -> None:
        self.parts: list[bytes] = []
        self.records: list[WarcRecord] = []
        self._visit = visit
        self._size = 0
        self._buffer = BytesIO()
        self._warc = WARCWriter(self._buffer, gzip=False, warc_version="1.1")
        self._seed = safe_value(f"{visit.requested_url}\n{visit.vantage.name}\n{warc_date(visit.started_at)}")
        self._main = ""  # the id of the record that the captures stem from

    def write_info(self) -> None:
        visit = self._visit
        fields = {
            "software": SOFTWARE,
            "format": "WARC File Format 1.1",
            "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
            "http-header-user-agent": visit.vantage.user_agent,
            "robots": visit.robots,
            "description": f"one visit, vantage {visit.vantage.name}",
        }
        text = "".join(f"{name}: {safe_value(value)[:1000]}\r\n" for name, value in fields.items() if value)
        block = _Block("warcinfo", "", visit.started_at, text.encode("utf-8", "replace"), "application/warc-fields", "")
        self._write(block)

    def write_exchange(self, exchange: Exchange) -> None:
        """The response and then its request; or the request and why no response came."""
        url, extra = safe_url(exchange.url), tuple(_extra_headers(exchange))
        answer = _response(exchange, url, extra) if exchange.status else _failure(exchange, url, extra)
        answered = self._write(answer)
        if exchange.status and not 300 <= exchange.status < 400 and exchange.resource == "document":
            self._main = self._main if url != safe_url(self._visit.final_url) and self._main else answered
        link = (("WARC-Concurrent-To", answered),)
        body, head = exchange.request_body, request_head(exchange)
        mime = mime_of(exchange.request_headers, "")
        http = "application/http; msgtype=request"
        self._write(_Block("request", url, exchange.started_at, body, http, mime, head, extra=link))

    def write_captures(self) -> None:
        visit, url = self._visit, safe_url(self._visit.final_url or self._visit.requested_url)
        origin = (("WARC-Refers-To", self._main),) if self._main else ()
        if visit.screenshot:
            kind = visit.screenshot_type
            shot = _Block(
                "resource", SCREENSHOT_URN + url, visit.finished_at, visit.screenshot, kind, kind, packed=True
            )
            self._write(shot)
        if visit.dom:
            kind = "text/html"
            self._write(_Block("conversion", DOM_URN + url, visit.finished_at, visit.dom, kind, kind, extra=origin))

    def _write(self, block: _Block) -> str:
        identity = f"<urn:uuid:{uuid.uuid5(_NAMESPACE, f'{self._seed} {len(self.records)}')}>"
        payload = f"sha256:{hashlib.sha256(block.payload).hexdigest()}"
        member = _deflate(self._plain(block, identity, payload), 0 if block.packed else 6)
        timestamp = warc_date(block.at)[:19].translate(_DIGITS_ONLY)
        self.records.append(
            WarcRecord(block.url, self._size, len(member), block.status, block.mime, payload, timestamp, block.kind)
        )
        self.parts.append(member)
        self._size += len(member)
        return identity

    def _plain(self, block: _Block, identity: str, payload: str) -> bytes:
        whole = hashlib.sha256(block.head)
        whole.update(block.payload)
        headers = {
            "WARC-Record-ID": identity,
            "WARC-Date": warc_date(block.at),
            "WARC-Block-Digest": f"sha256:{whole.hexdigest()}",
            **({} if block.kind == "warcinfo" else {"WARC-Payload-Digest": payload}),
            **dict(block.extra),
        }
        record = self._warc.create_warc_record(
            block.url,
            block.kind,
            payload=BytesIO(block.payload),
            length=len(block.payload),
            warc_content_type=block.content_type,
            warc_headers_dict=headers,
            http_headers=_Head(block.head) if block.head else None,
        )
        self._buffer.seek(0)
        self._buffer.truncate()
        self._warc.write_record(record)
        return self._buffer.getvalue()


_DIGITS_ONLY = {ord(mark): None for mark in "-:TZ."}


def _response(exchange: Exchange, url: str, extra: tuple[tuple[str, str], ...]) -> _Block:
    mime = mime_of(exchange.response_headers)
    return _Block(
        kind="response",
        url=url,
        at=exchange.started_at,
        payload=exchange.body,
        content_type="application/http; msgtype=response",
        mime=mime,
        head=response_head(exchange),
        status=exchange.status,
        packed=mime.startswith(_PACKED) or bool(coding_of(exchange)),
        extra=extra,
    )


def _failure(exchange: Exchange, url: str, extra: tuple[tuple[str, str], ...]) -> _Block:
    text = f"outcome: no response\r\nfailure: {safe_value(exchange.failure or 'unknown')[:1000]}\r\n"
    payload, kind = text.encode("utf-8", "replace"), "application/warc-fields"
    return _Block("metadata", url, exchange.started_at, payload, kind, kind, extra=extra)


def _extra_headers(exchange: Exchange) -> Iterator[tuple[str, str]]:
    address = _address(exchange.address)
    if address:
        yield "WARC-IP-Address", address
    if exchange.status and exchange.protocol:
        yield "WARC-Protocol", safe_value(exchange.protocol.lower().replace("http/2", "h2"))[:20]
    if exchange.status and is_short(exchange):
        yield "WARC-Truncated", "unspecified"
    if exchange.resource:
        yield "WARC-Resource-Type", safe_value(exchange.resource)[:40]


def _address(text: str) -> str:
    """The bare IP of ``ip:port`` or ``[ip]:port``; "" where it is none."""
    bare = text[1:].partition("]")[0] if text.startswith("[") else text
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        return str(ipaddress.ip_address(bare))
    except ValueError:
        return ""


def _unfit(exchange: Exchange) -> str:
    if len(exchange.url) > MAX_URL:
        return f"URL of {len(exchange.url)} characters"
    try:
        parts = urlsplit(exchange.url)
    except ValueError as error:
        return f"not a URL: {error}"
    return "" if parts.scheme in {"http", "https"} and parts.netloc else "not http or https"


def _deflate(data: bytes, level: int) -> bytes:
    # warcio's own gzip is fixed at level 9: three times the CPU for one percent of space.
    packer = zlib.compressobj(level, zlib.DEFLATED, zlib.MAX_WBITS + 16)
    return packer.compress(data) + packer.flush()
