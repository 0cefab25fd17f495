"""Writes one line of a case's history together with its entry in the audit chain."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from storage.audit import record_audit
from storage.models import Case, CaseEvent
from takedown.errors import CaseMissingError

ACTION = "case."  # before the kind of a line: what the log calls it


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
