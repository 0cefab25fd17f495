"""Judging cases: lock, assignment, verdicts, merge and split; each call is one service of the review."""

from collections.abc import Callable
from typing import Annotated, Literal

from fastapi import Response
from pydantic import BaseModel, Field
from sqlmodel import Session

from storage.models import Case
from takedown import gathering, review
from takedown.api.calls import Body, Call, CallNow, Calls, Done, Key, MaybeKey, Number, Tag, Why
from takedown.api.resources.cases import CaseNow, state_of
from takedown.api.scopes import Scope
from takedown.api.tags import case_tag
from takedown.history import find_case
from takedown.lifecycle import CaseState, lock_cases
from takedown.watching import check_now
from takedown.web.access import APPROVE, REVIEW

calls = Calls(tags=["review"])
MAX_BULK = 200
Reason = Annotated[str, Field(min_length=1, max_length=2000)]
CaseId = Annotated[int, Field(ge=1, le=2_147_483_647)]
VerdictWord = Literal["confirmed", "false_positive", "duplicate", "police_first"]
MoveWord = Literal["refused", "escalated", "closed", "confirmed"]


class Verdict(Body):
    """``clean_only``: an honest site that was broken into. ``duplicate_of``: with `duplicate`, the other case."""

    verdict: VerdictWord
    reason: Reason
    duplicate_of: CaseId | None = None
    clean_only: bool = False


class Verdicts(Body):
    """One verdict with one reason over several cases."""

    cases: Annotated[list[CaseId], Field(min_length=1, max_length=MAX_BULK)]
    verdict: VerdictWord
    reason: Reason


class NotJudged(BaseModel):
    case: int
    said: str


class Judged(BaseModel):
    """What could not be judged is named, and holds nothing up."""

    judged: list[int]
    refused: list[NotJudged]


class Assignee(Body):
    """ "" is nobody."""

    assignee: Annotated[str, Field(max_length=64)]


class Blind(Body):
    blind: bool


class Move(Body):
    to: MoveWord
    reason: Reason


class MergeOther(Body):
    """The case that goes into this one."""

    other: CaseId
    reason: Reason


class SplitHost(Body):
    """The gathered site that is taken out."""

    host: Annotated[str, Field(min_length=1, max_length=255)]
    reason: Reason


class NextLook(BaseModel):
    """``due_at``: when `lachan verify` looks next."""

    case: int
    due_at: str


_calls = (REVIEW, Scope.CASES_DECIDE, CaseNow)


@calls.change("/cases/{number}/lock", *_calls)
def lock(call: CallNow, number: Number, key: MaybeKey = None) -> Response:
    """Take a case for judging, for half an hour; again: another half an hour."""
    return _do(call, number, lambda s: review.take(s, number, actor=call.actor, now=call.now), key=key)


@calls.change("/cases/{number}/lock", *_calls, method="DELETE")
def unlock(call: CallNow, number: Number, key: MaybeKey = None) -> Response:
    """Give a case back to the queue; an approver frees another's lock."""
    return _do(call, number, lambda s: review.release(s, number, actor=call.actor, now=call.now), key=key)


@calls.change("/cases/{number}/assignee", *_calls, method="PUT")
def assign(call: CallNow, number: Number, body: Assignee, tag: Tag, key: MaybeKey = None) -> Response:
    """Whose the case is."""
    return _do(
        call, number, lambda s: review.assign(s, number, body.assignee, actor=call.actor, now=call.now), tag, key
    )


@calls.change("/cases/{number}/verdict", *_calls)
def judge(call: CallNow, number: Number, body: Verdict, tag: Tag, key: MaybeKey = None) -> Response:
    """Judge a case that was taken; where it is judged blind, the first of two opinions."""
    return _do(
        call,
        number,
        lambda s: review.judge(
            s,
            number,
            CaseState(body.verdict),
            reason=body.reason,
            actor=call.actor,
            now=call.now,
            duplicate_of=body.duplicate_of,
            clean_only=body.clean_only,
        ),
        tag,
        key,
    )


@calls.change("/verdicts", REVIEW, Scope.CASES_DECIDE, Judged, also=("key-needed",))
def judge_many(call: CallNow, body: Verdicts, key: Key) -> Response:
    """Judge several cases with one reason; those that somebody else has are named and left alone."""

    def act(session: Session) -> Done:
        report = review.judge_many(
            session, body.cases, CaseState(body.verdict), reason=body.reason, actor=call.actor, now=call.now
        )
        refused = [NotJudged(case=case, said=said) for case, said in report.refused]
        return Done(Judged(judged=list(report.judged), refused=refused))

    return call.change(act, key=key)


@calls.change("/cases/{number}/undo", *_calls)
def undo(call: CallNow, number: Number, body: Why, tag: Tag, key: MaybeKey = None) -> Response:
    """Take a verdict back, within the rules."""
    return _do(
        call, number, lambda s: review.undo(s, number, reason=body.reason, actor=call.actor, now=call.now), tag, key
    )


@calls.change("/cases/{number}/blind", APPROVE, Scope.CASES_DECIDE, CaseNow, method="PUT")
def blind(call: CallNow, number: Number, body: Blind, tag: Tag, key: MaybeKey = None) -> Response:
    """Whether two people judge without seeing each other's words."""
    return _do(
        call, number, lambda s: review.set_blind(s, number, body.blind, actor=call.actor, now=call.now), tag, key
    )


@calls.change("/cases/{number}/move", APPROVE, Scope.CASES_DECIDE, CaseNow)
def move(call: CallNow, number: Number, body: Move, tag: Tag, key: MaybeKey = None) -> Response:
    """Move a case where no verdict, notice or check moves it."""
    return _do(
        call,
        number,
        lambda s: review.move(s, number, CaseState(body.to), reason=body.reason, actor=call.actor, now=call.now),
        tag,
        key,
    )


@calls.change("/cases/{number}/merge", *_calls)
def merge(call: CallNow, number: Number, body: MergeOther, tag: Tag, key: MaybeKey = None) -> Response:
    """Take another case of the same scam into this one."""
    return _do(
        call,
        number,
        lambda s: gathering.merge(s, number, body.other, reason=body.reason, actor=call.actor, now=call.now),
        tag,
        key,
    )


@calls.change("/cases/{number}/split", *_calls)
def split(call: CallNow, number: Number, body: SplitHost, tag: Tag, key: MaybeKey = None) -> Response:
    """Take a gathered site out again; answers this case."""

    def act(session: Session) -> Case:
        gathering.split(session, number, body.host, reason=body.reason, actor=call.actor, now=call.now)
        return find_case(session, number)

    return _do(call, number, act, tag, key)


@calls.change("/cases/{number}/check", REVIEW, Scope.CASES_DECIDE, NextLook)
def check(call: CallNow, number: Number, key: MaybeKey = None) -> Response:
    """Make the next look at a case's pages due at once."""

    def act(session: Session) -> Done:
        watch = check_now(session, number, now=call.now)
        return Done(NextLook(case=number, due_at=(watch.due_at or call.now).isoformat()))

    return call.change(act, key=key)


def _do(
    call: Call,
    number: int,
    act: Callable[[Session], Case],
    expected: str | None = None,
    key: str | None = None,
) -> Response:
    """One service over one case; ``expected`` None: the service itself keeps two people apart."""

    def done(session: Session) -> Done:
        row = act(session)
        session.flush()
        session.refresh(row)
        return Done(state_of(row), case_tag(session, number))

    def found(session: Session) -> str:
        lock_cases(session)
        return case_tag(session, number)

    return call.change(done, key=key, expected=expected or "", tag=found if expected is not None else None)
