"""What was concluded of a site, as a bundle carries it: byte for byte what the audit log has the digest of."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlmodel import Session, col, select

from crawler.errors import EvidenceError
from crawler.evidence.assessed import ASSESSED, row_bytes, subject_of
from crawler.evidence.recipe import instant
from crawler.evidence.resealing import RESEALED, answers_now
from storage.artifacts import ArtifactStore
from storage.models import Assessment, AuditEntry, DomainRecord

ASSESSMENT_FILE = "assessment.json"
RECORD_FILE = "record.json"
MAX_ASSESSMENTS = 2000
_STEP = 200
_SERVICE = re.compile(r"[a-z][a-z0-9_-]{0,40}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Answers:
    """A round of look-ups: ``content`` is its row as it was sealed, ``raw`` the digest of each service's own bytes."""

    folder: str
    content: bytes
    raw: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Conclusion:
    """An assessment in the log: ``content`` is its row as it was sealed, with the answers that it rests on."""

    row: Assessment
    folder: str
    content: bytes
    answers: Answers | None = None


def conclusions_of(session: Session, assessment_ids: Sequence[int], host: str | None = None) -> list[Conclusion]:
    """The assessments of these numbers and, newest first and bounded, of ``host``; those that the log does not know
    rest on nothing that was kept, and are left out. Raises EvidenceError where one is not what was sealed."""
    numbers = set(assessment_ids)
    if host is not None:
        query = select(Assessment.id).where(Assessment.host == host).order_by(col(Assessment.id).desc())
        numbers |= {number for number in session.exec(query.limit(MAX_ASSESSMENTS)) if number is not None}
    found = []
    reseals: dict[int, list[AuditEntry]] = {}
    ordered = sorted(numbers)
    for start in range(0, len(ordered), _STEP):
        step = {subject_of(number): number for number in ordered[start : start + _STEP]}
        entries = select(AuditEntry).where(AuditEntry.action == ASSESSED, col(AuditEntry.subject).in_(step))
        found += [(step[entry.subject], entry) for entry in session.exec(entries)]
        renewed = select(AuditEntry).where(AuditEntry.action == RESEALED, col(AuditEntry.subject).in_(step))
        for entry in session.exec(renewed.order_by(col(AuditEntry.sequence))):
            reseals.setdefault(step[entry.subject], []).append(entry)
    return [
        _conclusion(session, number, entry, reseals.get(number, ()))
        for number, entry in sorted(found, key=lambda pair: pair[0])
    ]


def files_of(conclusions: Sequence[Conclusion], store: ArtifactStore) -> Iterator[tuple[str, bytes]]:
    """Path and bytes of each file, one answer in memory at a time; what several rest on is given once."""
    given: set[str] = set()
    for each in conclusions:
        yield f"{each.folder}/{ASSESSMENT_FILE}", each.content
        if each.answers is None or each.answers.folder in given:
            continue
        given.add(each.answers.folder)
        yield f"{each.answers.folder}/{RECORD_FILE}", each.answers.content
        for service, digest in sorted(each.answers.raw.items()):
            yield f"{each.answers.folder}/{answer_file(service)}", store.get(digest)


def answer_file(service: str) -> str:
    """The file of a service's own answer. Raises EvidenceError for what is no service's name."""
    if not _SERVICE.fullmatch(service):
        raise EvidenceError(f"an answer of {service[:40]!r} has no name that a file may bear; see `lachan doctor`")
    return f"{service}.txt"


def listed(conclusion: Conclusion) -> dict[str, object]:
    """What bundle.json says of an assessment; each value stands in its sealed content as well."""
    row = conclusion.row
    return {
        "folder": conclusion.folder,
        "assessment": row.id,
        "url": row.url,
        "host": row.host,
        "assessed_at": instant(row.assessed_at),
        "level": row.level,
        "points": row.points,
        "rule_set": row.rule_set,
        "answers": conclusion.answers.folder if conclusion.answers else None,
    }


def _conclusion(session: Session, number: int, entry: AuditEntry, reseals: Sequence[AuditEntry]) -> Conclusion:
    row = session.get(Assessment, number)
    if row is None:
        raise EvidenceError(f"assessment {number} is in the log and gone; see `lachan evidence verify`")
    content = _sealed(f"assessment {number}", row, entry.detail)
    told = entry.detail.get("answers")
    answers = _answers(session, answers_now(told, reseals) or told) if isinstance(told, dict) else None
    return Conclusion(row, f"assessment-{number:06d}", content, answers)


def _answers(session: Session, told: Mapping[str, object]) -> Answers:
    number = told.get("record")
    record = session.get(DomainRecord, number) if isinstance(number, int) else None
    if record is None:
        raise EvidenceError(f"domain record {number} is in the log and gone; see `lachan evidence verify`")
    raw = {service: str(digest) for service, digest in record.raw.items()}
    return Answers(f"domain-{number:06d}", _sealed(f"domain record {number}", record, told), raw)


def _sealed(name: str, row: Assessment | DomainRecord, told: Mapping[str, object]) -> bytes:
    columns = told.get("columns")
    content = row_bytes(row, [str(column) for column in columns]) if isinstance(columns, list) else b""
    if hashlib.sha256(content).hexdigest() != told.get("sha256"):
        raise EvidenceError(f"{name} is not what the log says was concluded; see `lachan evidence verify`")
    return content
