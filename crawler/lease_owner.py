"""Names the process that holds a lease, so that another one on the same machine can tell whether it still lives."""

import os
import secrets
import socket
from pathlib import Path

_PROC = Path("/proc")
_DEAD_STATES = frozenset("ZXx")  # a zombie holds no work any more


def new_owner() -> str:
    """This process as ``host:kernel-namespace:pid:start:random``; one call per run, at most 160 characters."""
    pid = os.getpid()
    return f"{_machine()}:{pid}:{_start(pid) or 0}:{secrets.token_hex(4)}"


def owner_is_gone(owner: str) -> bool:
    """True only where the owner ran on this machine and this boot and its process has certainly ended.

    A number that was given to another process since is told apart by its start time. An owner elsewhere, or a name
    that is not ours, is never called gone: its lease runs out by itself.
    """
    machine, pid, start = _split(owner)
    if machine != _machine() or not pid:
        return False
    if not _PROC.is_dir():
        return not _answers(pid)
    return _start(pid) != start


def _split(owner: str) -> tuple[str, int, int]:
    parts = owner.rsplit(":", 3)
    if len(parts) != 4 or not (parts[1].isdecimal() and parts[2].isdecimal()):
        return "", 0, 0
    return parts[0], int(parts[1]), int(parts[2])


def _machine() -> str:
    # Two containers may share a name and a kernel, two machines a name: numbers of one mean nothing in the other.
    return f"{socket.gethostname()[:64]}:{_read(_PROC / 'sys/kernel/random/boot_id')[:8]}-{_namespace()}"


def _namespace() -> int:
    try:
        return (_PROC / "self/ns/pid").stat().st_ino
    except OSError:
        return 0


def _start(pid: int) -> int | None:
    """Clock ticks from boot to the start of a living process; None where there is none."""
    fields = _read(_PROC / str(pid) / "stat").rpartition(")")[2].split()  # the name before «)» may hold anything
    if len(fields) < 20 or fields[0] in _DEAD_STATES:
        return None
    return int(fields[19])


def _read(path: Path) -> str:
    try:
        return path.read_text(errors="replace").strip()
    except OSError:
        return ""


def _answers(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
