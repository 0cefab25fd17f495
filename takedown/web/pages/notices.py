"""Notices: drafts in preview, their release by a second person, what is overdue."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session, col, select

from storage.models import Case, Notice, OutboxMail, Reply
from takedown import notices
from takedown.actor import Actor
from takedown.drafting import Prepared, add_drafts, prepare_drafts
from takedown.errors import NeedsCaptureError, RefusedError
from takedown.followup import add_follow_up, list_overdue, prepare_escalation, prepare_reminder
from takedown.watching import ask_capture
from takedown.web.access import APPROVE, CASES, REVIEW, Pages, desk_of, visitor_of
from takedown.web.files import attachment
from takedown.web.rendering import render

pages = Pages()
LISTED = 200


@pages.page("/notices", CASES)
def listed(request: Request, state: str = "") -> Response:
    """What waits for a second person, what is overdue, and the rest."""
    desk = desk_of(request)
    wanted = state if state in set(notices.NoticeState) else None
    with desk.reading() as session:
        rows = notices.notices_of(session, state=wanted)[:LISTED]
        waiting = notices.notices_of(session, state="draft")[:LISTED]
        overdue = list_overdue(session, now=desk.clock())
        numbers = {row.case_id for row in (*rows, *waiting, *(entry.notice for entry in overdue))}
        hosts = dict(session.exec(select(Case.id, Case.host).where(col(Case.id).in_(numbers))).all())
    return render(
        request,
        "notices.html",
        rows=rows,
        waiting=waiting,
        overdue=overdue,
        hosts=hosts,
        state=wanted or "",
        states=list(notices.NoticeState),
    )


@pages.page("/notices/{number}", CASES)
def shown(request: Request, number: int) -> Response:
    """The words, the files, what came back, and what may be done with it."""
    desk = desk_of(request)
    with desk.reading() as session:
        notice = notices.find_notice(session, number)
        urls = notices.urls_of(session, number)
        replies = session.exec(select(Reply).where(Reply.notice_id == number).order_by(col(Reply.id).desc())).all()
        mail = session.exec(select(OutboxMail).where(OutboxMail.notice_id == number)).first()
        unchecked = notices.unchecked_law(session, notice)
    return render(request, "notice.html", notice=notice, urls=urls, replies=replies, mail=mail, unchecked=unchecked)


@pages.page("/files/notices/{number}/{name}", CASES)
def file(request: Request, number: int, name: str) -> Response:
    """One file of a notice, to be saved."""
    desk = desk_of(request)
    with desk.reading() as session:
        notice = notices.find_notice(session, number)
    found = next((entry for entry in notice.documents if entry[0] == name), None)
    if found is None:
        raise HTTPException(404)
    return attachment(desk.store.get(str(found[1])), f"notice-{number}-{name}", str(found[3]))


@pages.change("/cases/{number}/notices", REVIEW)
def draft(
    request: Request,
    number: int,
    recipients: Annotated[list[str] | None, Form()] = None,
    urgent: Annotated[bool, Form()] = False,
    reason: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Drafts for the chosen recipients; the letters are drawn while nobody waits for the database."""
    desk, visitor = desk_of(request), visitor_of(request)
    actor, now = visitor.actor, desk.clock()
    if not recipients:
        raise RefusedError("Choose at least one recipient.", "Chọn ít nhất một nơi nhận.")
    try:
        with desk.reading() as session:
            prepared = prepare_drafts(
                session,
                desk.store,
                number,
                head=desk.letterhead,
                actor=actor,
                now=now,
                recipients=recipients[:100],
                urgent=urgent,
                reason=reason,
            )
    except NeedsCaptureError as error:
        with desk.writing() as session:
            ask_capture(session, number, now=now)
        raise NeedsCaptureError("A new capture is asked for.", f"{error.vi}\nĐã xếp lịch chụp lại.") from error
    with desk.writing() as session:
        add_drafts(session, desk.store, number, prepared, actor=actor, now=now)
    return RedirectResponse(f"/cases/{number}#notices", 303)


@pages.change("/notices/{number}/release", APPROVE)
def release(request: Request, number: int) -> Response:
    """The second pair of eyes."""
    return _do(request, lambda session, actor, now: notices.release_notice(session, number, actor=actor, now=now))


@pages.change("/notices/{number}/cancel", REVIEW)
def cancel(request: Request, number: int, reason: Annotated[str, Form(max_length=2000)] = "") -> Response:
    """Throws it away before it leaves."""
    return _do(
        request,
        lambda session, actor, now: notices.cancel_notice(session, number, reason=reason, actor=actor, now=now),
    )


@pages.change("/notices/{number}/sent", REVIEW)
def sent(request: Request, number: int, proof: Annotated[str, Form(max_length=500)] = "") -> Response:
    """A letter or form left by hand."""
    return _do(
        request, lambda session, actor, now: notices.mark_sent(session, number, proof=proof, actor=actor, now=now)
    )


@pages.change("/notices/{number}/remind", REVIEW)
def remind(request: Request, number: int) -> Response:
    """The next reminder, as a draft."""
    desk = desk_of(request)
    return _follow_up(
        request,
        lambda session, actor, now: prepare_reminder(
            session, desk.store, number, head=desk.letterhead, actor=actor, now=now
        ),
    )


@pages.change("/notices/{number}/escalate", REVIEW)
def escalate(request: Request, number: int) -> Response:
    """To who stands above, with the pack, as a draft."""
    desk = desk_of(request)
    return _follow_up(
        request,
        lambda session, actor, now: prepare_escalation(
            session, desk.store, number, head=desk.letterhead, actor=actor, now=now
        ),
    )


def _do(request: Request, act: Callable[[Session, Actor, datetime], Notice]) -> Response:
    desk, visitor = desk_of(request), visitor_of(request)
    with desk.writing() as session:
        notice = act(session, visitor.actor, desk.clock())
    return RedirectResponse(f"/notices/{notice.id}", 303)


def _follow_up(request: Request, prepare: Callable[[Session, Actor, datetime], Prepared]) -> Response:
    desk, visitor = desk_of(request), visitor_of(request)
    with desk.reading() as session:
        prepared = prepare(session, visitor.actor, desk.clock())
    return _do(request, lambda session, actor, now: add_follow_up(session, desk.store, prepared, actor=actor, now=now))
