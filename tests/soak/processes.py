"""A command's whole family of processes, orphans included: what each weighs, what it holds open, what is left of it."""

import contextlib
import ctypes
import os
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_SET_CHILD_SUBREAPER = 36  # prctl(2)
_MB = 1_000_000


def adopt_orphans() -> None:
    """Have every process whose parent dies, however deep below this one, become a child of this one."""
    if ctypes.CDLL(None, use_errno=True).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_CHILD_SUBREAPER)")


@dataclass(frozen=True, slots=True)
class Process:
    """``words``: its command line, "" of one that has ended and waits for its parent."""

    pid: int
    parent: int
    words: str

    @property
    def role(self) -> str:
        """worker, reader, driver, browser or other."""
        if "takedown.cli" in self.words:
            return "worker"
        if "crawler.reading.child" in self.words:
            return "reader"
        if "playwright/driver" in self.words:
            return "driver"
        return "browser" if "lachan-browser-" in self.words or "--type=" in self.words else "other"


@dataclass(frozen=True, slots=True)
class Family:
    """Sizes in MB by role; ``open_files``: descriptors by role; ``count``: living processes; ``browsers``: those among
    them that are a browser and no child of one, ``browser_processes``: both."""

    size: Mapping[str, float]
    open_files: Mapping[str, int]
    count: int
    browsers: int
    browser_processes: int


def below(root: int) -> list[Process]:
    """Every living process below ``root``, itself not among them."""
    children: dict[int, list[Process]] = defaultdict(list)
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (process := _read(entry)) is not None:
            children[process.parent].append(process)
    found: list[Process] = []
    waiting = [root]
    while waiting:
        mine = children[waiting.pop()]
        found += mine
        waiting += (process.pid for process in mine)
    return found


def weigh(processes: list[Process]) -> Family:
    """What they hold now. Memory that several share is divided among them (Pss)."""
    size: dict[str, float] = defaultdict(float)
    open_files: dict[str, int] = defaultdict(int)
    for process in processes:
        with contextlib.suppress(OSError, ValueError):
            size[process.role] += _share(process.pid)
            open_files[process.role] += len(os.listdir(f"/proc/{process.pid}/fd"))  # noqa: PTH208 - names alone
    ours = [process for process in processes if process.role == "browser"]
    browsers = sum("--type=" not in process.words for process in ours)
    return Family(size, open_files, len(processes), browsers, len(ours))


def bury_the_dead() -> None:
    """Take note of every child that has ended, so that only the living are left to be found."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _read(entry: Path) -> Process | None:
    try:
        fields = (entry / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
        words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    except OSError:
        return None
    return None if fields[0] in {"Z", "X"} else Process(int(entry.name), int(fields[1]), words)


def _share(pid: int) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text("ascii", "replace").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024 / _MB
    return 0.0
