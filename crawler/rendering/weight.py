"""Watches what a browser's process group weighs, and ends it when it weighs more than a visit may; one that takes long
and keeps the processors busy stands back behind all others."""

import contextlib
import os
import signal
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from crawler.bounds import Bounds
from crawler.rendering.driver import group_of

LOOK_SECONDS = 0.1  # a page can take a gigabyte in a second
STAND_BACK, MOST_NICE = 15, 19  # steps of niceness: behind all that wants a processor, even what reads pictures
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


def _busy_seconds(pids: Iterable[int]) -> float:
    """Processor time that living processes have had: utime and stime of /proc/PID/stat."""
    ticks = 0
    for pid in pids:
        with contextlib.suppress(OSError, ValueError, IndexError):
            fields = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


_FILES = 300_000_000  # of Chromium's files one process maps less than that; what is beyond is shared memory


def _shared_bytes(pid: int) -> int:
    with contextlib.suppress(OSError, ValueError):
        for line in Path(f"/proc/{pid}/status").read_text("ascii", "replace").splitlines():
            if line.startswith("RssShmem:"):
                return int(line.split()[1]) * 1024
    return 0


class Scales:
    """``with Scales(group, bounds) as scales``: weighs in a thread of its own, which a busy loop does not hold up.

    ``too_heavy`` says why the group was ended, once it was. ``stood_back``: it was long and greedy, and has what
    processor time others leave: it is of no use to a later visit.
    """

    def __init__(self, group: int, bounds: Bounds) -> None:
        self._group = group
        self._bounds = bounds
        self._known: dict[int, int] = {}
        self.peak = Weight()
        self.too_heavy = ""
        self.stood_back = False
        self._patient_until = time.monotonic() + bounds.browser_patience
        self._busy_before = 0.0
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
        self.look()
        self._busy_before = _busy_seconds(self._members())
        while not self.too_heavy and not self._done.is_set():
            self._done.wait(LOOK_SECONDS)
            self.look()
            if not self.stood_back and time.monotonic() > self._patient_until and not self._done.is_set():
                self._have_stand_back()

    def _members(self) -> list[int]:
        return [pid for pid, group in self._known.items() if group == self._group]

    def _have_stand_back(self) -> None:
        """A script that does not end shall not take from other pages the time in which they would be ready."""
        if _busy_seconds(self._members()) - self._busy_before < self._bounds.browser_greed:
            return
        self.stood_back = True
        with contextlib.suppress(ProcessLookupError, PermissionError):
            nice = os.getpriority(os.PRIO_PROCESS, 0) + STAND_BACK
            os.setpriority(os.PRIO_PGRP, self._group, min(nice, MOST_NICE))

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
