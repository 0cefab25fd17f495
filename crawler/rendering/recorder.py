"""Keeps every request that a page makes, with what came back, from the browser's network events."""

import asyncio
import base64
from collections import defaultdict
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlsplit

from crawler.bounds import Bounds
from crawler.egress.proxy import CheckingProxy, Fault
from crawler.rendering.session import BrowserError, DevtoolsSession, Json
from crawler.visit import Exchange

NOT_AWAITED = frozenset({"EventSource", "WebSocket", "Ping", "Media", "Prefetch", "Preflight", "CSPViolationReport"})
URL_CHARACTERS = 16_384
EVERYTHING = [{"urlPattern": "*://*:*/*", "block": True}]
LARGER = "larger than is kept"
BODY_SECONDS = 15.0  # a page whose script keeps it busy hands bodies out when that script has ended


@dataclass(slots=True)
class Record:
    """One request and what is known of its answer so far. ``hop`` counts the redirects before it."""

    url: str
    method: str
    resource: str
    started_at: datetime
    request_headers: Json
    request_body: bytes = b""
    hop: int = 0
    response: Json = field(default_factory=dict)
    body: bytes = b""
    pieces: list[bytes] | None = None  # of a document, as they come
    truncated: bool = False
    failure: str = ""
    ended: bool = False


