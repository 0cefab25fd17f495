"""Enters an assessment, and the answers about its domain, into the audit log: what was concluded is sealed as well."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, SQLModel

from crawler.evidence.recipe import instant
from storage.audit import canonical_json, record_audit
from storage.models import Assessment, AuditEntry, DomainRecord

ASSESSED = "assessment.recorded"
ACTOR = "crawler"

# What changes later, or only says where the row lies.
_NOT_SEALED = frozenset({"id", "target_id", "taken_in_at", "key_id", "wrapped_key", "owner_mark"})


def record_assessment(session: Session, row: Assessment, *, now: datetime, actor: str = ACTOR) -> AuditEntry:
    """One entry for an assessment that was added, with the digest of its content and of the answers that it rests on.

    The entry names the columns that it covers, so that a later column makes no old entry wrong. The caller commits.
    """
    session.flush()
    session.refresh(row)  # what the database keeps: too long a text was cut, a float may have become an integer
    columns = sealed_columns(row)
    detail: dict[str, Any] = {"host": row.host, "columns": columns, "sha256": row_digest(row, columns)}
    record = session.get(DomainRecord, row.domain_record_id) if row.domain_record_id is not None else None
    if record is not None:
        session.refresh(record)
        columns = sealed_columns(record)
        detail["answers"] = {"record": record.id, "columns": columns, "sha256": row_digest(record, columns)}
    return record_audit(session, at=now, actor=actor, action=ASSESSED, subject=subject_of(row.id or 0), detail=detail)


def subject_of(assessment_id: int) -> str:
    """What the audit log calls an assessment."""
    return f"assessment:{assessment_id}"


def sealed_columns(row: SQLModel) -> list[str]:
    """The columns that make up a row's content, sorted."""
    return sorted(type(row).model_fields.keys() - _NOT_SEALED)


def row_digest(row: SQLModel, columns: Sequence[str]) -> str:
    """SHA-256 over ``row_bytes``."""
    return hashlib.sha256(row_bytes(row, columns)).hexdigest()


def row_bytes(row: SQLModel, columns: Sequence[str]) -> bytes:
    """These columns in the audit log's canonical form. A column that is gone counts as empty."""
    content: Mapping[str, Any] = {name: _plain(getattr(row, name, None)) for name in columns}
    return canonical_json(content)


def _plain(value: object) -> object:
    return instant(value) if isinstance(value, datetime) else value
