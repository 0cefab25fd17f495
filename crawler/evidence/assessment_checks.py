"""Compares the audit log's assessments with the rows: content, the answers about the domain, what is gone or added."""

from collections.abc import Iterator, Sequence

from sqlmodel import Session, col, or_, select

from crawler.evidence.assessed import ASSESSED, row_digest
from crawler.evidence.faults import EvidenceReport, Fault
from crawler.evidence.file_checks import Tally
from crawler.evidence.resealing import RESEALED, answers_now
from storage.artifacts import ArtifactStore
from storage.models import Assessment, AuditEntry, Case, DomainRecord, Observation
from storage.walk import Unreadable, get_row, readable


def check_assessments(session: Session, store: ArtifactStore, host: str | None = None) -> Iterator[EvidenceReport]:
    """A report for each assessment in the log, and for each that rests on sealed visits and is not in it.

    ``host``: only those of this site. The reports bear number 0: they are about no visit.
    """
    logged: set[int] = set()
    reseals = _reseals(session)
    entries = select(AuditEntry).where(AuditEntry.action == ASSESSED)
    for entry in readable(session, entries, col(AuditEntry.sequence)):
        number = number_of(entry.subject)
        logged.add(number)
        if host is None or entry.detail.get("host") == host:
            yield _check(session, store, entry, number, reseals.get(entry.subject, ()))
        session.expunge(entry)
    for row in _resting_on_seals(session, host):
        if row.id not in logged:
            fault = Fault("added", name_of(row.id or 0), "an entry in the audit log", "a row without one")
            yield EvidenceReport(0, row.url, faults=(fault,))
        session.expunge(row)


def number_of(subject: str) -> int:
    """The number in what the audit log calls a row, or 0."""
    digits = subject.rpartition(":")[2]
    return int(digits) if digits.isdecimal() and digits.isascii() else 0


def name_of(assessment_id: int) -> str:
    """What a fault calls an assessment."""
    return f"assessment {assessment_id}"


def _reseals(session: Session) -> dict[str, list[AuditEntry]]:
    """What the log says of names taken out of answers, oldest first: rare, and one reading of the log for all."""
    found: dict[str, list[AuditEntry]] = {}
    query = select(AuditEntry).where(AuditEntry.action == RESEALED)
    for entry in readable(session, query, col(AuditEntry.sequence)):
        found.setdefault(entry.subject, []).append(entry)
    return found


def _check(
    session: Session, store: ArtifactStore, entry: AuditEntry, number: int, reseals: Sequence[AuditEntry]
) -> EvidenceReport:
    row = get_row(session, select(Assessment), col(Assessment.id), number)
    if isinstance(row, Unreadable):
        return EvidenceReport(0, faults=(_unreadable(name_of(number), row),), assessments=1)
    if row is None:
        return EvidenceReport(0, faults=(Fault("missing", "row", name_of(number), "no such row"),), assessments=1)
    tally = Tally()
    tally.faults.extend(_altered(name_of(number), row, entry, entry.detail))
    answers = entry.detail.get("answers")
    if isinstance(answers, dict):
        _check_answers(session, store, entry, answers, reseals, tally)
    url = row.url
    session.expunge(row)
    return EvidenceReport(0, url, tally.files, tally.bytes_read, faults=tuple(tally.faults), assessments=1)


def _check_answers(
    session: Session,
    store: ArtifactStore,
    entry: AuditEntry,
    told: dict[str, object],
    reseals: Sequence[AuditEntry],
    tally: Tally,
) -> None:
    """The round of look-ups that an assessment rests on: its row, and each raw answer's bytes."""
    number = told.get("record")
    if (now := answers_now(told, reseals)) is None:
        what = "entries on names taken out, each going on from the one before"
        tally.faults.append(Fault("altered", f"domain record {number}", what, "one that does not"))
        return
    told = now
    record = get_row(session, select(DomainRecord), col(DomainRecord.id), number) if isinstance(number, int) else None
    if isinstance(record, Unreadable):
        tally.faults.append(_unreadable(f"domain record {number}", record))
        return
    if record is None:
        tally.faults.append(Fault("missing", "row", f"domain record {number}", "no such row"))
        return
    tally.faults.extend(_altered(f"domain record {number}", record, entry, told))
    for service, digest in sorted(record.raw.items()):
        tally.read(store, f"answer of {service} in domain record {number}", str(digest))
    session.expunge(record)


def _unreadable(name: str, row: Unreadable) -> Fault:
    return Fault("unreadable", name, "a row as it was written", row.reason)


def _altered(name: str, row: Assessment | DomainRecord, entry: AuditEntry, told: dict[str, object]) -> Iterator[Fault]:
    columns = told.get("columns")
    found = row_digest(row, [str(column) for column in columns]) if isinstance(columns, list) else "no columns named"
    if found != told.get("sha256"):
        yield Fault("altered", name, f"content {told.get('sha256')} as in audit entry {entry.sequence}", found)


def _resting_on_seals(session: Session, host: str | None) -> Iterator[Assessment]:
    sealed = select(Observation.assessment_id).where(Observation.manifest_digest != "")
    rests = or_(
        col(Assessment.id).in_(sealed),
        col(Assessment.rescored_from).is_not(None),
        col(Assessment.domain_record_id).is_not(None),
        col(Assessment.id).in_(select(Case.assessment_id)),
    )
    query = select(Assessment).where(rests)
    if host is not None:
        query = query.where(Assessment.host == host)
    yield from readable(session, query, col(Assessment.id))
