"""The states of a case, the legal moves between them, and ``transition``, the only door for a change of state."""

from datetime import datetime
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import CursorResult, func, text, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from storage.models import Case, CaseEvent
from takedown.errors import CaseChangedError, IllegalTransitionError
from takedown.history import record_event
from takedown.words import word

_CASES_LOCK = 0x6C61_6368_616E_04


class CaseState(StrEnum):
    """Where a case stands, from the first suspicion to the end of the watch for a relapse."""

    NEW = "new"
    IN_REVIEW = "in_review"
    CONFIRMED = "confirmed"
    FALSE_POSITIVE = "false_positive"
    DUPLICATE = "duplicate"
    POLICE_FIRST = "police_first"
    REQUESTED = "requested"
    WAITING = "waiting"
    DOWN = "down"  # verified
    REFUSED = "refused"
    ESCALATED = "escalated"
    CLOSED = "closed"

    @property
    def is_open(self) -> bool:
        """True while the case holds its host: no second case of that host may be opened."""
        return self not in {CaseState.FALSE_POSITIVE, CaseState.DUPLICATE, CaseState.CLOSED}


# A verdict takes a review, a request takes a confirmation, and every verdict can be taken back into review.
MOVES: dict[CaseState, frozenset[CaseState]] = {
    CaseState.NEW: frozenset({CaseState.IN_REVIEW}),
    CaseState.IN_REVIEW: frozenset(
        {
            CaseState.NEW,
            CaseState.CONFIRMED,
            CaseState.FALSE_POSITIVE,
            CaseState.DUPLICATE,
            CaseState.POLICE_FIRST,
        }
    ),
    CaseState.CONFIRMED: frozenset({CaseState.IN_REVIEW, CaseState.POLICE_FIRST, CaseState.REQUESTED, CaseState.DOWN}),
    CaseState.POLICE_FIRST: frozenset({CaseState.IN_REVIEW, CaseState.CONFIRMED, CaseState.CLOSED}),
    CaseState.REQUESTED: frozenset({CaseState.IN_REVIEW, CaseState.WAITING, CaseState.REFUSED}),
    CaseState.WAITING: frozenset({CaseState.IN_REVIEW, CaseState.DOWN, CaseState.REFUSED, CaseState.ESCALATED}),
    CaseState.REFUSED: frozenset({CaseState.IN_REVIEW, CaseState.ESCALATED, CaseState.CLOSED}),
    CaseState.ESCALATED: frozenset(
        {CaseState.IN_REVIEW, CaseState.WAITING, CaseState.DOWN, CaseState.REFUSED, CaseState.CLOSED}
    ),
    CaseState.DOWN: frozenset({CaseState.CONFIRMED, CaseState.CLOSED}),  # back: it relapsed under watch
    CaseState.CLOSED: frozenset({CaseState.IN_REVIEW, CaseState.CONFIRMED}),  # it relapsed after the watch
    CaseState.FALSE_POSITIVE: frozenset({CaseState.IN_REVIEW}),
    CaseState.DUPLICATE: frozenset({CaseState.IN_REVIEW}),
}


def transition(session: Session, case: Case, to: CaseState, *, actor: str, reason: str, now: datetime) -> CaseEvent:
    """Moves the case, with a line of its history and an audit entry, in the caller's transaction.

    Raises IllegalTransitionError for a move that the table does not know or a blank actor or reason, or where
    another case of the host is open; CaseChangedError where the case is no longer in the state that it was read in.
    """
    lock_cases(session)
    if case.id is None:
        raise CaseChangedError("the case was never stored", "vụ này chưa từng được lưu")
    before = CaseState(case.state)
    _check_move(case, before, to, actor, reason)
    _move(session, case, before, to, now)
    detail = {"from": before, "to": to, "reason": reason}
    return record_event(session, case, "transition", actor=actor, detail=detail, now=now)


def lock_cases(session: Session) -> None:
    """Makes every other change of cases wait until this transaction ends.

    On SQLite a writing transaction is alone anyway. On PostgreSQL two that hold a case each and want the audit chain,
    or the other's case, would deadlock; taken first, one lock orders them.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CASES_LOCK})


def _check_move(case: Case, before: CaseState, to: CaseState, actor: str, reason: str) -> None:
    if to not in MOVES[before]:
        possible = ", ".join(sorted(MOVES[before]))
        possible_vi = ", ".join(word("state", state, "vi") for state in sorted(MOVES[before]))
        raise IllegalTransitionError(
            f"case {case.id} cannot go from `{before}` to `{to}`; possible: {possible}",
            f"vụ {case.id} không đi từ «{word('state', before, 'vi')}» sang «{word('state', to, 'vi')}»"
            f" được; có thể: {possible_vi}",
        )
    if not actor.strip() or not reason.strip():
        raise IllegalTransitionError(
            f"case {case.id}: a change of state needs who makes it and why",
            f"vụ {case.id}: đổi trạng thái cần nêu ai và vì sao",
        )


def _move(session: Session, case: Case, before: CaseState, to: CaseState, now: datetime) -> None:
    """Writes the state only where the row still has the one that was read: two reviewers cannot both decide."""
    changed: dict[str, object] = {"state": to.value, "updated_at": now, "open_key": case.host if to.is_open else None}
    if to is CaseState.DOWN:
        changed["down_at"] = func.coalesce(col(Case.down_at), now)
    statement = update(Case).where(col(Case.id) == case.id, col(Case.state) == before.value).values(**changed)
    try:
        with session.begin_nested():
            result = cast(CursorResult[Any], session.execute(statement.execution_options(synchronize_session=False)))
    except IntegrityError as error:
        raise IllegalTransitionError(
            f"case {case.id} cannot be opened again: another case of {case.host} is open; go on with that one",
            f"vụ {case.id} không mở lại được: {case.host} đang có vụ khác mở; hãy làm tiếp vụ đó",
        ) from error
    if result.rowcount != 1:
        raise CaseChangedError(
            f"case {case.id} is no longer `{before}`: somebody else changed it; look at it again",
            f"vụ {case.id} không còn «{word('state', before, 'vi')}»: người khác đã đổi; hãy xem lại",
        )
    session.refresh(case)
