"""The states of an owner-record request, the legal moves between them, and ``move``, the only door for a change."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import update
from sqlmodel import Session, col

from storage.audit import record_audit
from storage.models import RecordRequest
from takedown.actor import Actor
from takedown.errors import RecordsError
from takedown.words import word


class RecordState(StrEnum):
    """Where a request stands. Overdue is no state: the clock says it."""

    DRAFTED = "drafted"
    ACCEPTED = "accepted"  # the gate found it complete, a person took it on
    ASKED = "asked"  # a letter left
    PARTLY = "partly"  # something came back, something is still owed
    ANSWERED = "answered"  # everybody who was asked has answered
    DELIVERED = "delivered"  # the dossier was handed over
    CLOSED = "closed"
    REFUSED = "refused"

    @property
    def is_open(self) -> bool:
        """True while its document holds the place: no second request of that document may be open."""
        return self not in {RecordState.CLOSED, RecordState.REFUSED}

    @property
    def runs(self) -> bool:
        """True while the clock of the law runs."""
        return self.is_open and self is not RecordState.DELIVERED


MOVES: dict[RecordState, frozenset[RecordState]] = {
    RecordState.DRAFTED: frozenset({RecordState.ACCEPTED, RecordState.REFUSED}),
    RecordState.ACCEPTED: frozenset(
        {RecordState.ASKED, RecordState.PARTLY, RecordState.ANSWERED, RecordState.DELIVERED, RecordState.REFUSED}
    ),
    RecordState.ASKED: frozenset({RecordState.PARTLY, RecordState.ANSWERED, RecordState.DELIVERED}),
    RecordState.PARTLY: frozenset({RecordState.ASKED, RecordState.ANSWERED, RecordState.DELIVERED}),
    RecordState.ANSWERED: frozenset({RecordState.ASKED, RecordState.PARTLY, RecordState.DELIVERED}),
    # an answer that comes late opens it again, and the dossier is delivered anew
    RecordState.DELIVERED: frozenset({RecordState.PARTLY, RecordState.ANSWERED, RecordState.CLOSED}),
    RecordState.CLOSED: frozenset(),
    RecordState.REFUSED: frozenset(),
}


def move(
    session: Session, request: RecordRequest, to: RecordState, *, actor: Actor, reason: str, now: datetime
) -> RecordRequest:
    """Moves the request with an audit entry, in the caller's transaction.

    Raises RecordsError for a move that the table does not know, a blank reason, or where somebody else moved it.
    """
    before = RecordState(request.state)
    if to not in MOVES[before]:
        possible = ", ".join(sorted(MOVES[before])) or "none"
        possible_vi = ", ".join(word("record", state, "vi") for state in sorted(MOVES[before])) or "không"
        raise RecordsError(
            f"request {request.id} cannot go from `{before}` to `{to}`; possible: {possible}",
            f"yêu cầu {request.id} không đi từ «{word('record', before, 'vi')}» sang "
            f"«{word('record', to, 'vi')}» được; có thể: {possible_vi}",
        )
    if not reason.strip():
        raise RecordsError(
            f"request {request.id}: a change of state needs its reason",
            f"yêu cầu {request.id}: đổi trạng thái cần nêu lý do",
        )
    changed: dict[str, object] = {"state": to.value, "updated_at": now}
    if not to.is_open:
        changed |= {"open_key": None, "ended_at": now}
    if to is RecordState.DELIVERED:
        changed["delivered_at"] = now
    statement = (
        update(RecordRequest)
        .where(col(RecordRequest.id) == request.id, col(RecordRequest.state) == before.value)
        .values(**changed)
        .execution_options(synchronize_session=False)
    )
    if session.execute(statement).rowcount != 1:  # type: ignore[attr-defined]
        raise RecordsError(
            f"request {request.id} is no longer `{before}`: somebody else changed it; look at it again",
            f"yêu cầu {request.id} không còn «{word('record', before, 'vi')}»: người khác đã đổi; hãy xem lại",
        )
    session.refresh(request)
    note(session, request, "moved", actor, now, {"from": before, "to": to, "reason": reason})
    return request


def note(
    session: Session, request: RecordRequest, what: str, actor: Actor, now: datetime, detail: dict[str, object]
) -> None:
    """One line of the audit chain about a request; ``detail`` must hold nothing personal: the chain is for ever."""
    record_audit(
        session, at=now, actor=actor.name, action=f"records.{what}", subject=subject_of(request.id), detail=detail
    )


def subject_of(request_id: int | None) -> str:
    """How the audit chain names a request."""
    return f"record request {request_id}"
