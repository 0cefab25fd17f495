"""Erases what registries answered about a domain: the keys of its raw answers are thrown away, copies are deleted."""

from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col, select

from storage.audit import record_audit
from storage.models import DomainChange, DomainRecord, KeptAnswer


def erase_answers(session: Session, domain: str, *, reason: str, actor: str, now: datetime) -> tuple[int, ...]:
    """No raw answer about the domain can be read any more; the numbers of its look-ups. In the caller's transaction.

    The rows and the sealed bytes stay as the audit log knows them, so that evidence goes on verifying: what was read
    from the answers is part of what was concluded. Answers that were kept readable, since no operator's key was set
    then, stay in the store; the entry names their services.
    """
    records = session.exec(
        select(DomainRecord).where(DomainRecord.domain == domain).order_by(col(DomainRecord.id))
    ).all()
    for record in records:
        record.wrapped_key = None
        session.add(record)
        readable = sorted(set(record.raw) - set(record.sealed))
        detail: dict[str, object] = {"record": record.id, "reason": reason, "readable": readable}
        record_audit(session, at=now, actor=actor, action="domain.erased", subject=domain, detail=detail)
    owners = (col(DomainChange.domain) == domain) & (col(DomainChange.field) == "registrant")
    session.execute(delete(DomainChange).where(owners))
    session.execute(delete(KeptAnswer).where(col(KeptAnswer.key).contains(domain, autoescape=True)))
    session.flush()
    return tuple(record.id or 0 for record in records)
