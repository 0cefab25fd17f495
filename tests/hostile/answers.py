"""What the hostile server may say: whole pages, raw bytes, endless streams, silence, resets."""

import socket
import struct
import time
from collections.abc import Callable
from itertools import repeat

from tests.hostile.scene import Scene

Answer = Callable[[socket.socket, Scene], None]

WORDS = "<p>Xin chào, đây là trang giới thiệu của một cửa hàng nhỏ, mở cửa từ tám giờ sáng. " * 8
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
PATIENCE = 60.0  # then even a hostile server lets go


def html(body: str, status: str = "200 OK", *headers: str, kind: str = "text/html; charset=utf-8") -> Answer:
    """A whole answer of ``body`` with the canaries' addresses filled in."""
    return data(body, status, *headers, kind=kind)


def data(body: str | bytes, status: str = "200 OK", *headers: str, kind: str = "text/html; charset=utf-8") -> Answer:
    """The same for text or bytes."""

    def send(connection: socket.socket, scene: Scene) -> None:
        content = scene.fill(body).encode("utf-8", "surrogatepass") if isinstance(body, str) else body
        lines = [f"HTTP/1.1 {status}", *([f"Content-Type: {kind}"] if kind else []), *map(scene.fill, headers)]
        lines += [f"Content-Length: {len(content)}", "Connection: close"]
        connection.sendall("\r\n".join(lines).encode("utf-8") + b"\r\n\r\n" + content)

    return send


def page(body: str, **more: str) -> Answer:
    """An ordinary page with words enough to be one, and ``body`` behind them."""
    return html(f"<!doctype html><html lang=vi><title>Trang thử</title>{WORDS}{body}", **more)


def late(answer: Answer, seconds: float) -> Answer:
    """``answer``, after ``seconds`` of silence."""

    def send(connection: socket.socket, scene: Scene) -> None:
        time.sleep(seconds)
        answer(connection, scene)

    return send


def redirect(to: str, status: str = "302 Found") -> Answer:
    """A Location to elsewhere."""
    return html("", status, f"Location: {to}")


def raw(*pieces: bytes, pause: float = 0.0, linger: float = 0.0) -> Answer:
    """Exactly these bytes, then the end, after ``linger`` seconds."""

    def send(connection: socket.socket, scene: Scene) -> None:
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(pause)
        time.sleep(linger)

    return send


def endless(head: bytes, piece: bytes, pause: float = 0.0) -> Answer:
    """``head``, then ``piece`` again and again."""

    def send(connection: socket.socket, scene: Scene) -> None:
        connection.sendall(head)
        until = time.monotonic() + PATIENCE
        for each in repeat(piece):
            connection.sendall(each)
            time.sleep(pause)
            if time.monotonic() > until:
                return

    return send


def silence(connection: socket.socket, scene: Scene) -> None:
    """Takes the question and never answers."""
    connection.settimeout(PATIENCE)
    try:
        while connection.recv(65536):
            pass
    except OSError:
        return


def reset(after: bytes = b"") -> Answer:
    """Breaks the connection off with a reset."""

    def send(connection: socket.socket, scene: Scene) -> None:
        connection.sendall(after)
        time.sleep(0.05)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    return send


def chunked(*chunks: bytes, end: bytes = b"0\r\n\r\n") -> Answer:
    """Well-formed chunks, ended as told."""
    return raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"".join(map(chunk, chunks)) + end)


def chunk(content: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(content), content)


def counted(make: Callable[[int], str]) -> Answer:
    """A page that differs at each call: ``make`` gets how often it was asked."""
    calls = iter(range(1_000_000))

    def send(connection: socket.socket, scene: Scene) -> None:
        html(make(next(calls)))(connection, scene)

    return send
