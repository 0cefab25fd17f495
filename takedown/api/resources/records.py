"""Owner-record requests without what is personal: the list, making one, and every move of it."""

import base64
from collections.abc import Callable
from typing import Literal

from fastapi import Response
from sqlmodel import Session

from storage.models import RecordAsk, RecordRequest
from storage.vault import Vault
from takedown.api.calls import (
    AfterDue,
    Call,
    CallNow,
    Calls,
    Done,
    Key,
    Limit,
    MaybeKey,
    Number,
    Tag,
    Why,
    answer,
    due_mark,
)
from takedown.api.problems import ProblemError
from takedown.api.resources.record_shapes import (
    AnswerGiven,
    AnswerKept,
    AskingDocument,
    LetterSent,
    Paper,
    RecordBrief,
    RecordLetter,
    RecordLetters,
    RecordRequests,
    RecordWhole,
    Taken,
    request_of,
)
from takedown.api.scopes import Scope
from takedown.api.tags import request_tag
from takedown.due_order import DueMark
from takedown.records import answers, asking, requests
from takedown.records.gate import Asked, Attachment
from takedown.records.subjects import read_subjects
from takedown.web.access import APPROVE, MAKE_RECORDS, RECORDS, REVIEW

calls = Calls(tags=["records"])
StateFilter = Literal["drafted", "accepted", "asked", "partly", "answered", "delivered", "closed", "refused"]


@calls.read("/records", RECORDS, Scope.RECORDS_READ, RecordRequests)
def listed(
    call: CallNow, state: StateFilter | None = None, overdue: bool = False, after: AfterDue = "", limit: Limit = 30
) -> Response:
    """Requests that the token's owner may know of; `overdue`: whose clock ran out."""
    with call.desk.reading() as session:
        rows = requests.list_requests(
            session,
            actor=call.actor,
            now=call.now,
            state=state,
            overdue=overdue,
            after=due_mark(after),
            limit=limit + 1,
        )
    items = [request_of(row) for row in rows[:limit]]
    more = DueMark(items[-1].due_at, items[-1].id).encode() if len(rows) > limit else None
    return answer(RecordRequests(items=items, next=more))


@calls.read("/records/{number}", RECORDS, Scope.RECORDS_READ, RecordWhole)
def shown(call: CallNow, number: Number) -> Response:
    """One request with its letters; nothing personal."""
    with call.desk.reading() as session:
        row = requests.known_request(session, number, actor=call.actor)
        letters = [RecordLetter.model_validate(entry) for entry in asking.asks_of(session, number)]
    return answer(RecordWhole(request=request_of(row), letters=letters), request_tag(row))


@calls.change("/records", MAKE_RECORDS, Scope.RECORDS_WRITE, Taken)
def make(call: CallNow, body: AskingDocument, key: Key) -> Response:
    """Keep a draft, complete or not, and say all that it lacks."""
    asked, order, vault = _asked(body), _paper(body.order), vault_of(call)
    return call.change(
        lambda s: _taken(
            requests.take_request(s, call.desk.store, vault, asked, order=order, actor=call.actor, now=call.now)
        ),
        key=key,
    )


@calls.change("/records/{number}", MAKE_RECORDS, Scope.RECORDS_WRITE, Taken, method="PUT")
def amend(call: CallNow, number: Number, body: AskingDocument, tag: Tag, key: MaybeKey = None) -> Response:
    """Write a draft anew; without `order` the one that is attached stays."""
    asked, order, vault = _asked(body), _paper(body.order), vault_of(call)
    return call.change(
        lambda s: _taken(
            requests.amend_request(
                s, call.desk.store, vault, number, asked, order=order, actor=call.actor, now=call.now
            )
        ),
        key=key,
        expected=tag,
        tag=lambda s: request_tag(requests.known_request(s, number, actor=call.actor)),
    )


@calls.change("/records/{number}/accept", APPROVE, Scope.RECORDS_WRITE, RecordBrief)
def accept(call: CallNow, number: Number, tag: Tag, key: MaybeKey = None) -> Response:
    """Take a complete request on, as somebody else than who made it; else say all that is missing."""
    vault, days = vault_of(call), call.desk.records_ordinary_days
    return _move(
        call,
        number,
        lambda s: requests.accept_request(s, vault, number, actor=call.actor, now=call.now, ordinary_days=days),
        tag,
        key,
    )


