"""ETags: a short digest of everything by which two looks at a row could differ."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from sqlmodel import Session, func, select

from storage.models import (
    Appeal,
    Case,
    CaseEvent,
    LearntContact,
    Notice,
    OutboxMail,
    RecordMail,
    RecordRequest,
    Reply,
    Staff,
    StaffIdentity,
)
from takedown.history import find_case

Tagged = (
    Case | Notice | OutboxMail | Appeal | LearntContact | RecordMail | RecordRequest | Reply | Staff | StaffIdentity
)


def case_tag(session: Session, number: int) -> str:
    """Changes with every line of the case's history, and with its lock. Raises CaseMissingError."""
    case = find_case(session, number)
    newest = session.exec(select(func.max(CaseEvent.id)).where(CaseEvent.case_id == number)).one()
    return tag_of(case, newest, "state", "assignee", "lock_holder", "lock_until", "blind", "handling", "due_at")


def notice_tag(row: Notice) -> str:
    """Changes with its state and clock."""
    return tag_of(row, row.round, "state", "approved_by", "sent_at", "due_at", "answered_at")


def mail_tag(row: OutboxMail) -> str:
    """Changes with every attempt and every settling."""
    return tag_of(row, row.reason, "state", "attempts", "sent_at", "not_before")


def appeal_tag(row: Appeal) -> str:
    """Changes with its decision."""
    return tag_of(row, "", "state", "decided_at", "decided_by")


def contact_tag(row: LearntContact) -> str:
    """Changes with its decision."""
    return tag_of(row, row.value, "state", "decided_at", "actor")


def request_tag(row: RecordRequest) -> str:
    """Changes with every amendment and move."""
    return tag_of(row, "", "state", "updated_at", "due_at", "files")


def record_mail_tag(row: RecordMail) -> str:
    """Changes with each answer that was entered from it, and with its dismissal."""
    return tag_of(row, row.answers, "state", "decided_at", "decided_by")


def reply_tag(row: Reply) -> str:
    """Changes when a person attaches or dismisses it."""
    return tag_of(row, "", "state", "decided_at", "decided_by")


def staff_tag(row: Staff) -> str:
    """Changes with its roles, its password and whoever had a hand in it."""
    return tag_of(row, "", "roles", "active", "epoch", "password_by", "unconfirmed_by")


def link_tag(rows: Sequence[StaffIdentity]) -> str:
    """Changes with every link of the person."""
    return tag_of(rows[0], [(row.id, row.issuer, row.subject) for row in rows], "linked_at")


def tag_of(row: Tagged, more: Any, *names: str) -> str:
    """A strong tag, quoted."""
    words = repr([row.id, more, *(str(getattr(row, name)) for name in names)])
    return f'"{sha256(words.encode("utf-8", "replace")).hexdigest()[:24]}"'