class NetworkRecorder:
    """Attach it to a page's session. ``full`` says which bound was hit, if one was."""

    def __init__(self, bounds: Bounds) -> None:
        self.records: list[Record] = []
        self.full = ""
        self.changed_at = 0.0  # loop time of the last beginning or end
        self._bounds = bounds
        self._latest: dict[str, Record] = {}
        self._awaited: set[str] = set()
        self._sent: defaultdict[str, list[Json]] = defaultdict(list)
        self._received: defaultdict[str, list[Json]] = defaultdict(list)
        self._ids: dict[int, str] = {}
        self._kept = 0  # bytes of bodies
        self._bodies: dict[asyncio.Task[None], Record | None] = {}
        self._loop = asyncio.get_running_loop()

    @property
    def busy(self) -> int:
        """Requests under way that a settled page would not have."""
        return len(self._awaited)

    def attach(self, session: DevtoolsSession) -> None:
        """Listen to a session; it must also be told Network.enable."""
        session.on("Network.requestWillBeSent", lambda event: self._began(session, event))
        session.on("Network.requestWillBeSentExtraInfo", lambda event: self._extra(self._sent, event))
        session.on("Network.responseReceivedExtraInfo", lambda event: self._extra(self._received, event))
        session.on("Network.responseReceived", lambda event: self._answered(session, event))
        session.on("Network.dataReceived", lambda event: self._data(session, event))
        session.on("Network.loadingFinished", lambda event: self._finished(session, event))
        session.on("Network.loadingFailed", self._failed)

    def latest(self, request_id: str) -> Record | None:
        """The newest hop of a request."""
        return self._latest.get(request_id)

    def knows(self, url: str, method: str) -> bool:
        """Whether such a request was recorded."""
        return any(record.url == url[:URL_CHARACTERS] and record.method == method for record in self.records)

    def adopt(self, record: Record, request_id: str = "") -> None:
        """Add a record, which counts among the visit's requests."""
        self._ids[id(record)] = request_id
        self.records.append(record)

    # -- events

    def _began(self, session: DevtoolsSession, event: Json) -> None:
        request, request_id = event["request"], event["requestId"]
        former = self._latest.get(request_id)
        if former is not None and "redirectResponse" in event:
            former.response, former.ended = event["redirectResponse"], True
        if not request["url"].startswith(("http://", "https://")):
            return
        if len(self.records) >= self._bounds.render_requests:
            self._stop(session, f"more than {self._bounds.render_requests} requests")
            return
        record = Record(
            url=request["url"][:URL_CHARACTERS],
            method=request["method"],
            resource=event.get("type", "Other"),
            started_at=datetime.fromtimestamp(event["wallTime"], UTC),
            request_headers=request["headers"],
            request_body=request.get("postData", "").encode()[: self._bounds.resource_bytes],
            hop=former.hop + 1 if former is not None else 0,
        )
        self._latest[request_id] = record
        self.adopt(record, request_id)
        if record.resource not in NOT_AWAITED:
            self._awaited.add(request_id)
        self.changed_at = self._loop.time()

    def _extra(self, table: defaultdict[str, list[Json]], event: Json) -> None:
        request_id = event["requestId"]
        if event.get("statusCode") == 407:  # our own proxy's question, asked again with the answer
            self._sent[request_id] = self._sent[request_id][:-1]
        elif len(table[request_id]) <= self._bounds.redirects + 20:
            table[request_id].append(event)

    def _answered(self, session: DevtoolsSession, event: Json) -> None:
        record = self._latest.get(event["requestId"])
        if record is None:
            return
        record.response = event["response"]
        if record.resource == "Document" and not _bodiless(record):
            record.pieces = []
            self.start(self._stream(session, event["requestId"], record), record)

    def _data(self, session: DevtoolsSession, event: Json) -> None:
        if "data" not in event or (record := self._latest.get(event["requestId"])) is None:
            return
        whole = not record.truncated
        self._keep(record, base64.b64decode(event["data"]))
        if whole and record.truncated:  # a document: a browser that goes on with it soon does nothing else
            session.tell("Page.stopLoading")

    def _keep(self, record: Record, data: bytes) -> None:
        if record.pieces is None:
            return
        data = self.within_bounds(record, data, sum(map(len, record.pieces)))
        record.pieces.append(data)
        record.ended = record.ended or _is_all(record)  # a page that then leaves is not told to have ended

    def within_bounds(self, record: Record, data: bytes, before: int = 0) -> bytes:
        """The part of a body that is kept. Wire bytes are the proxy's to count; these are unpacked."""
        room = min(self._bounds.resource_bytes - before, self._bounds.render_bytes - self._kept)
        kept = data[: max(0, room)]
        self._kept += len(kept)
        if len(kept) < len(data):
            record.truncated, record.failure = True, LARGER
        return kept

    def _finished(self, session: DevtoolsSession, event: Json) -> None:
        request_id = event["requestId"]
        self._end(request_id)
        record = self._latest.get(request_id)
        if record is None:
            return
        record.ended = True
        if record.pieces is None:
            self.start(self._fetch_body(session, request_id, record), record)

    def start(self, work: Coroutine[None, None, None], record: Record | None = None) -> None:
        """Run ``work`` until it ends or the visit does; ``record``: whose body it fetches."""
        task = self._loop.create_task(work)
        self._bodies[task] = record
        task.add_done_callback(self._bodies.pop)

    def _failed(self, event: Json) -> None:
        self._end(event["requestId"])
        if (record := self._latest.get(event["requestId"])) is not None:
            record.ended = True
            record.failure = event.get("blockedReason") or event.get("errorText") or "failed"
            record.truncated = bool(record.response)

    def _end(self, request_id: str) -> None:
        self._awaited.discard(request_id)
        self.changed_at = self._loop.time()

    def _stop(self, session: DevtoolsSession, why: str) -> None:
        if not self.full:
            self.full = why
            session.tell("Network.setBlockedURLs", urlPatterns=EVERYTHING)
            session.tell("Page.stopLoading")

    async def _stream(self, session: DevtoolsSession, request_id: str, record: Record) -> None:
        """Documents come piece by piece: an endless one is kept in part, and one that moves on at once is not lost."""
        try:
            answer = await session.call("Network.streamResourceContent", BODY_SECONDS, requestId=request_id)
        except (BrowserError, TimeoutError):
            record.pieces = None
            await self._fetch_body(session, request_id, record)
            return
        early = base64.b64decode(answer["bufferedData"])
        if record.pieces is not None:
            record.pieces.insert(0, self.within_bounds(record, early, sum(map(len, record.pieces))))

    async def _fetch_body(self, session: DevtoolsSession, request_id: str, record: Record) -> None:
        """At once, because the browser forgets bodies when the page moves on."""
        try:
            answer = await session.call("Network.getResponseBody", BODY_SECONDS, requestId=request_id)
        except (BrowserError, TimeoutError) as error:
            if not _bodiless(record):
                record.truncated, record.failure = True, f"body not kept by the browser: {error}"[:200]
            return
        text: str = answer["body"]
        body = base64.b64decode(text) if answer["base64Encoded"] else text.encode("utf-8", "surrogatepass")
        record.body = self.within_bounds(record, body)

    # -- the result

    async def settle_bodies(self, seconds: float) -> None:
        """Wait for the bodies that are being fetched."""
        if self._bodies:
            await asyncio.wait(self._bodies, timeout=max(seconds, 0.001))

    def close(self) -> None:
        """Give up what is still being fetched, and say so of each body that is not whole for it."""
        for task, record in tuple(self._bodies.items()):
            task.cancel()
            if record is not None and not record.failure and not _bodiless(record):
                record.truncated, record.failure = True, "the visit ended before the browser gave the body"

    def exchanges(self, proxy: CheckingProxy) -> tuple[Exchange, ...]:
        """All requests in the order of their beginning, with the addresses that ``proxy`` dialled for them."""
        return tuple(self._exchange(record, proxy) for record in self.records)

    def _exchange(self, record: Record, proxy: CheckingProxy) -> Exchange:
        authority = authority_of(record.url)
        if (fault := proxy.faults.get(authority)) is not None and authority not in proxy.dialled:
            return _unreached(record, fault)
        request_id = self._ids[id(record)]
        sent, received = self._sent[request_id], self._received[request_id]
        sent_headers = sent[record.hop]["headers"] if record.hop < len(sent) else record.request_headers
        extra = received[record.hop] if record.hop < len(received) else {}
        response = record.response
        return Exchange(
            url=record.url,
            method=record.method,
            status=int(extra.get("statusCode") or response.get("status") or 0),
            reason=response.get("statusText", ""),
            protocol=_protocol(response.get("protocol", "")),
            started_at=record.started_at,
            request_headers=_pairs(sent_headers),
            response_headers=_received_headers(extra, response),
            request_body=record.request_body,
            body=record.body or b"".join(record.pieces or ()),
            body_decoded=True,
            address=proxy.dialled.get(authority, ""),
            resource=record.resource.lower(),
            truncated=record.truncated or (bool(response) and not record.ended),
            failure=record.failure or ("" if record.ended else "still under way when the visit ended"),
        )


