"""The part of the audit log that a bundle carries: recomputable for its own matter, places only for others'."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import UTC
from typing import Any

from sqlmodel import Session, col, func, select

from crawler.errors import EvidenceError
from crawler.evidence.seal import subject_of
from storage.models import AuditEntry, Observation

_STEP = 500


def audit_lines(session: Session, rows: Sequence[Observation]) -> Iterator[bytes]:
    """JSON lines from the first entry about ``rows`` to the last, each with its digest, in flat memory.

    Of an entry about anything but ``rows`` only sequence, previous and digest are given: it may name another case.
    Raises EvidenceError where an entry does not have its digest.
    """
    first, last = _span(session, rows)
    own = frozenset(subject_of(row.id or 0) for row in rows)
    while first <= last:
        query = select(AuditEntry).where(col(AuditEntry.sequence) >= first, col(AuditEntry.sequence) <= last)
        entries = session.exec(query.order_by(col(AuditEntry.sequence)).limit(_STEP)).all()
        if not entries:
            return
        for entry in entries:
            yield _line(entry, own)
            session.expunge(entry)
        first = entries[-1].sequence + 1


def _span(session: Session, rows: Sequence[Observation]) -> tuple[int, int]:
    subjects = [subject_of(row.id or 0) for row in rows]
    query = select(func.min(AuditEntry.sequence), func.max(AuditEntry.sequence))
    first, last = session.exec(query.where(col(AuditEntry.subject).in_(subjects))).one()
    return first or 1, last or 0


def _line(entry: AuditEntry, own: frozenset[str]) -> bytes:
    place = {"sequence": entry.sequence, "previous": entry.previous, "digest": entry.digest}
    if entry.subject not in own:
        return _dump(place) + b"\n"
    fields = {
        "sequence": entry.sequence,
        "at": entry.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "detail": entry.detail,
        "previous": entry.previous,
    }
    if hashlib.sha256(_dump(fields)).hexdigest() != entry.digest:
        raise EvidenceError(f"audit entry {entry.sequence} does not have its digest; see `lachan evidence verify`")
    return _dump({**fields, "digest": entry.digest}) + b"\n"


def _dump(document: dict[str, Any]) -> bytes:
    """The canonical form over which the log computes its digests."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
