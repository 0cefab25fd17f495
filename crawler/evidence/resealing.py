"""A round of look-ups that lost its owner's name: the audit log says what it was and what it is, for all that rests on
it."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from crawler.evidence.assessed import ASSESSED, row_digest, subject_of
from storage.audit import record_audit
from storage.models import Assessment, AuditEntry, DomainRecord

RESEALED = "assessment.names_sealed"
_STEP = 400


def reseal(
    session: Session,
    records: Sequence[DomainRecord],
    change: Callable[[DomainRecord], None],
    *,
    actor: str,
    now: datetime,
) -> int:
    """Applies ``change`` to each record, and enters for every assessment in the log that rests on one the digest that
    it had and the digest that it has; how many entries. In the caller's transaction.

    A record that is not what the log knows is changed too, and stays faulty: nothing is made good by it.
    """
    resting = _resting(session, [record.id or 0 for record in records])
    known = _known(session, [number for numbers in resting.values() for number in numbers])
    count = 0
    for record in records:
        rests = [number for number in resting.get(record.id or 0, ()) if number in known]
        before = {number: row_digest(record, _columns(known[number][1])) for number in rests}
        change(record)
        session.add(record)
        session.flush()
        session.refresh(record)
        for number, digest in before.items():
            host, told = known[number]
            if digest != told["sha256"]:
                continue
            columns = _columns(told)
            answers = {"record": record.id, "columns": columns, "sha256": row_digest(record, columns)}
            detail = {"host": host, "answers": answers, "instead_of": digest}
            record_audit(session, at=now, actor=actor, action=RESEALED, subject=subject_of(number), detail=detail)
            count += 1
    return count


def answers_now(told: dict[str, object], reseals: Sequence[AuditEntry]) -> dict[str, object] | None:
    """What the log says that the answers are today: as told at first, or by the last of an unbroken row of entries.

    None where an entry does not go on from the one before it.
    """
    for entry in reseals:
        answers = entry.detail.get("answers")
        if not isinstance(answers, dict) or entry.detail.get("instead_of") != told.get("sha256"):
            return None
        if (answers.get("record"), answers.get("columns")) != (told.get("record"), told.get("columns")):
            return None
        told = answers
    return told


def _resting(session: Session, numbers: Sequence[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for start in range(0, len(numbers), _STEP):
        query = select(Assessment.domain_record_id, Assessment.id).where(
            col(Assessment.domain_record_id).in_(numbers[start : start + _STEP])
        )
        for record, number in session.exec(query.order_by(col(Assessment.id))):
            found.setdefault(record or 0, []).append(number or 0)
    return found


def _known(session: Session, numbers: Sequence[int]) -> dict[int, tuple[str, dict[str, object]]]:
    """Host of each assessment that names answers, with the log's newest word on them."""
    found: dict[int, tuple[str, dict[str, object]]] = {}
    for start in range(0, len(numbers), _STEP):
        subjects = {subject_of(number): number for number in numbers[start : start + _STEP]}
        query = select(AuditEntry).where(
            col(AuditEntry.subject).in_(subjects), col(AuditEntry.action).in_((ASSESSED, RESEALED))
        )
        for entry in session.exec(query.order_by(col(AuditEntry.sequence))):
            if isinstance(answers := entry.detail.get("answers"), dict):
                found[subjects[entry.subject]] = (str(entry.detail.get("host", "")), answers)
    return found


def _columns(told: dict[str, object]) -> list[str]:
    columns = told.get("columns")
    return [str(name) for name in columns] if isinstance(columns, list) else []