def authority_of(url: str) -> str:
    """``host:port`` of an http address, "" of anything else."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    except ValueError:
        return ""
    return f"{f'[{host}]' if ':' in host else host}:{port}" if host and port else ""


def _unreached(record: Record, fault: Fault) -> Exchange:
    """What the browser took for an answer was our proxy's."""
    return Exchange(
        url=record.url,
        method=record.method,
        status=0,
        started_at=record.started_at,
        request_headers=_pairs(record.request_headers),
        request_body=record.request_body,
        body_decoded=True,
        resource=record.resource.lower(),
        failure=fault.reason,
    )


def _is_all(record: Record) -> bool:
    """Whether as much of a body has come as its head promised."""
    headers = {name.lower(): value for name, value in record.response.get("headers", {}).items()}
    came = str(sum(map(len, record.pieces or ())))
    return "content-encoding" not in headers and headers.get("content-length") == came


def _bodiless(record: Record) -> bool:
    return record.method == "HEAD" or record.response.get("status") in {101, 204, 205, 304}


def _protocol(name: str) -> str:
    return {"h2": "HTTP/2", "h3": "HTTP/3", "http/1.0": "HTTP/1.0"}.get(name, "HTTP/1.1")


def _received_headers(extra: Json, response: Json) -> tuple[tuple[str, str], ...]:
    """As they came over the wire where the browser kept that text; else in the browser's own order."""
    text: str = extra.get("headersText", "")
    if not text:
        return _pairs(extra.get("headers") or response.get("headers", {}))
    lines = text.split("\r\n")[1:]
    return tuple(
        (name.strip(), value.strip()) for line in lines for name, colon, value in [line.partition(":")] if colon
    )


def _pairs(headers: Json) -> tuple[tuple[str, str], ...]:
    """Without HTTP/2's pseudo-headers, which are no fields, and what was said to our own proxy."""
    return tuple(
        (name, part)
        for name, value in headers.items()
        if not name.startswith(":") and not name.lower().startswith("proxy-")
        for part in str(value).split("\n")
    )
