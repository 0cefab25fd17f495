"""The canaries that nobody may touch: IPv4, IPv6, UDP and a file; and their addresses, for the server's answers."""

import ctypes
import os
import socket
import struct
import tempfile
import threading
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Self

_IN_OPEN = 0x20
_SECRET = b"SECRET-OF-THE-CANARY"


class Scene:
    """Listens while entered. ``touches`` counts by kind; ``fill`` puts the addresses in place of ``@V4@`` and kin."""

    def __init__(self) -> None:
        self.touches: Counter[str] = Counter()
        self._sockets: list[socket.socket] = []

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="canary-")
        self.file = Path(self._folder.name, "canary.html")
        self.file.write_bytes(b"<title>canary</title>" + _SECRET)
        self.port = self._listen(socket.AF_INET, "127.0.0.1", 0)
        self._listen(socket.AF_INET6, "::1", self.port)
        self._watch_file()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for each in self._sockets:
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # a datagram socket has no peer
            each.close()
        os.close(self._inotify)
        self._folder.cleanup()

    @property
    def v4(self) -> str:
        return f"127.0.0.1:{self.port}"

    def fill(self, text: str) -> str:
        """``text`` with the canaries' addresses."""
        for name, value in (
            ("@V4@", self.v4),
            ("@V6@", f"[::1]:{self.port}"),
            ("@PORT@", str(self.port)),
            ("@FILE@", self.file.as_uri()),
        ):
            text = text.replace(name, value)
        return text

    @staticmethod
    def leaked(data: bytes) -> bool:
        """Whether ``data`` holds what only the canary's file holds."""
        return _SECRET in data

    def _listen(self, family: socket.AddressFamily, ip: str, port: int) -> int:
        name = "IPv6" if family is socket.AF_INET6 else "IPv4"
        stream = socket.socket(family, socket.SOCK_STREAM)
        stream.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        stream.bind((ip, port))
        stream.listen(64)
        port = stream.getsockname()[1]
        datagram = socket.socket(family, socket.SOCK_DGRAM)
        datagram.bind((ip, port))
        self._sockets += [stream, datagram]
        threading.Thread(target=self._accept, args=(stream, name), daemon=True).start()
        threading.Thread(target=self._receive, args=(datagram, f"{name} UDP"), daemon=True).start()
        return port

    def _accept(self, stream: socket.socket, name: str) -> None:
        while True:
            try:
                connection, _ = stream.accept()
            except OSError:
                return
            self.touches[name] += 1
            connection.close()

    def _receive(self, datagram: socket.socket, name: str) -> None:
        while True:
            try:
                data = datagram.recv(2048)
            except OSError:
                return
            if data:
                self.touches[name] += 1

    def _watch_file(self) -> None:
        """inotify(7) tells of every opening, whoever it was."""
        library = ctypes.CDLL(None, use_errno=True)
        self._inotify = library.inotify_init()
        if library.inotify_add_watch(self._inotify, os.fsencode(self.file), _IN_OPEN) < 0:
            raise OSError(ctypes.get_errno(), "the canary's file cannot be watched")
        threading.Thread(target=self._count_openings, daemon=True).start()

    def _count_openings(self) -> None:
        while True:
            try:
                data = os.read(self._inotify, 4096)
            except OSError:
                return
            size = struct.calcsize("iIII")
            self.touches["file"] += max(1, len(data) // size)
