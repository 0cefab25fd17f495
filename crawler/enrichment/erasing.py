"""Erases what registries answered about a domain: the keys of its raw answers and its owner's name are thrown away."""

from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col, select

from crawler.evidence.resealing import reseal
from storage.audit import record_audit
from storage.models import DomainChange, DomainRecord, KeptAnswer
from storage.owner_names import ERASED, FIELD, take_names


def erase_answers(session: Session, domain: str, *, reason: str, actor: str, now: datetime) -> tuple[int, ...]:
    """No raw answer about the domain and no owner's name can be read any more; the numbers of its look-ups. In the
    caller's transaction.

    The rows and the sealed bytes stay as the audit log knows them, so that evidence goes on verifying: what was read
    from the answers is part of what was concluded. A name that stood readable, since no operator's key was set then,
    leaves the row, and the log says so. Answers that were kept readable stay in the store; the entry names their
    services.
    """
    records = session.exec(
        select(DomainRecord).where(DomainRecord.domain == domain).order_by(col(DomainRecord.id))
    ).all()
    readable = [record for record in records if take_names(record.facts)[1]]
    reseal(session, readable, _forget_name, actor=actor, now=now)
    for record in records:
        record.wrapped_key, record.owner_mark = None, ""
        session.add(record)
        left = sorted(set(record.raw) - set(record.sealed))
        detail: dict[str, object] = {"record": record.id, "reason": reason, "readable": left}
        record_audit(session, at=now, actor=actor, action="domain.erased", subject=domain, detail=detail)
    owners = (col(DomainChange.domain) == domain) & (col(DomainChange.field) == FIELD)
    session.execute(delete(DomainChange).where(owners))
    session.execute(delete(KeptAnswer).where(col(KeptAnswer.key).contains(domain, autoescape=True)))
    session.flush()
    return tuple(record.id or 0 for record in records)


def _forget_name(record: DomainRecord) -> None:
    record.facts, _ = take_names(record.facts, ERASED)
