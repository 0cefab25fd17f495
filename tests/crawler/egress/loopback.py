"""Small servers on loopback: one that answers as told, and a canary that only counts who touched it."""

import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self

Answer = bytes | Callable[[socket.socket], None]


def page(body: str, status: str = "200 OK", **headers: str) -> bytes:
    """A whole HTTP answer."""
    data = body.encode()
    fields = {"Content-Type": "text/html; charset=utf-8", **{name.replace("_", "-"): headers[name] for name in headers}}
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in fields.items())]
    lines += [f"Content-Length: {len(data)}", "Connection: close"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + data


def redirect(location: str, status: str = "302 Found") -> bytes:
    return page("", status, Location=location)


def drip(head: bytes, piece: bytes = b" ", pause: float = 0.05) -> Callable[[socket.socket], None]:
    """Never ends by itself."""

    def send(connection: socket.socket) -> None:
        connection.sendall(head)
        while True:
            connection.sendall(piece)
            time.sleep(pause)

    return send


class Server:
    """Answers by path, one thread a connection, each connection closed after one answer."""

    def __init__(self, answers: Mapping[str, Answer] | None = None) -> None:
        self.answers = dict(answers or {})
        self.touches: Counter[str] = Counter()
        self.heads: list[bytes] = []
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._socket.getsockname()[1]
        self.address = f"127.0.0.1:{self.port}"
        self._open: set[socket.socket] = set()

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for connection in tuple(self._open):
            connection.close()
        self._thread.join(5)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self._open.add(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            try:
                head = b""
                while b"\r\n\r\n" not in head:
                    part = connection.recv(65536)
                    if not part:
                        return
                    head += part
                path = head.split(b" ", 2)[1].decode("latin-1").partition("?")[0]
                self.touches[path] += 1
                self.heads.append(head)
                answer = self.answers.get(path, page("not here", "404 Not Found"))
                if callable(answer):
                    answer(connection)
                else:
                    connection.sendall(answer)
            except OSError:
                return
            finally:
                self._open.discard(connection)


class Canary:
    """Listens on TCP and UDP of one port and answers nobody; ``touched`` must stay 0."""

    def __init__(self) -> None:
        self.touched = 0
        self._tcp = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._tcp.getsockname()[1]
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.bind(("127.0.0.1", self.port))
        self.address = f"127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        for listen in (self._accept, self._receive):
            threading.Thread(target=listen, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._tcp.shutdown(socket.SHUT_RDWR)
        self._tcp.close()
        self._udp.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._tcp.accept()
            except OSError:
                return
            self.touched += 1
            connection.close()

    def _receive(self) -> None:
        while True:
            try:
                data = self._udp.recv(2048)
            except OSError:
                return
            if data:
                self.touched += 1
