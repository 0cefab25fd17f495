"""The part of the audit log that a bundle carries: recomputable for its own matter, places only for others'."""

import hashlib
import json
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC
from typing import Any

from sqlmodel import Session, col, func, select

from crawler.errors import EvidenceError
from storage.models import AuditEntry

_STEP = 500


def audit_lines(session: Session, subjects: Collection[str]) -> Iterator[bytes]:
    """JSON lines from the first entry about ``subjects`` to the last, each with its digest, in flat memory.

    Of an entry about anything but ``subjects`` only sequence, previous and digest are given: it may name another case.
    Raises EvidenceError where an entry does not have its digest.
    """
    own = frozenset(subjects)
    first, last = _span(session, sorted(own))
    while first <= last:
        query = select(AuditEntry).where(col(AuditEntry.sequence) >= first, col(AuditEntry.sequence) <= last)
        entries = session.exec(query.order_by(col(AuditEntry.sequence)).limit(_STEP)).all()
        if not entries:
            return
        for entry in entries:
            yield _line(entry, own)
            session.expunge(entry)
        first = entries[-1].sequence + 1


def _span(session: Session, subjects: Sequence[str]) -> tuple[int, int]:
    first = last = 0
    for start in range(0, len(subjects), _STEP):
        query = select(func.min(AuditEntry.sequence), func.max(AuditEntry.sequence))
        low, high = session.exec(query.where(col(AuditEntry.subject).in_(subjects[start : start + _STEP]))).one()
        if high is not None:
            first, last = min(first or low, low), max(last, high)
    return first or 1, last


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
