"""Mailed answers to owner-record requests: listed unread, opened for a reason, entered as answers or dismissed."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import Response
from pydantic import BaseModel, Field
from sqlmodel import Session

from storage.models import RecordMail
from takedown.api.calls import After, Body, CallNow, Calls, Done, Key, Limit, MaybeKey, Number, Tag, Why, answer
from takedown.api.resources.record_shapes import AnswerFact, AnswerKept, RecordFile, request_of
from takedown.api.resources.records import vault_of
from takedown.api.scopes import Scope
from takedown.api.tags import record_mail_tag
from takedown.records import answers, mails
from takedown.records.requests import find_request
from takedown.records.sealing import SealedFile
from takedown.web.access import REVIEW

calls = Calls(tags=["mailed answers"])
StateFilter = Literal["waiting", "noted", "accepted", "dismissed", "erased"]


class MailBrief(BaseModel):
    """A mail without what it says. ``kind``: answer | bounce | automatic; ``files``: the mail itself, then what hung on
    it; ``answers``: numbers of what was entered from it. State ``erased``: it cites an erased request, so there is no
    letter and nothing of it is kept; it lies in the mailbox, and ``dismiss`` says what was done about it."""

    id: int
    request: int
    letter: int | None
    kind: str
    state: str
    received_at: datetime
    taken_at: datetime
    files: list[RecordFile]
    answers: list[int]
    decided_by: str
    decided_at: datetime | None
    reason: str


class Mails(BaseModel):
    """The oldest first. ``next``: for ``after``, null on the last page."""

    items: list[MailBrief]
    next: int | None


class MailOpened(BaseModel):
    """``usable``: what hung on it and becomes an answer's papers; ``held``: all else, which stays sealed."""

    mail: MailBrief
    sender: str
    subject: str
    text: str
    usable: list[str]
    held: list[str]


class MailAnswer(Body):
    """``about``: the domain, address or phone that the mail names; ``source``: by default its sender and day."""

    about: Annotated[str, Field(min_length=1, max_length=4000)]
    source: Annotated[str, Field(max_length=4000)] = ""
    state: answers.AnswerState = answers.AnswerState.FOUND
    facts: Annotated[list[AnswerFact], Field(max_length=answers.MAX_FACTS, default_factory=list)]
    note: Annotated[str, Field(max_length=4 * answers.MAX_VALUE)] = ""


@calls.read("/records/mails", REVIEW, Scope.RECORDS_READ, Mails)
def listed(call: CallNow, state: StateFilter = "waiting", after: After = 0, limit: Limit = 30) -> Response:
    """Mails that wait for a person, or those of another state; nothing sealed is shown."""
    with call.desk.reading() as session:
        rows = mails.list_mails(session, state=state, after=after, limit=limit + 1)
    items = [mail_of(row) for row in rows[:limit]]
    return answer(Mails(items=items, next=items[-1].id if len(rows) > limit else None))


@calls.read("/records/mails/{number}", REVIEW, Scope.RECORDS_READ, MailBrief)
def shown(call: CallNow, number: Number) -> Response:
    """One mail without what it says."""
    with call.desk.reading() as session:
        row = mails.find_mail(session, number)
    return answer(mail_of(row), record_mail_tag(row))


@calls.change("/records/mails/{number}/open", REVIEW, Scope.RECORDS_PERSONAL, MailOpened)
def opened(call: CallNow, number: Number, body: Why) -> Response:
    """What a mail says; who looked, and why, is noted first. Its files are fetched as the request's, for a reason."""
    vault = vault_of(call)
    with call.writing() as session:
        view = mails.open_mail(
            session, call.desk.store, vault, number, reason=body.reason, actor=call.actor, now=call.now
        )
    told = {name: getattr(view, name) for name in ("sender", "subject", "text")}
    return answer(MailOpened(mail=mail_of(view.mail), usable=list(view.usable), held=list(view.held), **told))


@calls.change("/records/mails/{number}/answers", REVIEW, Scope.RECORDS_WRITE, AnswerKept)
def entered(call: CallNow, number: Number, body: MailAnswer, key: Key) -> Response:
    """Enter what a mail says about one subject; the facts are sealed. A mail about several is entered for each."""
    vault = vault_of(call)

    def act(session: Session) -> Done:
        row = mails.accept_mail(
            session,
            call.desk.store,
            vault,
            number,
            about=body.about,
            state=body.state,
            facts=tuple((fact.what, fact.value) for fact in body.facts),
            source=body.source,
            words=body.note,
            actor=call.actor,
            now=call.now,
        )
        request = request_of(find_request(session, row.request_id))
        return Done(AnswerKept(answer=row.id or 0, item=row.item_id, request=request))

    return call.change(act, key=key)


@calls.change("/records/mails/{number}/dismiss", REVIEW, Scope.RECORDS_WRITE, MailBrief)
def dismissed(call: CallNow, number: Number, body: Why, tag: Tag, key: MaybeKey = None) -> Response:
    """Note that a mail is no answer; it stays sealed with its request."""

    def act(session: Session) -> Done:
        row = mails.dismiss_mail(session, number, reason=body.reason, actor=call.actor, now=call.now)
        return Done(mail_of(row), record_mail_tag(row))

    return call.change(act, key=key, expected=tag, tag=lambda s: record_mail_tag(mails.find_mail(s, number)))


def mail_of(row: RecordMail) -> MailBrief:
    """The row without what is sealed."""
    files = [SealedFile.of(entry) for entry in row.files]
    names = ("kind", "state", "received_at", "taken_at", "decided_by", "decided_at", "reason")
    return MailBrief(
        id=row.id or 0,
        request=row.request_id,
        letter=row.ask_id,
        files=[RecordFile(kind=entry.kind, name=entry.name) for entry in files],
        answers=[int(number) for number in row.answers],
        **{name: getattr(row, name) for name in names},
    )
