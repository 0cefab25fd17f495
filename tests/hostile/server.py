"""The hostile server: one listener for HTTP, one for TLS, and one of its own for each case that speaks unasked."""

import contextlib
import socket
import ssl
import tempfile
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.hostile.answers import html
from tests.hostile.case import Case
from tests.hostile.control import CONTROL_PAGE
from tests.hostile.scene import Scene
from tests.site.authority import Authority

LOOPBACK = "127.0.0.1"
HEAD_BYTES = 65_536
SECONDS = 90.0


class HostileServer:
    """Serves while entered, on loopback alone. ``first``: when each host was first asked, by the monotonic clock."""

    def __init__(self, cases: Iterable[Case], scene: Scene) -> None:
        self._cases = {case.host: case for case in cases}
        self._scene = scene
        self._listeners: list[socket.socket] = []
        self._raw: dict[str, int] = {}
        self.first: dict[str, float] = {}

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="hostile-")
        self._context = Authority(Path(self._folder.name)).server_context()
        self._port = self._listen(None, tls=False)
        self._tls_port = self._listen(None, tls=True)
        self._raw = {case.host: self._listen(case, tls=False) for case in self._cases.values() if case.raw}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for listener in self._listeners:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        self._folder.cleanup()

    @property
    def settings(self) -> dict[str, str]:
        """What leads a crawler here, and lets it reach the canaries' port, but for their addresses."""
        ports = [self._port, self._tls_port, *self._raw.values()]
        names = [f"{host}={LOOPBACK}:{port}" for host, port in self._raw.items()]
        names += [f"*.example:443={LOOPBACK}:{self._tls_port}", f"*.example={LOOPBACK}:{self._port}"]
        inner = f"inner-canary.test={self._scene.v4}"
        return {
            "LACHAN_EGRESS_ALLOW": ",".join(f"{LOOPBACK}:{port}" for port in ports),
            "LACHAN_EGRESS_MAP": ",".join([*names, inner]),
            "LACHAN_EGRESS_PORTS": f"80,443,8080,8443,{self._scene.port}",
        }

    def _listen(self, case: Case | None, *, tls: bool) -> int:
        listener = socket.create_server((LOOPBACK, 0), backlog=256)
        self._listeners.append(listener)
        threading.Thread(target=self._accept, args=(listener, case, tls), daemon=True).start()
        return int(listener.getsockname()[1])

    def _accept(self, listener: socket.socket, case: Case | None, tls: bool) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection, case, tls), daemon=True).start()

    def _serve(self, connection: socket.socket, case: Case | None, tls: bool) -> None:
        connection.settimeout(SECONDS)
        with contextlib.suppress(OSError, ssl.SSLError, ValueError):
            if tls:
                connection = self._context.wrap_socket(connection, server_side=True)
        with connection, contextlib.suppress(OSError, ssl.SSLError):
            if case is not None:
                self.first.setdefault(case.host, time.monotonic())
                case.answers["/"](connection, self._scene)
                return
            host, path = self._asked(connection)
            self.first.setdefault(host, time.monotonic())
            self._answer(host, path, connection)

    @staticmethod
    def _asked(connection: socket.socket) -> tuple[str, str]:
        head = b""
        while b"\r\n\r\n" not in head and len(head) < HEAD_BYTES:
            part = connection.recv(HEAD_BYTES)
            if not part:
                raise OSError("nothing was asked")
            head += part
        lines = head.decode("latin-1").split("\r\n")
        host = next((line[5:].strip() for line in lines if line.lower().startswith("host:")), "")
        return host.partition(":")[0].lower(), lines[0].split(" ")[1].partition("?")[0]

    def _answer(self, host: str, path: str, connection: socket.socket) -> None:
        case = self._cases.get(host)
        if case is None:
            if host.startswith("control-") and path == "/":
                return html(CONTROL_PAGE)(connection, self._scene)
            return html("not here", "404 Not Found")(connection, self._scene)
        missing = html("not here", "404 Not Found")
        answer = case.answers.get(path)
        if answer is None:
            answer = missing if path == "/robots.txt" else case.answers.get("*", missing)
        return answer(connection, self._scene)
