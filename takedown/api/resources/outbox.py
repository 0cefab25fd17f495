"""The outbox: what left, what waits, and what only a person can settle."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import Response
from pydantic import BaseModel, Field

from storage.models import OutboxMail
from takedown.api.calls import Before, Body, CallNow, Calls, Done, Limit, MaybeKey, Number, Row, Tag, answer
from takedown.api.scopes import Scope
from takedown.api.tags import mail_tag
from takedown.delivery.outbox import find_mail, list_mails, settle_mail
from takedown.web.access import APPROVE, CASES

calls = Calls(tags=["outbox"])
StateFilter = Literal["queued", "sending", "sent", "unknown", "failed", "held", "cancelled"]


class Mail(Row):
    """``reason``: the server's words, or why it is held."""

    id: int
    notice_id: int
    recipient_id: str
    sender: str
    to_address: str
    subject: str
    message_digest: str
    message_id: str
    state: str
    reason: str
    attempts: int
    not_before: datetime
    created_at: datetime
    sent_at: datetime | None


class Mails(BaseModel):
    """The newest first; ``next``: for ``before``, null on the last page."""

    items: list[Mail]
    next: int | None


class MailSettled(Body):
    """``became``: it was sent, or goes out again."""

    became: Literal["sent", "again"]
    reason: Annotated[str, Field(min_length=1, max_length=2000)]


@calls.read("/outbox", CASES, Scope.CASES_READ, Mails)
def listed(call: CallNow, state: StateFilter | None = None, before: Before = None, limit: Limit = 30) -> Response:
    """Mails of the outbox, the newest first."""
    with call.desk.reading() as session:
        rows = list_mails(session, state, limit + 1, before=before)
    shown = [Mail.model_validate(row) for row in rows[:limit]]
    return answer(Mails(items=shown, next=shown[-1].id if len(rows) > limit else None))


@calls.read("/outbox/{number}", CASES, Scope.CASES_READ, Mail)
def mail(call: CallNow, number: Number) -> Response:
    """One mail."""
    with call.desk.reading() as session:
        row = find_mail(session, number)
    return answer(Mail.model_validate(row), mail_tag(row))


@calls.change("/outbox/{number}/settle", APPROVE, Scope.NOTICES_RELEASE, Mail)
def settle(call: CallNow, number: Number, body: MailSettled, tag: Tag, key: MaybeKey = None) -> Response:
    """Say what became of a mail that is unknown, held or failed."""

    def done(row: OutboxMail) -> Done:
        return Done(Mail.model_validate(row), mail_tag(row))

    return call.change(
        lambda s: done(
            settle_mail(s, number, was_sent=body.became == "sent", reason=body.reason, actor=call.actor, now=call.now)
        ),
        key=key,
        expected=tag,
        tag=lambda s: mail_tag(find_mail(s, number)),
    )
