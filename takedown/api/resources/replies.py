"""Answers that cite no code: what waits for a person, where it belongs, or why nowhere."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import Response
from pydantic import BaseModel, Field
from sqlmodel import Session

from storage.models import Reply
from takedown.api.calls import Before, Body, CallNow, Calls, Done, Limit, MaybeKey, Number, Row, Tag, Why, answer
from takedown.api.resources.records import vault_of
from takedown.api.scopes import Scope
from takedown.api.tags import reply_tag
from takedown.delivery.unmatched import Place, attach_reply, attach_to_letter, dismiss_reply, find_reply, list_replies
from takedown.web.access import REVIEW

calls = Calls(tags=["answers without a code"])
StateFilter = Literal["matched", "unmatched", "attached", "dismissed"]
Reason = Annotated[str, Field(min_length=1, max_length=2000)]


class IncomingMail(Row):
    """A stranger's words, as text. ``kind``: answer | bounce | automatic; ``files``: names of what hung on it; where it
    was attached to a letter its words are sealed there, and are empty here."""

    id: int
    state: str
    kind: str
    sender: str
    subject: str
    text: str
    received_at: datetime
    files: list[str]
    notice_id: int | None
    case_id: int | None
    reason: str
    decided_by: str
    decided_at: datetime | None


class IncomingMails(BaseModel):
    """The newest first; ``next``: for ``before``, null on the last page."""

    items: list[IncomingMail]
    next: int | None


class ReplyAttached(Body):
    """``place`` and its number."""

    place: Place
    number: Annotated[int, Field(ge=1, le=2**31 - 1)]
    reason: Reason


class ReplyToLetter(Body):
    """The number of a letter of an owner-record request."""

    letter: Annotated[int, Field(ge=1, le=2**31 - 1)]
    reason: Reason


@calls.read("/replies", REVIEW, Scope.CASES_READ, IncomingMails)
def listed(call: CallNow, state: StateFilter = "unmatched", before: Before = None, limit: Limit = 30) -> Response:
    """Mails that wait for a person, or those of another state."""
    with call.desk.reading() as session:
        found = list_replies(session, actor=call.actor, state=state, before=before, limit=limit)
    return answer(IncomingMails(items=[_told(row) for row in found.rows], next=found.before))


@calls.read("/replies/{number}", REVIEW, Scope.CASES_READ, IncomingMail)
def shown(call: CallNow, number: Number) -> Response:
    """One mail."""
    with call.desk.reading() as session:
        row = find_reply(session, number, actor=call.actor)
    return answer(_told(row), reply_tag(row))


@calls.change("/replies/{number}/attach", REVIEW, Scope.NOTICES_WRITE, IncomingMail)
def attached(call: CallNow, number: Number, body: ReplyAttached, tag: Tag, key: MaybeKey = None) -> Response:
    """Say to which notice or case a mail belongs; on a notice it then works as one that cited its code."""

    def act(session: Session) -> Done:
        row = attach_reply(session, number, body.place, body.number, reason=body.reason, actor=call.actor, now=call.now)
        return Done(_told(row), reply_tag(row))

    return call.change(act, key=key, expected=tag, tag=lambda s: reply_tag(find_reply(s, number, actor=call.actor)))


@calls.change("/replies/{number}/letter", REVIEW, Scope.RECORDS_WRITE, IncomingMail)
def sealed(call: CallNow, number: Number, body: ReplyToLetter, tag: Tag, key: MaybeKey = None) -> Response:
    """Say to which owner-record letter a mail belongs: it is sealed there and waits among the mailed answers."""
    vault = vault_of(call)

    def act(session: Session) -> Done:
        attach_to_letter(
            session, call.desk.store, vault, number, body.letter, reason=body.reason, actor=call.actor, now=call.now
        )
        row = find_reply(session, number, actor=call.actor)
        return Done(_told(row), reply_tag(row))

    return call.change(act, key=key, expected=tag, tag=lambda s: reply_tag(find_reply(s, number, actor=call.actor)))


@calls.change("/replies/{number}/dismiss", REVIEW, Scope.NOTICES_WRITE, IncomingMail)
def dismissed(call: CallNow, number: Number, body: Why, tag: Tag, key: MaybeKey = None) -> Response:
    """Note that a mail belongs to nothing here."""

    def act(session: Session) -> Done:
        row = dismiss_reply(session, number, reason=body.reason, actor=call.actor, now=call.now)
        return Done(_told(row), reply_tag(row))

    return call.change(act, key=key, expected=tag, tag=lambda s: reply_tag(find_reply(s, number, actor=call.actor)))


def _told(row: Reply) -> IncomingMail:
    names = IncomingMail.model_fields.keys() - {"files"}
    files = [str(entry[0]) for entry in row.attachments]
    return IncomingMail(files=files, **{name: getattr(row, name) for name in names})
