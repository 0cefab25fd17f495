"""Recipients and their channels: nothing is sent to an address until a person said that it is right."""

from datetime import date, datetime
from typing import Annotated

from fastapi import Path, Query, Response
from pydantic import BaseModel, Field
from sqlmodel import Session

from storage.models import ContactConfirmation
from storage.models.columns import clean_text
from takedown.api.calls import After, Body, CallNow, Calls, Done, Key, Limit, MaybeKey, Number, Row, Tag, answer
from takedown.api.problems import ProblemError
from takedown.api.scopes import Scope
from takedown.api.tags import contact_tag
from takedown.recipients import ChannelKind, load_recipients
from takedown.recipients.confirmation import (
    Decision,
    current_recipient,
    current_registry,
    decide_contact,
    decide_learnt,
    find_learnt,
    waiting_contacts,
)
from takedown.recipients.model import Recipient
from takedown.recipients.registry import fold_name
from takedown.web.access import CASES, CONTACTS

calls = Calls(tags=["recipients"])
Id = Annotated[str, Path(pattern=r"^[a-z0-9_.-]{1,64}$")]


class Channel(Row):
    """``usable``: confirmed, and its address is known."""

    kind: str
    value: str
    state: str
    note: str
    last_verified: date | None
    verified_by: str
    usable: bool


class RecipientWhole(Row):
    id: str
    name: str
    kind: str
    state: str
    accepts: list[str]
    channels: list[Channel]
    who_may_file: str
    required: list[str]
    legal_basis: list[str]
    deadline: str
    deadline_hours: int | None
    automation: str
    source: str
    note: str


class Recipients(BaseModel):
    """By id; ``next``: for ``after``, null on the last page."""

    items: list[RecipientWhole]
    next: str | None


class Contact(Row):
    """What was learnt elsewhere and nobody has decided about. ``source`` may be a fraudster's page."""

    id: int
    subject_kind: str
    subject: str
    channel: str
    value: str
    source: str
    learnt_at: datetime
    state: str
    actor: str
    reason: str
    decided_at: datetime | None


class Contacts(BaseModel):
    """The oldest first; ``next``: for ``after``, null on the last page."""

    items: list[Contact]
    next: int | None


class ChannelDecided(Row):
    """A person's word about one channel, and how long it holds."""

    recipient_id: str
    channel: str
    value: str
    decision: str
    actor: str
    reason: str
    decided_at: datetime
    valid_until: datetime | None


class ChannelDecision(Body):
    """``value``: the address as it was checked; it may be one that the file lacks."""

    channel: ChannelKind
    value: Annotated[str, Field(min_length=1, max_length=500)]
    decision: Decision
    reason: Annotated[str, Field(min_length=1, max_length=1000)]


class ContactDecision(Body):
    decision: Decision
    reason: Annotated[str, Field(min_length=1, max_length=1000)]


@calls.read("/recipients", CASES, Scope.RECIPIENTS_READ, Recipients)
def listed(
    call: CallNow,
    q: Annotated[str, Query(max_length=100)] = "",
    unconfirmed: bool = False,
    after: Annotated[str, Query(max_length=64)] = "",
    limit: Limit = 30,
) -> Response:
    """Everybody who can act, with what may be used."""
    with call.desk.reading() as session:
        registry = current_registry(session, load_recipients(), now=call.now)
    wanted = fold_name(clean_text(q))
    rows = sorted(
        (
            entry
            for entry in registry.recipients
            if entry.id > after
            and (not wanted or wanted in fold_name(f"{entry.id} {entry.name}"))
            and not (unconfirmed and any(channel.usable for channel in entry.channels))
        ),
        key=lambda entry: entry.id,
    )
    shown = [RecipientWhole.model_validate(entry) for entry in rows[:limit]]
    return answer(Recipients(items=shown, next=shown[-1].id if len(rows) > limit else None))


@calls.read("/recipients/{name}", CASES, Scope.RECIPIENTS_READ, RecipientWhole)
def recipient(call: CallNow, name: Id) -> Response:
    """One recipient with what people decided laid over its file."""
    with call.desk.reading() as session:
        return answer(RecipientWhole.model_validate(current_recipient(session, _known(name), now=call.now)))


@calls.change("/recipients/{name}/decisions", CONTACTS, Scope.RECIPIENTS_DECIDE, ChannelDecided)
def decide(call: CallNow, name: Id, body: ChannelDecision, key: Key) -> Response:
    """Confirm or reject one channel."""
    known = _known(name)
    return call.change(
        lambda s: Done(
            _decided(
                decide_contact(
                    s,
                    known,
                    body.channel,
                    body.value.strip(),
                    decision=body.decision,
                    actor=call.actor.name,
                    reason=body.reason,
                    now=call.now,
                )
            )
        ),
        key=key,
    )


@calls.read("/contacts", CASES, Scope.RECIPIENTS_READ, Contacts)
def waiting(call: CallNow, after: After = 0, limit: Limit = 30) -> Response:
    """Contacts that were learnt elsewhere and wait in quarantine, the oldest first."""
    with call.desk.reading() as session:
        rows = waiting_contacts(session, limit + 1, after=after)
    items = [Contact.model_validate(row) for row in rows[:limit]]
    return answer(Contacts(items=items, next=items[-1].id if len(rows) > limit else None))


@calls.read("/contacts/{number}", CASES, Scope.RECIPIENTS_READ, Contact)
def contact(call: CallNow, number: Number) -> Response:
    """One learnt contact."""
    with call.desk.reading() as session:
        row = find_learnt(session, number)
    return answer(Contact.model_validate(row), contact_tag(row))


@calls.change("/contacts/{number}/decision", CONTACTS, Scope.RECIPIENTS_DECIDE, Contact)
def decide_waiting(call: CallNow, number: Number, body: ContactDecision, tag: Tag, key: MaybeKey = None) -> Response:
    """Let a learnt contact out of quarantine, or keep it there."""

    def act(session: Session) -> Done:
        row = find_learnt(session, number)
        decide_learnt(session, row, decision=body.decision, actor=call.actor.name, reason=body.reason, now=call.now)
        return Done(Contact.model_validate(row), contact_tag(row))

    return call.change(act, key=key, expected=tag, tag=lambda s: contact_tag(find_learnt(s, number)))


def _known(name: str) -> Recipient:
    found = load_recipients().get(name)
    if found is None:
        raise ProblemError("missing", f"không có nơi nhận này / there is no recipient {name}")
    return found


def _decided(row: ContactConfirmation) -> ChannelDecided:
    return ChannelDecided.model_validate(row)
