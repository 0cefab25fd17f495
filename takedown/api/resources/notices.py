"""Notices: whom to tell, drafts, their release by a second person, marks by hand, clocks that ran out."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal

from fastapi import Path, Query, Response
from pydantic import BaseModel, Field
from sqlmodel import Session

from storage.models import Notice
from takedown import notices
from takedown.api.calls import (
    MOST,
    Before,
    Body,
    Call,
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
)
from takedown.api.calls import answer as answered
from takedown.api.problems import ProblemError
from takedown.api.resources.plans import Plan, plan_of
from takedown.api.scopes import Scope
from takedown.api.tags import notice_tag
from takedown.drafting import Prepared, add_drafts, plan_notices, prepare_drafts
from takedown.errors import NeedsCaptureError
from takedown.followup import add_follow_up, list_overdue, prepare_escalation, prepare_reminder
from takedown.watching import ask_capture
from takedown.web.access import APPROVE, CASES, REVIEW
from takedown.web.files import attachment

calls = Calls(tags=["notices"])
Reason = Annotated[str, Field(min_length=1, max_length=2000)]
StateFilter = Literal["draft", "released", "sent", "answered", "cancelled", "withdrawn"]


class NoticeBrief(Row):
    """A notice in one line."""

    id: int
    case_id: int
    recipient_id: str
    recipient_name: str
    kind: str
    round: int
    act: str
    channel: str
    address: str
    state: str
    subject: str
    token: str
    prepared_by: str
    prepared_at: datetime
    approved_by: str
    approved_at: datetime | None
    sent_at: datetime | None
    due_at: datetime | None
    answered_at: datetime | None


class Notices(BaseModel):
    """The newest first; ``next``: for ``before``, null on the last page."""

    items: list[NoticeBrief]
    next: int | None


class NoticeFile(BaseModel):
    """``size`` in bytes."""

    name: str
    digest: str
    size: int
    media_type: str


class NoticeAddress(Row):
    """``code`` proves a copied address right."""

    url: str
    host: str
    code: str


class NoticeWhole(NoticeBrief):
    language: str
    why: str
    legal: list[str]
    agency: str
    body: str
    urls: list[NoticeAddress]
    files: list[NoticeFile]


class OverdueNotice(BaseModel):
    """``late``: hours past its clock; ``escalate``: reminders are used up."""

    notice: NoticeBrief
    late: float
    reminders: int
    escalate: bool


class OverdueNotices(BaseModel):
    """The longest overdue first."""

    items: list[OverdueNotice]
    left_off: int


class DraftNotices(Body):
    """``reason``: why the named ones do not wait for their turn."""

    recipients: Annotated[list[Annotated[str, Field(min_length=1, max_length=64)]], Field(min_length=1, max_length=100)]
    urgent: bool = False
    reason: Annotated[str, Field(max_length=2000)] = ""


class DraftedNotices(BaseModel):
    """Empty where each of them has a live notice already."""

    items: list[NoticeBrief]


class SentByHand(Body):
    """Number and day of the letter, or the ticket of the form."""

    proof: Annotated[str, Field(min_length=1, max_length=500)]


@calls.read("/cases/{number}/plan", CASES, Scope.CASES_READ, Plan, also=("refused", "conflict"))
def plan(call: CallNow, number: Number, urgent: bool = False) -> Response:
    """Whom to tell about a case, when, on which law and why, and what stands against it; changes nothing."""
    with call.desk.reading() as session:
        planned = plan_notices(session, number, head=call.desk.letterhead, now=call.now, urgent=urgent)
    return answered(plan_of(planned))


@calls.read("/notices", CASES, Scope.CASES_READ, Notices)
def listed(
    call: CallNow,
    case: Annotated[int | None, Query(ge=1, le=2_147_483_647)] = None,
    state: StateFilter | None = None,
    before: Before = None,
    limit: Limit = 30,
) -> Response:
    """Notices, the newest first."""
    with call.desk.reading() as session:
        rows = notices.notices_of(session, case, state, before=before, limit=limit + 1)
    shown = [NoticeBrief.model_validate(row) for row in rows[:limit]]
    return answered(Notices(items=shown, next=shown[-1].id if len(rows) > limit else None))


@calls.read("/notices/{number}", CASES, Scope.CASES_READ, NoticeWhole)
def notice(call: CallNow, number: Number) -> Response:
    """One notice with its words, addresses and files."""
    with call.desk.reading() as session:
        row = notices.find_notice(session, number)
        urls = [NoticeAddress.model_validate(url) for url in notices.urls_of(session, number)]
    files = [NoticeFile(name=n, digest=d, size=s, media_type=m) for n, d, s, m in row.documents]
    whole = NoticeWhole(
        **NoticeBrief.model_validate(row).model_dump(),
        language=row.language,
        why=row.why,
        legal=[str(entry) for entry in row.legal],
        agency=row.agency,
        body=row.body,
        urls=urls,
        files=files,
    )
    return answered(whole, notice_tag(row))


@calls.read(
    "/notices/{number}/files/{name}",
    CASES,
    Scope.CASES_READ,
    None,
    responses={200: {"description": "the file", "content": {"application/octet-stream": {}}}},
)
def file(call: CallNow, number: Number, name: Annotated[str, Path(max_length=200)]) -> Response:
    """One file of a notice, as an attachment."""
    with call.desk.reading() as session:
        row = notices.find_notice(session, number)
    found = next((entry for entry in row.documents if entry[0] == name), None)
    if found is None:
        raise ProblemError("missing", f"thông báo {number} không có tệp này / notice {number} has no such file")
    return attachment(call.desk.store.get(str(found[1])), f"notice-{number}-{name}", str(found[3]))


@calls.read("/overdue", CASES, Scope.CASES_READ, OverdueNotices)
def overdue(call: CallNow) -> Response:
    """Notices whose clock ran out without an answer."""
    with call.desk.reading() as session:
        found = list_overdue(session, now=call.now)
    items = [
        OverdueNotice(
            notice=NoticeBrief.model_validate(entry.notice),
            late=round(entry.late.total_seconds() / 3600, 2),
            reminders=entry.reminders,
            escalate=entry.escalate,
        )
        for entry in found[:MOST]
    ]
    return answered(OverdueNotices(items=items, left_off=len(found) - len(items)))


@calls.change("/cases/{number}/notices", REVIEW, Scope.NOTICES_WRITE, DraftedNotices, also=("needs-capture",))
def draft(call: CallNow, number: Number, body: DraftNotices, key: Key) -> Response:
    """Draft notices for the named recipients; the letters are drawn while nobody waits for the database."""
    if (kept := call.kept(key)) is not None:
        return kept
    try:
        with call.desk.reading() as session:
            prepared = prepare_drafts(
                session,
                call.desk.store,
                number,
                head=call.desk.letterhead,
                actor=call.actor,
                now=call.now,
                recipients=body.recipients,
                urgent=body.urgent,
                reason=body.reason,
            )
    except NeedsCaptureError:
        with call.writing() as session:
            ask_capture(session, number, now=call.now)
        raise

    def act(session: Session) -> Done:
        rows = add_drafts(session, call.desk.store, number, prepared, actor=call.actor, now=call.now)
        return Done(DraftedNotices(items=[NoticeBrief.model_validate(row) for row in rows]))

    return call.change(act, key=key)


@calls.change("/notices/{number}/release", APPROVE, Scope.NOTICES_RELEASE, NoticeBrief)
def release(call: CallNow, number: Number, tag: Tag, key: MaybeKey = None) -> Response:
    """Release what another person prepared; the guards are asked again."""
    return _do(call, number, lambda s: notices.release_notice(s, number, actor=call.actor, now=call.now), tag, key)


@calls.change("/notices/{number}/cancel", REVIEW, Scope.NOTICES_WRITE, NoticeBrief)
def cancel(call: CallNow, number: Number, body: Why, tag: Tag, key: MaybeKey = None) -> Response:
    """Throw a notice away before it leaves."""
    return _do(
        call,
        number,
        lambda s: notices.cancel_notice(s, number, reason=body.reason, actor=call.actor, now=call.now),
        tag,
        key,
    )


@calls.change("/notices/{number}/sent", REVIEW, Scope.NOTICES_WRITE, NoticeBrief)
def sent(call: CallNow, number: Number, body: SentByHand, tag: Tag, key: MaybeKey = None) -> Response:
    """Mark a letter or form that left by hand; its clock starts."""
    return _do(
        call,
        number,
        lambda s: notices.mark_sent(s, number, proof=body.proof, actor=call.actor, now=call.now),
        tag,
        key,
    )


@calls.change("/notices/{number}/remind", REVIEW, Scope.NOTICES_WRITE, NoticeBrief)
def remind(call: CallNow, number: Number, key: Key) -> Response:
    """Draft the next reminder of a notice whose clock ran out."""
    desk = call.desk
    return _follow_up(
        call,
        key,
        lambda s: prepare_reminder(s, desk.store, number, head=desk.letterhead, actor=call.actor, now=call.now),
    )


@calls.change("/notices/{number}/escalate", REVIEW, Scope.NOTICES_WRITE, NoticeBrief)
def escalate(call: CallNow, number: Number, key: Key) -> Response:
    """Draft an escalation to who stands above, with the pack that proves the silence."""
    desk = call.desk
    return _follow_up(
        call,
        key,
        lambda s: prepare_escalation(s, desk.store, number, head=desk.letterhead, actor=call.actor, now=call.now),
    )


def _do(call: Call, number: int, act: Callable[[Session], Notice], tag: str, key: str | None) -> Response:
    return call.change(
        lambda session: _done(act(session)),
        key=key,
        expected=tag,
        tag=lambda session: notice_tag(notices.find_notice(session, number)),
    )


def _follow_up(call: Call, key: str, prepare: Callable[[Session], Prepared]) -> Response:
    if (kept := call.kept(key)) is not None:
        return kept
    with call.desk.reading() as session:
        prepared = prepare(session)
    return call.change(
        lambda session: _done(add_follow_up(session, call.desk.store, prepared, actor=call.actor, now=call.now)),
        key=key,
    )


def _done(row: Notice) -> Done:
    return Done(NoticeBrief.model_validate(row), notice_tag(row))
