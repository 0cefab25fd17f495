"""The audit log: an append-only chain in which every entry seals the one before it."""

import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, select

from storage.models import AuditEntry
from storage.models.columns import clean_text
from storage.walk import Unreadable, walk
from storage.witness import note_at_commit

GENESIS = "0" * 64  # what the first entry follows
MAX_ENTRY_BYTES = 64_000
MAX_DETAIL_DEPTH = 16
_CHAIN_LOCK = 0x6C61_6368_616E_02
_STEP = 1000
_VIA = "lachan_via"
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class AuditHead:
    """The newest entry; sequence 0 and 64 zeros where there is none. Its digest seals the whole log so far."""

    sequence: int
    digest: str


@dataclass(frozen=True, slots=True)
class AuditFault:
    """``sequence``: where the chain does not hold (0: an entry that is not there at all), and why in words."""

    sequence: int
    reason: str


@dataclass(frozen=True, slots=True)
class AuditReport:
    """``faults`` stops at a bound, so that a log that is all wrong fills no memory."""

    entries: int
    head: AuditHead
    faults: tuple[AuditFault, ...] = ()

    @property
    def holds(self) -> bool:
        return not self.faults


def record_audit(
    session: Session, *, at: datetime, actor: str, action: str, subject: str, detail: Mapping[str, Any] | None = None
) -> AuditEntry:
    """Adds one entry to the chain, in the caller's transaction; until it ends no other writer can add one.

    Where the caller has noted on the session by what its actor came in (``note_via``), the entry says so.

    ``detail`` holds JSON values; characters that no database keeps are replaced, whole floats become integers.
    Raises ValueError for a naive time, a NaN, or a detail beyond 64,000 bytes or 16 levels.
    """
    _lock_chain(session)
    head = audit_head(session)
    entry = AuditEntry(
        sequence=head.sequence + 1,
        at=at,
        actor=clean_text(actor)[:100],
        action=clean_text(action)[:64],
        subject=clean_text(subject)[:200],
        detail=_plain_mapping({**(detail or {}), **session.info.get(_VIA, {})}, 0),
        previous=head.digest,
        digest="",
    )
    entry.digest = _digest(entry)
    session.add(entry)
    session.flush()
    note_at_commit(session, entry.sequence, entry.digest)
    return entry


def note_via(session: Session, via: str) -> None:
    """From here on every entry of this session names in its detail what the actor came in by, as «token 7»."""
    session.info[_VIA] = {"via": via}


def audit_head(session: Session) -> AuditHead:
    """The newest entry's place and digest."""
    newest = select(AuditEntry.sequence, AuditEntry.digest).order_by(col(AuditEntry.sequence).desc()).limit(1)
    row = session.exec(newest).first()
    return AuditHead(*row) if row else AuditHead(0, GENESIS)


def find_entries(
    session: Session,
    *,
    actor: str = "",
    action: str = "",
    subject: str = "",
    before: int | None = None,
    limit: int,
) -> Sequence[AuditEntry]:
    """The newest first: of a whole actor or subject, of actions that begin so; ``before``: with lower numbers only."""
    query = select(AuditEntry).order_by(col(AuditEntry.sequence).desc())
    if actor.strip():
        query = query.where(AuditEntry.actor == actor.strip()[:100])
    if action.strip():
        query = query.where(col(AuditEntry.action).startswith(action.strip()[:64], autoescape=True))
    if subject.strip():
        query = query.where(AuditEntry.subject == subject.strip()[:200])
    if before is not None:
        query = query.where(col(AuditEntry.sequence) < before)
    return session.exec(query.limit(limit)).all()


