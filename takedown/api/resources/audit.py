"""The audit log: read, searched, and its chain checked."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import Query, Response
from pydantic import BaseModel, Field

from storage.audit import find_entries, verify_audit
from storage.models.columns import clean_text
from takedown.api.calls import Before, CallNow, Calls, Limit, Row, answer
from takedown.api.scopes import Scope
from takedown.owner_words import unnamed
from takedown.web.access import AUDIT

calls = Calls(tags=["audit"])
Word = Annotated[str, Query(max_length=200)]


class Entry(Row):
    """``digest`` seals the entry as it is stored and, by ``previous``, all before it; ``detail`` names no owner."""

    sequence: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: dict[str, Any]
    previous: str
    digest: str


class Entries(BaseModel):
    """The newest first; ``next``: for ``before``, null on the last page."""

    items: list[Entry]
    next: int | None


class ChainFault(Row):
    """Where the chain does not hold; 0: an entry that is not there at all."""

    sequence: int
    reason: str


class Report(BaseModel):
    """``head``: the newest entry's digest, to be noted elsewhere."""

    holds: bool
    entries: int
    sequence: int
    head: Annotated[str, Field(min_length=64, max_length=64)]
    faults: list[ChainFault]


@calls.read("/audit", AUDIT, Scope.AUDIT_READ, Entries)
def log(
    call: CallNow, actor: Word = "", action: Word = "", subject: Word = "", before: Before = None, limit: Limit = 30
) -> Response:
    """Entries, the newest first; whole words of an actor or subject, the beginning of an action."""
    with call.desk.reading() as session:
        rows = find_entries(
            session,
            actor=clean_text(actor),
            action=clean_text(action),
            subject=clean_text(subject),
            before=before,
            limit=limit + 1,
        )
    told = ("sequence", "at", "actor", "action", "subject", "previous", "digest")
    shown = [Entry(detail=unnamed(row.detail), **{name: getattr(row, name) for name in told}) for row in rows[:limit]]
    return answer(Entries(items=shown, next=shown[-1].sequence if len(rows) > limit else None))


@calls.read("/audit/check", AUDIT, Scope.AUDIT_READ, Report)
def check(call: CallNow) -> Response:
    """Every entry against the one before it."""
    with call.desk.reading() as session:
        found = verify_audit(session)
    return answer(
        Report(
            holds=found.holds,
            entries=found.entries,
            sequence=found.head.sequence,
            head=found.head.digest,
            faults=[ChainFault.model_validate(entry) for entry in found.faults],
        )
    )