@calls.change("/records/{number}/refuse", APPROVE, Scope.RECORDS_WRITE, RecordBrief)
def refuse(call: CallNow, number: Number, body: Why, tag: Tag, key: MaybeKey = None) -> Response:
    """Send a request back for good."""
    return _move(
        call,
        number,
        lambda s: requests.refuse_request(s, number, reason=body.reason, actor=call.actor, now=call.now),
        tag,
        key,
    )


@calls.change("/records/{number}/close", APPROVE, Scope.RECORDS_WRITE, RecordBrief)
def close(call: CallNow, number: Number, body: Why, tag: Tag, key: MaybeKey = None) -> Response:
    """End a delivered request; its retention begins."""
    return _move(
        call,
        number,
        lambda s: requests.close_request(s, number, reason=body.reason, actor=call.actor, now=call.now),
        tag,
        key,
    )


@calls.change("/records/{number}/letters", REVIEW, Scope.RECORDS_WRITE, RecordLetters)
def ask(call: CallNow, number: Number, key: Key) -> Response:
    """Draft letters to everybody who knows more and has none yet."""
    if (kept := call.kept(key)) is not None:
        return kept
    vault, desk = vault_of(call), call.desk
    with desk.reading() as session:
        prepared = asking.prepare_asks(session, vault, number, head=desk.letterhead, actor=call.actor, now=call.now)

    def act(session: Session) -> Done:
        made = asking.add_asks(session, desk.store, vault, number, prepared, actor=call.actor, now=call.now)
        return Done(RecordLetters(items=[RecordLetter.model_validate(row) for row in made]))

    return call.change(act, key=key)


@calls.change("/records/letters/{number}/sent", APPROVE, Scope.RECORDS_WRITE, RecordLetter)
def sent(call: CallNow, number: Number, body: LetterSent, key: Key) -> Response:
    """Note that a letter which another person drafted has left; its clock starts."""

    def act(session: Session) -> Done:
        row: RecordAsk = asking.release_ask(session, number, proof=body.proof, actor=call.actor, now=call.now)
        return Done(RecordLetter.model_validate(row))

    return call.change(act, key=key)


@calls.change("/records/{number}/answers", REVIEW, Scope.RECORDS_WRITE, AnswerKept)
def answer_given(call: CallNow, number: Number, body: AnswerGiven, key: Key) -> Response:
    """Enter one answer of a recipient with its papers; the facts are sealed."""
    vault, files = vault_of(call), tuple(filter(None, map(_paper, body.files)))

    def act(session: Session) -> Done:
        row = answers.add_answer(
            session,
            call.desk.store,
            vault,
            number,
            about=body.about,
            state=body.state,
            source=body.source,
            facts=tuple((fact.what, fact.value) for fact in body.facts),
            words=body.note,
            files=files,
            ask_id=body.letter,
            received_at=call.now,
            actor=call.actor,
            now=call.now,
        )
        request = request_of(requests.find_request(session, number))
        return Done(AnswerKept(answer=row.id or 0, item=row.item_id, request=request))

    return call.change(act, key=key)


def vault_of(call: Call) -> Vault:
    """The operator's keys. Raises VaultError."""
    return Vault.load(call.desk.records_key_file)


def _move(call: Call, number: int, act: Callable[[Session], RecordRequest], tag: str, key: str | None) -> Response:
    def done(session: Session) -> Done:
        row = act(session)
        return Done(request_of(row), request_tag(row))

    return call.change(
        done,
        key=key,
        expected=tag,
        tag=lambda s: request_tag(requests.known_request(s, number, actor=call.actor)),
    )


def _taken(taken: requests.Taken) -> Done:
    lines = sorted({entry.line for entry in taken.rejects})
    model = Taken(
        request=request_of(taken.request), missing=list(taken.missing), unread=lines[:1000], repeated=taken.repeated
    )
    return Done(model, request_tag(taken.request))


def _asked(body: AskingDocument) -> Asked:
    return Asked(
        document_number=body.document_number,
        document_date=body.document_date,
        agency=body.agency,
        unit=body.unit,
        officer=body.officer,
        contact=body.contact,
        case_number=body.case_number,
        legal=tuple(body.legal),
        urgency=body.urgency,
        purpose=body.purpose,
        subjects=read_subjects(body.subjects),
        pasted=body.subjects,
    )


def _paper(paper: Paper | None) -> Attachment | None:
    if paper is None:
        return None
    try:
        data = base64.b64decode(paper.data, validate=True)
    except ValueError as error:  # of base64 itself, or of a letter that is no ASCII
        raise ProblemError("invalid", "data: không phải base64 / is no base64") from error
    return Attachment.read(paper.name, data)
