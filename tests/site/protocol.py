"""HTTP/1.1 by hand, just enough for a browser and a crawler: keep-alive, pipelining, delays and broken endings."""

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import unquote

from tests.site.behaviours import Reply, Request

HEAD_LIMIT = 64_000
_REASONS = {status.value: status.phrase for status in HTTPStatus}


class WebProtocol(asyncio.Protocol):
    """One connection. ``answer`` decides; ``quick`` may know a whole answer by host and target already."""

    def __init__(
        self,
        scheme: str,
        answer: Callable[[Request], Reply],
        quick: Callable[[bytes, bytes], bytes | None],
        connections: set["WebProtocol"],
    ) -> None:
        self._scheme = scheme
        self._answer = answer
        self._quick = quick
        self._connections = connections
        self._buffer = b""
        self._busy = False
        self._gone = False
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._gone = True
        self._connections.discard(self)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._pump()

    def _pump(self) -> None:
        while not self._busy and not self._gone and (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            if not self._one(end):
                return
        if len(self._buffer) > HEAD_LIMIT and b"\r\n\r\n" not in self._buffer:
            self.close()

    def _one(self, end: int) -> bool:
        """Answer the request whose head ends at ``end``; False when its body has not come yet."""
        assert self._transport is not None
        head, rest = self._buffer[:end], self._buffer[end + 4 :]
        line, _, fields = head.partition(b"\r\n")
        method, _, target = line.partition(b" ")
        target = target.rpartition(b" ")[0]
        if method == b"GET" and (ready := self._quick(_host(fields), target)) is not None:
            self._buffer = rest
            self._transport.write(ready)
            return True
        headers = _headers(fields)
        length = int(headers.get("content-length", "0") or 0)
        if len(rest) < length:
            return False
        self._buffer = rest[length:]
        path, _, query = target.decode("latin-1").partition("?")
        host = headers.get("host", "").partition(":")[0].lower()
        request = Request(method.decode("latin-1"), self._scheme, host, unquote(path), query, headers, rest[:length])
        self._send(self._answer(request), keep=headers.get("connection", "").lower() != "close", request=request)
        return True

    def _send(self, reply: Reply, keep: bool, request: Request) -> None:
        if reply.delay:
            self._busy = True
            asyncio.get_running_loop().call_later(reply.delay, self._write, reply, keep, request)
        else:
            self._write(reply, keep, request)

    def _write(self, reply: Reply, keep: bool, request: Request) -> None:
        if self._gone or self._transport is None:
            return
        body = b"" if request.method == "HEAD" else reply.body
        self._transport.write(head_bytes(reply, keep))
        if reply.drip and body:
            self._busy = True
            self._drip(body, 0, reply.drip)
            return
        self._transport.write(body if reply.cut is None else body[: reply.cut])
        if reply.cut is not None or not keep:
            self._gone = True
            self._transport.close()
            return
        if self._busy:
            self._busy = False
            self._pump()

    def _drip(self, body: bytes, position: int, seconds: float) -> None:
        if self._gone or self._transport is None:
            return
        self._transport.write(body[position : position + 1])
        if position + 1 < len(body):
            asyncio.get_running_loop().call_later(seconds, self._drip, body, position + 1, seconds)
        else:
            self._transport.close()


def head_bytes(reply: Reply, keep: bool = True) -> bytes:
    """Status line and headers of ``reply``; the length promised is that of the whole body."""
    lines = [
        f"HTTP/1.1 {reply.status} {_REASONS.get(reply.status, 'Unknown')}",
        f"Content-Type: {reply.content_type}",
        f"Content-Length: {len(reply.body)}",
        f"Connection: {'keep-alive' if keep else 'close'}",
        *(f"{name}: {value}" for name, value in reply.headers),
    ]
    return "\r\n".join(lines).encode("utf-8") + b"\r\n\r\n"


def _host(fields: bytes) -> bytes:
    """The Host header's name without its port, as sent."""
    if fields[:6].lower() == b"host: ":
        start = 6
    else:
        start = fields.lower().find(b"\r\nhost: ") + 8
        if start == 7:
            return b""
    end = fields.find(b"\r\n", start)
    return fields[start : end if end >= 0 else len(fields)].partition(b":")[0]


def _headers(fields: bytes) -> dict[str, str]:
    pairs = (line.partition(b":") for line in fields.split(b"\r\n") if line)
    return {name.decode("latin-1").lower(): value.decode("latin-1").strip() for name, _, value in pairs}
