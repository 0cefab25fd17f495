"""Judging a case: each button is one service of the review, and the service decides whether it may."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from takedown import gathering, review
from takedown.actor import Actor
from takedown.errors import RefusedError
from takedown.lifecycle import CaseState
from takedown.watching import check_now
from takedown.web.access import APPROVE, REVIEW, Pages, desk_of, visitor_of

pages = Pages()
Reason = Annotated[str, Form(max_length=2000)]


@pages.change("/cases/{number}/take", REVIEW)
def take(request: Request, number: int) -> Response:
    """Opens it for judging."""
    return _do(request, number, lambda session, actor, now: review.take(session, number, actor=actor, now=now))


@pages.change("/cases/{number}/release", REVIEW)
def release(request: Request, number: int) -> Response:
    """Back to the queue."""
    return _do(request, number, lambda session, actor, now: review.release(session, number, actor=actor, now=now))


@pages.change("/cases/{number}/judge", REVIEW)
def judge(
    request: Request,
    number: int,
    verdict: Annotated[str, Form()] = "",
    reason: Reason = "",
    duplicate_of: Annotated[str, Form(max_length=12)] = "",
    clean_only: Annotated[bool, Form()] = False,
) -> Response:
    """The verdict; the case must have been taken."""
    other = int(duplicate_of) if duplicate_of.isascii() and duplicate_of.isdigit() else None
    return _do(
        request,
        number,
        lambda session, actor, now: review.judge(
            session,
            number,
            _state(verdict),
            reason=reason,
            actor=actor,
            now=now,
            duplicate_of=other,
            clean_only=clean_only,
        ),
    )


@pages.change("/cases/{number}/undo", REVIEW)
def undo(request: Request, number: int, reason: Reason = "") -> Response:
    """Takes a verdict back."""
    return _do(
        request, number, lambda session, actor, now: review.undo(session, number, reason=reason, actor=actor, now=now)
    )


@pages.change("/cases/{number}/assign", REVIEW)
def assign(request: Request, number: int, assignee: Annotated[str, Form(max_length=64)] = "") -> Response:
    """Whose it is; "" is nobody's."""
    return _do(
        request, number, lambda session, actor, now: review.assign(session, number, assignee, actor=actor, now=now)
    )


@pages.change("/cases/{number}/blind", APPROVE)
def blind(request: Request, number: int, blind: Annotated[bool, Form()] = False) -> Response:
    """Two people judge without seeing each other's words."""
    return _do(
        request, number, lambda session, actor, now: review.set_blind(session, number, blind, actor=actor, now=now)
    )


@pages.change("/cases/{number}/move", APPROVE)
def move(request: Request, number: int, to: Annotated[str, Form()] = "", reason: Reason = "") -> Response:
    """Where no verdict, notice or check moves it."""
    return _do(
        request,
        number,
        lambda session, actor, now: review.move(session, number, _state(to), reason=reason, actor=actor, now=now),
    )


@pages.change("/cases/{number}/merge", REVIEW)
def merge(request: Request, number: int, other: Annotated[int, Form()], reason: Reason = "") -> Response:
    """Takes another case into this one."""
    return _do(
        request,
        number,
        lambda session, actor, now: gathering.merge(session, number, other, reason=reason, actor=actor, now=now),
    )


@pages.change("/cases/{number}/split", REVIEW)
def split(request: Request, number: int, host: Annotated[str, Form(max_length=255)], reason: Reason = "") -> Response:
    """Takes a gathered site out again."""
    return _do(
        request,
        number,
        lambda session, actor, now: gathering.split(session, number, host, reason=reason, actor=actor, now=now),
    )


@pages.change("/cases/{number}/check", REVIEW)
def check(request: Request, number: int) -> Response:
    """Makes the next look due at once; `lachan verify` of the next cron run does it."""
    return _do(request, number, lambda session, _, now: check_now(session, number, now=now))


def _do(request: Request, number: int, act: Callable[[Session, Actor, datetime], Any]) -> Response:
    desk, visitor = desk_of(request), visitor_of(request)
    with desk.writing() as session:
        act(session, visitor.actor, desk.clock())
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"/cases/{number}{query}", 303)


def _state(word: str) -> CaseState:
    if not word:
        raise RefusedError("Nothing is chosen: choose a verdict or a state.", "Chưa chọn kết luận hay trạng thái.")
    if word not in set(CaseState):
        raise RefusedError(
            f"`{word}` is no state; use one of {', '.join(CaseState)}",
            f"`{word}` không phải trạng thái; dùng một trong {', '.join(CaseState)}",
        )
    return CaseState(word)
