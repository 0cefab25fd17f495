"""One sweep at a time: a lock that the system itself lets go of when its process dies."""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from crawler.errors import CrawlerError


class AlreadyRunningError(CrawlerError):
    """Another sweep holds the lock."""


class SweepLock:
    """``with SweepLock(folder / "sweep.lock")``; raises AlreadyRunningError at once when another process holds it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor = -1

    def __enter__(self) -> Self:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
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

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._descriptor)  # closing lets go; the file stays, so that no one locks a deleted one
