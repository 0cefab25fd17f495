"""Compares each case's history with the audit log, which holds every line of it too: altered, missing, added."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlmodel import Session, col, select

from storage.audit import canonical_json
from storage.models import AuditEntry, CaseEvent
from storage.walk import Unreadable, readable, walk
from takedown.history import ACTION, subject_of


@dataclass(frozen=True, slots=True)
class HistoryFault:
    """``kind``: altered | missing | added | unreadable, as the history has it; ``what``: the line's kind; ``at``: when
    it was, None of a line that cannot be read."""

    subject: str  # «case 7», as the log calls it
    kind: str
    what: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a history, alike from the table and from the log."""

    subject: str
    what: str
    at: datetime
    actor: str
    detail: bytes


def check_history(session: Session, case_id: int | None = None) -> Iterator[HistoryFault]:
    """Every line that the log and the histories do not tell alike; of one case, or of all. What of the log itself
    cannot be read is for the check of the chain to name.

    Both are read side by side in the order in which they were written, so that only what differs stays in memory.
    """
    events, entries = _events(session, case_id), _logged(session, case_id)
    open_lines: Counter[_Line] = Counter()
    ended = object()
    while True:
        event, entry = next(events, ended), next(entries, ended)
        if event is ended and entry is ended:
            break
        if isinstance(event, HistoryFault):
            yield event
        for line, count in ((event, 1), (entry, -1)):
            if isinstance(line, _Line):
                open_lines[line] += count
                if not open_lines[line]:
                    del open_lines[line]
    yield from _faults(open_lines)


def _faults(differing: Counter[_Line]) -> Iterator[HistoryFault]:
    """Two that differ in words alone are one that was altered."""
    here: defaultdict[tuple[str, datetime], list[_Line]] = defaultdict(list)
    for line, count in differing.items():
        here[line.subject, line.at] += [line] * max(count, 0)
    for line in (line for line, count in differing.items() for _ in range(-count)):
        altered = here[line.subject, line.at]
        yield HistoryFault(line.subject, "altered" if altered else "missing", line.what, line.at)
        del altered[-1:]
    for line in (line for lines in here.values() for line in lines):
        yield HistoryFault(line.subject, "added", line.what, line.at)


def _events(session: Session, case_id: int | None) -> Iterator[_Line | HistoryFault]:
    query = select(CaseEvent)
    if case_id is not None:
        query = query.where(CaseEvent.case_id == case_id)
    for page in walk(session, query, col(CaseEvent.id)):
        for row in page:
            if isinstance(row, Unreadable):
                subject = subject_of(session.exec(select(CaseEvent.case_id).where(CaseEvent.id == row.key)).one())
                yield HistoryFault(subject, "unreadable", row.reason, None)
                continue
            yield _Line(subject_of(row.case_id), row.kind, row.at.astimezone(UTC), row.actor, _plain(row.detail))
            session.expunge(row)


def _logged(session: Session, case_id: int | None) -> Iterator[_Line]:
    query = select(AuditEntry).where(col(AuditEntry.action).startswith(ACTION, autoescape=True))
    if case_id is not None:
        query = query.where(AuditEntry.subject == subject_of(case_id))
    for row in readable(session, query, col(AuditEntry.sequence)):
        detail = {name: value for name, value in row.detail.items() if name != "via"}  # only the log tells by what way
        yield _Line(row.subject, row.action.removeprefix(ACTION), row.at.astimezone(UTC), row.actor, _plain(detail))
        session.expunge(row)


def _plain(detail: object) -> bytes:
    """Canonical; of what is no document any more, its words."""
    try:
        return canonical_json(detail)  # type: ignore[arg-type]
    except (ValueError, TypeError, AttributeError):
        return repr(detail).encode("utf-8", "backslashreplace")
