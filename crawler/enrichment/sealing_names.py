"""Owners' names that stand readable in older look-ups, made before there was a key or this seal, go under seal."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, col, or_, select

from crawler.evidence.resealing import reseal
from storage.artifacts import ArtifactStore
from storage.audit import record_audit
from storage.models import DomainChange, DomainRecord
from storage.owner_names import ERASED, FIELD, SEALED, SERVICE, owner_mark, take_names
from storage.sealed_answers import add_sealed
from storage.vault import Vault

SEALED_NAMES = "domain.names_sealed"


@dataclass(slots=True)
class SealedNames:
    """One step. ``last``: the record that it came to, None where it came to the end; ``marks``: the name of each owner
    whose name went under seal, with his mark, "" where the name was erased."""

    last: int | None
    records: int = 0
    marks: dict[str, str] = field(default_factory=dict, repr=False)


def seal_names(
    session: Session, store: ArtifactStore, vault: Vault, *, after: int, actor: str, now: datetime, limit: int = 200
) -> SealedNames:
    """The next ``limit`` records behind number ``after``, in the caller's transaction; may be run again and again.

    A record whose answers were erased loses the name for good. What assessments rest on goes on verifying.
    Raises VaultError, and what ``ArtifactStore.put`` raises.
    """
    query = select(DomainRecord).where(col(DomainRecord.id) > after).order_by(col(DomainRecord.id)).limit(limit)
    rows = session.exec(query).all()
    step = SealedNames(rows[-1].id if len(rows) == limit else None)
    readable = [row for row in rows if take_names(row.facts)[1]]

    def seal(record: DomainRecord) -> None:
        owner = str(record.facts.get(FIELD) or "")
        if record.sealed and record.wrapped_key is None:
            record.facts, _ = take_names(record.facts, ERASED)
            step.marks.setdefault(owner, "")
            return
        record.facts, names = take_names(record.facts)
        add_sealed(store, vault, record, SERVICE, names)
        record.owner_mark = step.marks[owner] = owner_mark(session, vault, owner)

    reseal(session, readable, seal, actor=actor, now=now)
    step.records = len(readable)
    if readable:
        numbers = [row.id for row in readable]
        told = or_(col(DomainChange.old_record_id).in_(numbers), col(DomainChange.new_record_id).in_(numbers))
        for change in session.exec(select(DomainChange).where(DomainChange.field == FIELD, told)).all():
            change.before, change.after = [SEALED], [SEALED]
            session.add(change)
        detail = {"records": len(readable), "first": numbers[0], "last": numbers[-1]}
        record_audit(session, at=now, actor=actor, action=SEALED_NAMES, subject="domain records", detail=detail)
    session.flush()
    return step


def readable_names(session: Session, most: int = 2000) -> int:
    """How many of the newest ``most`` look-ups show an owner's name to everybody."""
    query = select(DomainRecord.facts).order_by(col(DomainRecord.id).desc()).limit(most)
    return sum(bool(take_names(facts)[1]) for facts in session.exec(query))
