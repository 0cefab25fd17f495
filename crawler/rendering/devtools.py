"""Speaks the DevTools protocol over two pipes: calls with deadlines, events by session, and a bound on messages."""

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any

Json = Mapping[str, Any]
Handler = Callable[[Json], None]

MESSAGE_BYTES = 160_000_000  # a 40 MB MHTML, escaped, with room


class DevtoolsError(Exception):
    """The browser answered with an error."""


class DevtoolsClosedError(DevtoolsError):
    """The browser is gone."""


class DevtoolsPipe(asyncio.Protocol):
    """One browser's connection. ``closed`` is set when it ends, for whatever reason."""

    def __init__(self) -> None:
        self.closed = asyncio.Event()
        self.reason = "the browser ended"
        self._buffer = bytearray()
        self._parts: list[bytes] = []
        self._held = 0
        self._writer: asyncio.WriteTransport | None = None
        self._reader: asyncio.ReadTransport | None = None
        self._calls: dict[int, asyncio.Future[Json]] = {}
        self._handlers: dict[tuple[str, str], Handler] = {}
        self._next = 0

    def start_writing(self, transport: asyncio.WriteTransport) -> None:
        """Where calls are written to."""
        self._writer = transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.ReadTransport)
        self._reader = transport

    def connection_lost(self, exc: Exception | None) -> None:
        self._end(str(exc) if exc else "the browser ended")

    def data_received(self, data: bytes) -> None:
        *messages, rest = data.split(b"\0")
        for message in messages:
            if self._parts:
                message, self._parts, self._held = b"".join((*self._parts, message)), [], 0
            self._receive(message)
        if rest:
            self._parts.append(rest)
            self._held += len(rest)
            if self._held > MESSAGE_BYTES:
                self._end(f"the browser sent a message over {MESSAGE_BYTES:,} bytes")

    def _receive(self, message: bytes) -> None:
        parsed: Json = json.loads(message)
        if (number := parsed.get("id")) is not None:
            future = self._calls.pop(number, None)
            if future is None or future.done():
                return
            if (error := parsed.get("error")) is not None:
                future.set_exception(DevtoolsError(str(error.get("message"))[:300]))
            else:
                future.set_result(parsed.get("result", {}))
            return
        handler = self._handlers.get((parsed.get("sessionId", ""), parsed["method"]))
        if handler is not None:
            handler(parsed["params"])

    def on(self, session: str, method: str, handler: Handler) -> None:
        """Call ``handler`` with the parameters of each such event; it must be quick and must not raise."""
        self._handlers[session, method] = handler

    def handler(self, session: str, method: str) -> Handler:
        """The handler of an event, to be wrapped by a second listener."""
        return self._handlers[session, method]

    def forget(self, session: str) -> None:
        """Drop a session's handlers."""
        for key in [key for key in self._handlers if key[0] == session]:
            del self._handlers[key]

    def send(self, session: str, method: str, params: Json) -> asyncio.Future[Json]:
        """Begin a call; the answer comes in the future."""
        future: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        if self.closed.is_set() or self._writer is None:
            future.set_exception(DevtoolsClosedError(self.reason))
            return future
        self._next += 1
        message = {"id": self._next, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        self._calls[self._next] = future
        self._writer.write(json.dumps(message).encode() + b"\0")
        return future

    def close(self) -> None:
        """Hang up."""
        self._end("closed by us")

    def _end(self, reason: str) -> None:
        if self.closed.is_set():
            return
        self.reason = reason
        self.closed.set()
        for transport in (self._reader, self._writer):
            if transport is not None:
                transport.close() if transport is self._reader else transport.abort()  # type: ignore[union-attr]
        calls, self._calls = self._calls, {}
        for future in calls.values():
            if not future.done():
                future.set_exception(DevtoolsClosedError(reason))
        self._handlers.clear()
        self._parts = []


class DevtoolsSession:
    """One target (or, with an empty id, the browser itself)."""

    def __init__(self, pipe: DevtoolsPipe, session_id: str = "") -> None:
        self.pipe = pipe
        self.id = session_id

    async def call(self, method: str, seconds: float, **params: Any) -> Json:
        """Raises TimeoutError after ``seconds``, DevtoolsError when the browser says no or is gone."""
        future = self.pipe.send(self.id, method, params)
        async with asyncio.timeout(max(seconds, 0.001)):
            return await future

    def tell(self, method: str, **params: Any) -> None:
        """Call without waiting; whatever the answer, nobody needs it."""
        self.pipe.send(self.id, method, params).add_done_callback(_noticed)

    def on(self, method: str, handler: Handler) -> None:
        """Have ``handler`` called with each such event of this session."""
        self.pipe.on(self.id, method, handler)


def _noticed(future: asyncio.Future[Json]) -> None:
    if not future.cancelled():
        future.exception()
