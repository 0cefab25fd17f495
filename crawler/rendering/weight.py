"""Watches what a browser's process group weighs, and ends it when it weighs more than a visit may."""

import contextlib
import os
import signal
import threading
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from crawler.bounds import Bounds
from crawler.rendering.driver import group_of

LOOK_SECONDS = 0.1  # a page can take a gigabyte in a second
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Weight:
    """Of a process group: memory of its own in bytes, and processes."""

    size: int = 0
    processes: int = 0


def weigh(group: int, known: dict[int, int] | None = None) -> Weight:
    """What the living members of ``group`` hold now. ``known`` remembers which group a process is of."""
    known = {} if known is None else known
    size = processes = 0
    pids = {int(name) for name in os.listdir("/proc") if name.isdigit()}  # noqa: PTH208 - ten times a second
    for pid in pids:
        if pid not in known:
            known[pid] = group_of(pid)
        if known[pid] == group:
            own = _own_bytes(pid)
            size += own
            processes += own > 0
    for gone in known.keys() - pids:
        del known[gone]
    return Weight(size, processes)


def _own_bytes(pid: int) -> int:
    """Resident memory without what the program's files share: /proc/PID/statm."""
    try:
        _, resident, shared, *_ = Path(f"/proc/{pid}/statm").read_text("ascii").split()
        own = (int(resident) - int(shared)) * PAGE
        return own + _shared_bytes(pid) if int(shared) * PAGE > _FILES else own
    except (OSError, ValueError):
        return 0


_FILES = 300_000_000  # of Chromium's files one process maps less than that; what is beyond is shared memory


def _shared_bytes(pid: int) -> int:
    with contextlib.suppress(OSError, ValueError):
        for line in Path(f"/proc/{pid}/status").read_text("ascii", "replace").splitlines():
            if line.startswith("RssShmem:"):
                return int(line.split()[1]) * 1024
    return 0


class Scales:
    """``with Scales(group, bounds) as scales``: weighs in a thread of its own, which a busy loop does not hold up.

    ``too_heavy`` says why the group was ended, once it was.
    """

    def __init__(self, group: int, bounds: Bounds) -> None:
        self._group = group
        self._bounds = bounds
        self._known: dict[int, int] = {}
        self.peak = Weight()
        self.too_heavy = ""
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="scales", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()  # the thread is not waited for: it ends within a tenth of a second

    def _watch(self) -> None:
        while not self.too_heavy and not self._done.is_set():
            self.look()
            self._done.wait(LOOK_SECONDS)

    def look(self) -> None:
        """Weigh once."""
        now = weigh(self._group, self._known)
        self.peak = Weight(max(self.peak.size, now.size), max(self.peak.processes, now.processes))
        if self._done.is_set():
            return  # the group may be another visit's by now
        if now.size > self._bounds.browser_bytes:
            self._end(
                f"its browser held {now.size // 1_000_000} MB, more than {self._bounds.browser_bytes // 1_000_000}"
            )
        elif now.processes > self._bounds.browser_processes:
            self._end(f"its browser ran {now.processes} processes, more than {self._bounds.browser_processes}")

    def _end(self, why: str) -> None:
        self.too_heavy = why
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._group, signal.SIGKILL)
