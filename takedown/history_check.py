"""Compares each case's history with the audit log, which holds every line of it too: altered, missing, added."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from storage.audit import canonical_json
from storage.models import AuditEntry, CaseEvent
from takedown.history import ACTION, subject_of

_BATCH = 500
_FRESH = {"populate_existing": True}  # what the session remembers is not what the database holds
_Row = TypeVar("_Row", AuditEntry, CaseEvent)


@dataclass(frozen=True, slots=True)
class HistoryFault:
    """``kind``: altered | missing | added, as the history has it; ``what``: the line's kind; ``at``: when it was."""

    subject: str  # «case 7», as the log calls it
    kind: str
    what: str
    at: datetime


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a history, alike from the table and from the log."""

    subject: str
    what: str
    at: datetime
    actor: str
    detail: bytes


def check_history(session: Session, case_id: int | None = None) -> Iterator[HistoryFault]:
    """Every line that the log and the histories do not tell alike; of one case, or of all.

    Both are read side by side in the order in which they were written, so that only what differs stays in memory.
    """
    events, entries = _events(session, case_id), _logged(session, case_id)
    open_lines: Counter[_Line] = Counter()
    ended = object()
    while True:
        event, entry = next(events, ended), next(entries, ended)
        if event is ended and entry is ended:
            break
        for line, count in ((event, 1), (entry, -1)):
            if isinstance(line, _Line):
                open_lines[line] += count
                if not open_lines[line]:
                    del open_lines[line]
    yield from _faults(open_lines)


def _faults(differing: Counter[_Line]) -> Iterator[HistoryFault]:
    """Two that differ in words alone are one that was altered."""
    here = [line for line, count in differing.items() for _ in range(count)]
    logged = [line for line, count in differing.items() for _ in range(-count)]
    for line in logged:
        changed = next((each for each in here if (each.subject, each.at) == (line.subject, line.at)), None)
        if changed is not None:
            here.remove(changed)
        yield HistoryFault(line.subject, "missing" if changed is None else "altered", line.what, line.at)
    for line in here:
        yield HistoryFault(line.subject, "added", line.what, line.at)


def _events(session: Session, case_id: int | None) -> Iterator[_Line]:
    query = select(CaseEvent)
    if case_id is not None:
        query = query.where(CaseEvent.case_id == case_id)
    for row in _in_order(session, query, col(CaseEvent.id), "id"):
        yield _Line(subject_of(row.case_id), row.kind, row.at.astimezone(UTC), row.actor, _plain(row.detail))


def _logged(session: Session, case_id: int | None) -> Iterator[_Line]:
    query = select(AuditEntry).where(col(AuditEntry.action).startswith(ACTION, autoescape=True))
    if case_id is not None:
        query = query.where(AuditEntry.subject == subject_of(case_id))
    for row in _in_order(session, query, col(AuditEntry.sequence), "sequence"):
        detail = {name: value for name, value in row.detail.items() if name != "via"}  # only the log tells by what way
        yield _Line(row.subject, row.action.removeprefix(ACTION), row.at.astimezone(UTC), row.actor, _plain(detail))


def _in_order(session: Session, query: SelectOfScalar[_Row], key: Any, name: str) -> Iterator[_Row]:
    after = 0
    while rows := session.exec(query.where(key > after).order_by(key).limit(_BATCH), execution_options=_FRESH).all():
        after = getattr(rows[-1], name)
        for row in rows:
            session.expunge(row)
        yield from rows


def _plain(detail: object) -> bytes:
    """Canonical; of what is no document any more, its words."""
    try:
        return canonical_json(detail)  # type: ignore[arg-type]
    except (ValueError, TypeError, AttributeError):
        return repr(detail).encode("utf-8", "backslashreplace")
