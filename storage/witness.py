"""Notes the audit log's heads in a file outside of the database, so that a tail cut off the log is missed."""

import logging
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from sqlalchemy import Engine, event
from sqlalchemy.orm import SessionTransaction
from sqlmodel import Session, col, select

from storage.models import AuditEntry

OPTION = "lachan_witness"
_PENDING, _WATCHED = "lachan_head", "lachan_head_watched"
_LINE = re.compile(rb"([0-9]{1,18}) ([0-9a-f]{64}) ([0-9]{4}-[0-9T:.+-]{6,40})")
_LONGEST_LINE = 160
_STEP = 500
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WitnessReport:
    """``noted``: heads in the file; ``newest``: the highest sequence among them; ``faults``: in words, bounded."""

    noted: int = 0
    newest: int = 0
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Witness:
    """The file as it was when this was made: make it before the database is read, since heads are noted meanwhile."""

    path: Path
    size: int  # bytes

    @classmethod
    def at(cls, path: Path) -> Self:
        """The file as it is now; one that is not there has noted nothing. Raises OSError where it cannot be seen."""
        try:
            return cls(path, path.stat().st_size)
        except FileNotFoundError:
            return cls(path, 0)

    def check(self, session: Session, *, max_faults: int = 100) -> WitnessReport:
        """Looks every noted head up in the log, in flat memory. Raises OSError where the file cannot be read."""
        noted, newest, faults = 0, 0, list[str]()
        heads: dict[str, int] = {}
        for number, line in enumerate(self._lines(), 1):
            match = _LINE.fullmatch(line)
            if match is None:
                faults.append(f"line {number} of {self.path} is no head of the log")
            else:
                noted, newest = noted + 1, max(newest, int(match[1]))
                heads[match[2].decode()] = int(match[1])
            if len(heads) >= _STEP:
                faults += _missing(session, heads)
                heads.clear()
            del faults[max_faults:]
        faults += _missing(session, heads)
        return WitnessReport(noted, newest, tuple(faults[:max_faults]))

    def _lines(self) -> Iterator[bytes]:
        left = self.size
        if not left:
            return
        with self.path.open("rb") as file:
            while left > 0 and (line := file.readline(min(left, _LONGEST_LINE))):
                left -= len(line)
                yield line.removesuffix(b"\n")


def attach_witness(engine: Engine, path: Path) -> None:
    """From now on each commit that lengthened the log over this engine adds a line to ``path``."""
    engine.update_execution_options(**{OPTION: path})


def note_at_commit(session: Session, sequence: int, digest: str) -> None:
    """Notes this head once the session's transaction is durable; a transaction that fails notes nothing.

    A file that cannot be written costs a warning, never the transaction: `lachan doctor` says so too.
    """
    if session.get_bind().get_execution_options().get(OPTION) is None:
        return
    session.info.setdefault(_PENDING, []).append((_innermost(session), sequence, digest))
    if not session.info.get(_WATCHED):
        session.info[_WATCHED] = True
        event.listen(session, "after_commit", _note)
        event.listen(session, "after_soft_rollback", _forget)


def append_line(path: Path, line: bytes) -> None:
    """One whole line at the file's end, or none of it. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        before = os.fstat(descriptor).st_size
        if os.write(descriptor, line) != len(line):  # the disk was full in the middle of it
            os.ftruncate(descriptor, before)
            raise OSError(f"{path}: a line could not be written whole")
    finally:
        os.close(descriptor)


def _innermost(session: Session) -> SessionTransaction | None:
    return session.get_nested_transaction() or session.get_transaction()


def _note(session: Session) -> None:
    ended = session.get_nested_transaction()
    if ended is not None:  # a savepoint was released, nothing is durable: its heads are its parent's from now on
        heads = session.info.get(_PENDING, [])
        heads[:] = [(ended.parent if owner is ended else owner, *head) for owner, *head in heads]
        return
    heads = session.info.pop(_PENDING, [])
    if not heads:
        return
    path = session.get_bind().get_execution_options()[OPTION]
    _, sequence, digest = heads[-1]
    try:
        append_line(path, f"{sequence} {digest} {datetime.now(UTC).isoformat(timespec='seconds')}\n".encode("ascii"))
    except OSError as error:
        _log.warning("the log's head could not be noted in %s: %s", path, error)


def _forget(session: Session, ended: SessionTransaction) -> None:
    """What a transaction, or a savepoint, that was rolled back had added to the log is not there."""
    heads = session.info.get(_PENDING, [])
    heads[:] = [head for head in heads if head[0] is not ended] if ended.nested else []


def _missing(session: Session, heads: dict[str, int]) -> Iterator[str]:
    query = select(AuditEntry.digest, AuditEntry.sequence).where(col(AuditEntry.digest).in_(list(heads)))
    present = set(session.exec(query).all())
    for digest, sequence in heads.items():
        if (digest, sequence) not in present:
            yield f"entry {sequence} with digest {digest} was noted, and is not in the log"
