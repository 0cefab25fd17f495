"""Writes one line of a case's history together with its entry in the audit chain."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlmodel import Session, select

from storage.audit import record_audit
from storage.models import Case, CaseEvent
from takedown.errors import CaseMissingError

ACTION = "case."  # before the kind of a line: what the log calls it
# What people set in a case's row, by the kind of line that says so, with what it is in the beginning
NOTED: Final[Mapping[str, tuple[str, Any]]] = {
    "assigned": ("assignee", ""),
    "blind": ("blind", False),
    "handling": ("handling", ""),
    "merged_into": ("merged_into", None),
}


def record_event(
    session: Session, case: Case, kind: str, *, actor: str, detail: Mapping[str, Any], now: datetime
) -> CaseEvent:
    """The line, in the caller's transaction. ``detail`` holds JSON values."""
    if case.id is None:
        raise CaseMissingError("a case needs its number before its history", "vụ cần có số trước khi có lịch sử")
    event = CaseEvent(case_id=case.id, at=now, kind=kind, actor=actor, detail=dict(detail))
    session.add(event)
    session.flush()
    record_audit(session, at=now, actor=actor, action=ACTION + kind, subject=subject_of(case.id), detail=detail)
    return event


def note(session: Session, case: Case, kind: str, value: Any, *, actor: str, now: datetime) -> None:
    """Sets the column that lines of ``kind`` tell of, and writes the line; nothing where it is so already."""
    column, _ = NOTED[kind]
    if (before := getattr(case, column)) == value:
        return
    setattr(case, column, value)
    session.add(case)
    session.flush()
    record_event(session, case, kind, actor=actor, detail={"before": before, "after": value}, now=now)


def subject_of(case_id: int) -> str:
    """What the audit log calls a case."""
    return f"case {case_id}"


def find_case(session: Session, case_id: int) -> Case:
    """The row. Raises CaseMissingError."""
    case = session.get(Case, case_id)
    if case is None:
        raise _missing(case_id)
    return case


def host_of_case(session: Session, case_id: int) -> str:
    """The site of a case, whatever state its row is in. Raises CaseMissingError."""
    host = session.exec(select(Case.host).where(Case.id == case_id)).first()
    if host is None:
        raise _missing(case_id)
    return host


def _missing(case_id: int) -> CaseMissingError:
    return CaseMissingError(
        f"there is no case {case_id}; `lachan cases` lists what there is",
        f"không có vụ {case_id}; `lachan cases` liệt kê những gì có",
    )
