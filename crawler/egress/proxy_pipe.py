"""The two ends of a proxied connection: bytes pass from one to the other, each held back for a slow reader."""

import asyncio
from typing import Protocol

from crawler.egress.proxy_head import ProxyHead
from crawler.egress.tls_hello import offers_pages

HEAD_BYTES = 65_536
MARK = "Lachan-Answer"  # the header that tells an answer of our proxy's from a site's; its value is no site's to know
_REASONS = {400: "Bad Request", 403: "Forbidden", 407: "Proxy Authentication Required", 502: "Bad Gateway"}


class Pipe(asyncio.Protocol):
    """One end; ``peer`` is the other once both are open."""

    transport: asyncio.Transport | None = None
    peer: "Pipe | None" = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def send(self, data: bytes) -> None:
        """Pass bytes on to whoever is at this end."""
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(data)

    def abort(self) -> None:
        """Cut this end and the other."""
        for end in (self, self.peer):
            if end is not None and end.transport is not None:
                end.transport.abort()

    def finish(self) -> None:
        """Close this end when what was written has gone out."""
        if self.transport is not None:
            self.transport.close()

    def pause_writing(self) -> None:
        """This end reads slowly: stop listening to the other."""
        if self.peer is not None and self.peer.transport is not None and not self.peer.transport.is_closing():
            self.peer.transport.pause_reading()

    def resume_writing(self) -> None:
        """This end has caught up."""
        if self.peer is not None and self.peer.transport is not None and not self.peer.transport.is_closing():
            self.peer.transport.resume_reading()


class JudgesRequests(Protocol):
    """The proxy, as far as its pipes know it. ``fenced``: no socket may begin; ``mark``: what its own answers bear."""

    fenced: bool
    mark: str

    def keep_back(self) -> None:
        """A socket met the fence."""
        ...

    def opened(self, pipe: "ClientPipe") -> bool:
        """Whether one more connection is taken."""
        ...

    def gone(self, pipe: "ClientPipe") -> None:
        """A connection ended."""
        ...

    def count(self, received: int) -> bool:
        """Add bytes from upstream; False once no more may pass."""
        ...

    def count_sent(self, sent: int) -> bool:
        """The same for bytes of the page's."""
        ...

    def attend(self, pipe: "ClientPipe", head: bytes) -> None:
        """Judge and serve one request head, without waiting for it."""
        ...


class ClientPipe(Pipe):
    """The browser's end: reads request heads until a tunnel is open, then only passes bytes."""

    def __init__(self, proxy: "JudgesRequests") -> None:
        self._proxy = proxy
        self._buffer = bytearray()
        self._raw = False  # a tunnel, or upgraded
        self._vetted = True  # what begins in the tunnel has been looked at, as far as anybody wants to
        self._body_left = 0
        self._busy = False
        self.leads_to = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        if not self._proxy.opened(self):
            transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._proxy.gone(self)
        if self.peer is not None:
            self.peer.finish()

    def data_received(self, data: bytes) -> None:
        if not self._proxy.count_sent(len(data)):
            return
        if self._raw and self._vetted and self.peer is not None:
            self.peer.send(data)
            return
        self._buffer += data
        if self._raw:
            self._vet()
        else:
            self._advance()

    def _advance(self) -> None:
        """Pass on what is left of a body; then the next head, one at a time, goes to the proxy to be judged."""
        if self._body_left and self.peer is not None:
            part = bytes(self._buffer[: self._body_left])
            del self._buffer[: len(part)]
            self._body_left -= len(part)
            self.peer.send(part)
        if self._busy or self._body_left or not self._buffer:
            self._hold_back()
            return
        end = self._buffer.find(b"\r\n\r\n", 0, HEAD_BYTES)
        if end >= 0:
            head = bytes(self._buffer[: end + 4])
            del self._buffer[: end + 4]
            self._busy = True
            self._proxy.attend(self, head)
        elif len(self._buffer) >= HEAD_BYTES:
            self.answer(400, "the head is too long")

    def _hold_back(self) -> None:
        if self._busy and len(self._buffer) > HEAD_BYTES and self.transport is not None:
            self.transport.pause_reading()

    def join(self, upstream: "UpstreamPipe", head: ProxyHead) -> None:
        """The destination is reached: begin to pass bytes."""
        if self.transport is None or self.transport.is_closing():
            upstream.abort()
            return
        former, self.peer, self.leads_to = self.peer, upstream, head.authority
        if former is not None:
            former.peer = None
            former.finish()
        if head.tunnel:
            self.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
            self._vetted = not self._proxy.fenced
            self._pass_everything()
        else:
            self.forward(head)

    def forward(self, head: ProxyHead) -> None:
        """Send a plain request on."""
        assert self.peer is not None
        self.peer.send(head.origin)
        if head.upgrade:
            self._pass_everything()
            return
        self._body_left = head.body_bytes
        self._go_on()

    def _pass_everything(self) -> None:
        assert self.peer is not None
        self._raw = True
        if self._vetted:
            self._empty()
        else:
            self._vet()
        self._go_on()

    def _vet(self) -> None:
        """Behind the fence a tunnel is for pages: one that begins otherwise is cut before a byte of it has passed."""
        verdict = offers_pages(bytes(self._buffer))
        if verdict:
            self._vetted = True
            self._empty()
        elif verdict is False:
            self._proxy.keep_back()
            self._buffer.clear()
            self.abort()

    def _empty(self) -> None:
        assert self.peer is not None
        self.peer.send(bytes(self._buffer))
        self._buffer.clear()

    def _go_on(self) -> None:
        self._busy = False
        if self.transport is not None and not self.transport.is_closing():
            self.transport.resume_reading()
        if not self._raw:
            self._advance()

    def answer(self, status: int, reason: str) -> None:
        """The proxy's own answer, which ends the connection."""
        text = reason.encode("ascii", "replace")[:300]
        challenge = b'Proxy-Authenticate: Basic realm="checked"\r\n' if status == 407 else b""
        line = f"HTTP/1.1 {status} {_REASONS[status]}\r\n".encode()
        self.send(
            line
            + challenge
            + f"{MARK}: {self._proxy.mark}\r\n".encode()
            + b"Content-Type: text/plain\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(text)
            + text
        )
        self.finish()


class UpstreamPipe(Pipe):
    """The site's end."""

    def __init__(self, proxy: "JudgesRequests", client: ClientPipe, authority: str) -> None:
        self._proxy = proxy
        self.peer = client
        self.authority = authority

    def data_received(self, data: bytes) -> None:
        if self._proxy.count(len(data)) and self.peer is not None:
            self.peer.send(data)

    def connection_lost(self, exc: Exception | None) -> None:
        if self.peer is None:
            return
        if exc is not None and self.peer.transport is not None:
            self.peer.transport.abort()  # cut off is not the same as ended
        else:
            self.peer.finish()
