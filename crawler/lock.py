"""One sweep at a time: a lock that the system itself lets go of when its process dies."""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from crawler.errors import CrawlerError


class AlreadyRunningError(CrawlerError):
    """Another sweep holds the lock."""


class LockUnavailableError(CrawlerError):
    """The lock's file cannot be made or written."""


class SweepLock:
    """``with SweepLock(folder / "sweep.lock")``; raises AlreadyRunningError at once when another process holds it, and
    LockUnavailableError where there can be none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor = -1
        self._kept = False

    def __enter__(self) -> Self:
        descriptor = self._open()
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.read(descriptor, 100).decode("ascii", "replace").strip()
            os.close(descriptor)
            raise AlreadyRunningError(
                f"another sweep is running (process {holder or 'unknown'})",
                f"một lượt quét khác đang chạy (tiến trình {holder or 'không rõ'})",
            ) from error
        os.ftruncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode("ascii"))
        self._descriptor = descriptor
        return self

    def _open(self) -> int:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            return os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise LockUnavailableError(
                f"{self._path}: {error.strerror}; make the folder writable for this user, or copy the folder and set"
                " LACHAN_DATA_DIR to the copy",
                f"{self._path}: {error.strerror}; cho người dùng này ghi vào thư mục, hoặc chép thư mục rồi đặt"
                " LACHAN_DATA_DIR là bản sao",
            ) from error

    def keep(self) -> None:
        """Hold it until the process ends: after a sweep that was cut off, whose threads are still at work."""
        self._kept = True

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._kept:
            os.close(self._descriptor)  # closing lets go; the file stays, so that no one locks a deleted one
