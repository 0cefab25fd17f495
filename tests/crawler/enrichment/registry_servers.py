"""An RDAP and a WHOIS server on loopback that answer as told: at once, slowly, for ever, or not at all."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace


@dataclass
class Reply:
    """``pause``: seconds before anything is said. ``endless``: the body again and again. ``drip``: a byte at a time."""

    body: bytes = b""
    status: int = 200
    content_type: str = "application/rdap+json"
    location: str = ""
    pause: float = 0.0
    endless: bool = False
    drip: bool = False


@dataclass
class Registry:
    """A running server; ``asked`` holds paths (RDAP) or questions (WHOIS) in order, ``heads`` whole heads (RDAP)."""

    port: int = 0
    asked: list[str] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"


Answering = Callable[[str], Reply]


@asynccontextmanager
async def rdap_server(answer: Answering, tls: ssl.SSLContext | None = None) -> AsyncIterator[Registry]:
    """``answer`` maps a path to a reply, in whose body ``{base}`` stands for this server's URL."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        path = head.split(b" ")[1].decode()
        registry.asked.append(path)
        registry.heads.append(head.decode())
        reply = answer(path)
        reply = replace(reply, body=reply.body.replace(b"{base}", f"http://{registry.address}".encode()))
        lines = [f"HTTP/1.1 {reply.status} X", f"Content-Type: {reply.content_type}", "Connection: close"]
        if reply.location:
            lines.append(f"Location: {reply.location}")
        if not reply.endless:
            lines.append(f"Content-Length: {len(reply.body)}")
        await _say(writer, reply, "\r\n".join([*lines, "", ""]).encode())

    registry = Registry()
    async with _listening(registry, serve, tls):
        yield registry


@asynccontextmanager
async def whois_server(answer: Answering) -> AsyncIterator[Registry]:
    """``answer`` maps a question to a reply."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        question = (await reader.readline()).decode().strip()
        registry.asked.append(question)
        await _say(writer, answer(question), b"")

    registry = Registry()
    async with _listening(registry, serve):
        yield registry


@asynccontextmanager
async def _listening(
    registry: Registry, serve: Callable[..., object], tls: ssl.SSLContext | None = None
) -> AsyncIterator[None]:
    tasks: set[asyncio.Task[object]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await serve(reader, writer)  # type: ignore[misc]
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the client left, or the test is over
        finally:
            writer.close()
            tasks.discard(task)

    server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls)
    registry.port = server.sockets[0].getsockname()[1]
    try:
        yield
    finally:
        server.close()
        for task in tuple(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _say(writer: asyncio.StreamWriter, reply: Reply, head: bytes) -> None:
    await asyncio.sleep(reply.pause)
    writer.write(head)
    if reply.drip:
        for byte in reply.body:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0.05)
    else:
        writer.write(reply.body)
    while reply.endless:
        writer.write(reply.body)
        await writer.drain()
    await writer.drain()
