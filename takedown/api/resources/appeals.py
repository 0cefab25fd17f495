"""Objections and their decision; withdrawals and every place that they must reach."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import Response
from pydantic import BaseModel, Field
from sqlmodel import Session

from storage.models import Appeal, Withdrawal, WithdrawalStep
from takedown.api.calls import (
    AfterDue,
    Before,
    Body,
    CallNow,
    Calls,
    Done,
    Key,
    Limit,
    MaybeKey,
    Number,
    Row,
    Tag,
    Why,
    answer,
    due_mark,
)
from takedown.api.scopes import Scope
from takedown.api.tags import appeal_tag, case_tag
from takedown.appeals import decide_appeal, find_appeal, handlers, list_appeals
from takedown.due_order import DueMark
from takedown.web.access import APPROVE, CASES, REVIEW
from takedown.withdrawal import list_withdrawals, order_withdrawal, prove_notice, prove_publication, steps_of

calls = Calls(tags=["appeals"])
StateFilter = Literal["received", "upheld", "rejected"]
StepNumber = Number


class Objection(Row):
    """``text``, ``name`` and ``contact`` are a stranger's words. The receipt code is kept nowhere."""

    id: int
    url: str
    host: str
    case_id: int | None
    name: str
    contact: str
    text: str
    state: str
    received_at: datetime
    due_at: datetime
    decided_by: str
    decided_at: datetime | None
    decision: str


class AppealHeard(BaseModel):
    """``handlers``: who had a part in the case and so may not decide."""

    appeal: Objection
    handlers: list[str]


class Objections(BaseModel):
    """The next to be decided first; ``next``: for ``after``, null on the last page."""

    items: list[Objection]
    next: str | None


class AppealDecision(Body):
    """``upheld`` withdraws everything that was said. Its sender may read ``decision``."""

    upheld: bool
    decision: Annotated[str, Field(min_length=1, max_length=4000)]


class Place(Row):
    """One place that a withdrawal must reach, and how it is known that it did."""

    id: int
    kind: str
    place: str
    state: str
    proof: str
    at: datetime | None


class Withdrawn(BaseModel):
    id: int
    case_id: int
    appeal_id: int | None
    ordered_by: str
    reason: str
    at: datetime
    done_at: datetime | None
    steps: list[Place]


class Withdrawals(BaseModel):
    """The newest first; ``next``: for ``before``, null on the last page."""

    items: list[Withdrawn]
    next: int | None


class StepProof(Body):
    """A list: the digest of the edition that the entry is gone from. A recipient: number, ticket or who answered."""

    kind: Literal["publication", "notice"]
    proof: Annotated[str, Field(min_length=1, max_length=900)]


@calls.read("/appeals", CASES, Scope.CASES_READ, Objections)
def listed(call: CallNow, state: StateFilter | None = None, after: AfterDue = "", limit: Limit = 30) -> Response:
    """Objections of owners, the next to be decided first."""
    with call.desk.reading() as session:
        rows = list_appeals(session, state, after=due_mark(after), limit=limit + 1)
    items = [Objection.model_validate(row) for row in rows[:limit]]
    more = DueMark(items[-1].due_at, items[-1].id).encode() if len(rows) > limit else None
    return answer(Objections(items=items, next=more))


@calls.read("/appeals/{number}", CASES, Scope.CASES_READ, AppealHeard)
def appeal(call: CallNow, number: Number) -> Response:
    """One objection, and who may not decide it."""
    with call.desk.reading() as session:
        row = find_appeal(session, number)
        part = sorted(handlers(session, row.case_id)) if row.case_id is not None else []
    return answer(AppealHeard(appeal=Objection.model_validate(row), handlers=part), appeal_tag(row))


@calls.change("/appeals/{number}/decision", APPROVE, Scope.APPEALS_DECIDE, Objection)
def decide(call: CallNow, number: Number, body: AppealDecision, tag: Tag, key: MaybeKey = None) -> Response:
    """Decide an objection, as somebody who had no part in the case."""

    def done(row: Appeal) -> Done:
        return Done(Objection.model_validate(row), appeal_tag(row))

    return call.change(
        lambda s: done(
            decide_appeal(
                s, call.desk.store, number, upheld=body.upheld, decision=body.decision, actor=call.actor, now=call.now
            )
        ),
        key=key,
        expected=tag,
        tag=lambda s: appeal_tag(find_appeal(s, number)),
    )


@calls.read("/withdrawals", CASES, Scope.CASES_READ, Withdrawals)
def withdrawals(call: CallNow, before: Before = None, limit: Limit = 30) -> Response:
    """Withdrawals with every place that they must reach."""
    with call.desk.reading() as session:
        rows = list_withdrawals(session, before=before, limit=limit + 1)
        items = [_withdrawn(session, row) for row in rows[:limit]]
    return answer(Withdrawals(items=items, next=items[-1].id if len(rows) > limit else None))


@calls.change("/cases/{number}/withdrawal", APPROVE, Scope.APPEALS_DECIDE, Withdrawn)
def withdraw(call: CallNow, number: Number, body: Why, tag: Tag, key: Key) -> Response:
    """Take back everything that was said about a case; whoever was told hears of it."""
    return call.change(
        lambda s: Done(
            _withdrawn(
                s, order_withdrawal(s, call.desk.store, number, reason=body.reason, actor=call.actor, now=call.now)
            )
        ),
        key=key,
        expected=tag,
        tag=lambda s: case_tag(s, number),
    )


@calls.change("/withdrawals/steps/{number}/proof", REVIEW, Scope.APPEALS_DECIDE, Place)
def prove(call: CallNow, number: Number, body: StepProof, key: Key) -> Response:
    """Show that a list or a recipient has heard of a withdrawal."""

    def act(session: Session) -> Done:
        words = {"actor": call.actor, "now": call.now}
        step: WithdrawalStep
        if body.kind == "publication":
            step = prove_publication(session, number, absent_from=body.proof, **words)  # type: ignore[arg-type]
        else:
            step = prove_notice(session, number, proof=body.proof, **words)  # type: ignore[arg-type]
        return Done(Place.model_validate(step))

    return call.change(act, key=key)


def _withdrawn(session: Session, row: Withdrawal) -> Withdrawn:
    return Withdrawn(
        id=row.id or 0,
        case_id=row.case_id,
        appeal_id=row.appeal_id,
        ordered_by=row.ordered_by,
        reason=row.reason,
        at=row.at,
        done_at=row.done_at,
        steps=[Place.model_validate(step) for step in steps_of(session, row.id or 0)],
    )