def verify_audit(session: Session, *, anchors: Iterable[str] = (), max_faults: int = 100) -> AuditReport:
    """Reads the whole chain in flat memory and names every place where it does not hold.

    ``anchors`` are digests of heads noted elsewhere (a sealed manifest, yesterday's report): the chain alone cannot
    tell that its newest entries were cut off, an anchor can.
    """
    missing = set(anchors) - {GENESIS}
    faults: list[AuditFault] = []
    head, entries = AuditHead(0, GENESIS), 0
    for entry in _entries(session):
        faults.extend(AuditFault(entry.sequence, reason) for reason in _faults(entry, head))
        del faults[max_faults:]
        head, entries = AuditHead(entry.sequence, entry.digest), entries + 1
        missing.discard(entry.digest)
    faults.extend(AuditFault(0, f"entry {digest} was noted elsewhere, yet is missing here") for digest in missing)
    return AuditReport(entries, head, tuple(faults[:max_faults]))


def canonical_json(document: Mapping[str, Any]) -> bytes:
    """The log's own form of a JSON document, over which digests are computed: the same on both databases.

    Raises ValueError for NaN, infinity or more than 16 levels, TypeError for what is no JSON value.
    """
    return _dump(_plain_mapping(document, 0))


def _lock_chain(session: Session) -> None:
    # On SQLite every writing transaction holds the database's only write lock already.
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CHAIN_LOCK})


def _entries(session: Session) -> Iterator[AuditEntry]:
    """Every entry; or where a damaged column cannot be read at all, what is left of it, which matches no digest."""
    for page in walk(session, select(AuditEntry), col(AuditEntry.sequence), step=_STEP):
        for row in page:
            if isinstance(row, Unreadable):
                yield _remains(row.key)
                continue
            yield row
            if row in session:
                session.expunge(row)


def _remains(sequence: int) -> AuditEntry:
    digest = f"unreadable entry {sequence}"
    return AuditEntry(sequence=sequence, at=_NEVER, actor="", action="", subject="", previous="", digest=digest)


def _faults(entry: AuditEntry, head: AuditHead) -> Iterator[str]:
    if entry.sequence != head.sequence + 1:
        yield f"follows entry {head.sequence}: those between them are missing"
    if entry.previous != head.digest:
        yield "does not seal the entry before it"
    if entry.digest != _stored_digest(entry):
        yield "its own content was altered"


def _stored_digest(entry: AuditEntry) -> str:
    try:
        return _digest(entry)
    except (ValueError, TypeError, AttributeError):
        return ""  # no longer anything that record_audit writes


def _digest(entry: AuditEntry) -> str:
    """SHA-256 over the entry as JSON with sorted keys and no spaces, its own digest left out."""
    fields = {
        "sequence": entry.sequence,
        "at": _instant(entry.at),
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "detail": _plain_mapping(entry.detail, 0),
        "previous": entry.previous,
    }
    canonical = _dump(fields)
    if len(canonical) > MAX_ENTRY_BYTES:
        raise ValueError(f"an audit entry of {len(canonical)} bytes is over the bound of {MAX_ENTRY_BYTES}")
    return hashlib.sha256(canonical).hexdigest()


def _dump(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def _instant(at: datetime) -> str:
    if at.tzinfo is None:
        raise ValueError("an audit entry needs a time with its zone; use datetime.now(UTC)")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _plain(value: object, depth: int) -> object:
    """The value as both databases give it back: PostgreSQL keeps 1.0 as 1.0 but 1e16 as an integer, and no -0.0."""
    if depth > MAX_DETAIL_DEPTH:
        raise ValueError(f"an audit detail may be {MAX_DETAIL_DEPTH} levels deep")
    if isinstance(value, str):
        return clean_text(value)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError("an audit detail cannot hold NaN or infinity")
        return int(value) if value.is_integer() else value
    if isinstance(value, Mapping):
        return _plain_mapping(value, depth)
    if isinstance(value, list | tuple):
        return [_plain(item, depth + 1) for item in value]
    raise TypeError(f"an audit detail holds JSON values, not {type(value).__name__}")


def _plain_mapping(value: Mapping[str, Any], depth: int) -> dict[str, Any]:
    return {clean_text(key): _plain(item, depth + 1) for key, item in value.items()}
