"""What is personal in an owner-record request: opened for a reason that stands in the audit log before it is shown."""

from datetime import datetime
from typing import Annotated

from fastapi import Response
from pydantic import BaseModel, Field

from takedown.api.calls import Body, CallNow, Calls, Number, Row, Why, answer
from takedown.api.resources.record_shapes import RecordBrief, request_of
from takedown.api.resources.records import vault_of
from takedown.api.scopes import Scope
from takedown.records import answers, asking, dossier, requests
from takedown.records.held import read_held
from takedown.records.sealing import data_key, with_names
from takedown.web.access import MAKE_RECORDS
from takedown.web.files import attachment

calls = Calls(tags=["personal data"])
Reason = Annotated[str, Field(min_length=1, max_length=4000)]
_FILE = {200: {"description": "the file", "content": {"application/octet-stream": {}}}}
_ZIP = {200: {"description": "the dossier's files", "content": {"application/zip": {}}}}


class DossierWanted(Body):
    """``deliver``: sealed as what was handed over, and the request moves on; by an approver."""

    reason: Reason
    deliver: bool = False


class FileWanted(Body):
    """A file by its name."""

    file: Annotated[str, Field(min_length=1, max_length=200)]
    reason: Reason


class HeldFact(Row):
    """One source's word on one thing. ``past``: a later look-up of the same source says something else."""

    field: str
    value: str
    source: str
    at: datetime
    confidence: str
    past: bool


class HeldAnswer(Row):
    """One recipient's answer."""

    state: str
    source: str
    facts: list[tuple[str, str]]
    note: str
    received_at: datetime
    entered_by: str
    files: list[str]


class HeldItem(BaseModel):
    """One subject with all that is held and answered. ``unknown``: what nobody has said."""

    id: int
    kind: str
    value: str
    line: int
    as_written: str
    urls: list[str]
    notes: list[str]
    facts: list[HeldFact]
    unknown: list[str]
    answers: list[HeldAnswer]


class WhoKnows(BaseModel):
    """One who knows more, and of which items."""

    recipient_id: str
    name: str
    role: str
    items: list[int]


class UnreadLine(Row):
    line: int
    original: str
    reason: str


class RecordOpened(BaseModel):
    request: RecordBrief
    officer: str
    contact: str
    purpose: str
    items: list[HeldItem]
    rejects: list[UnreadLine]
    whom: list[WhoKnows]


@calls.change("/records/{number}/open", MAKE_RECORDS, Scope.RECORDS_PERSONAL, RecordOpened)
def opened(call: CallNow, number: Number, body: Why) -> Response:
    """Open a request's personal data; who looked, and why, is noted first."""
    vault = vault_of(call)
    with call.writing() as session:
        view = requests.view_request(session, vault, number, actor=call.actor, reason=body.reason, now=call.now)
    with call.desk.reading() as session:
        row = requests.find_request(session, number)
        held = read_held(session, view.items, with_names(call.desk.store, vault))
        plan = asking.plan_asks(session, vault, number, now=call.now)
        told = answers.answers_of(session, data_key(vault, row), number)
    items = [
        HeldItem(
            id=entry.id,
            kind=entry.subject.kind,
            value=entry.subject.value,
            line=entry.subject.line,
            as_written=entry.subject.original,
            urls=list(entry.subject.urls),
            notes=list(entry.subject.notes),
            facts=[HeldFact.model_validate(fact) for fact in held[entry.id].facts],
            unknown=list(held[entry.id].unknown),
            answers=[HeldAnswer.model_validate(given) for given in told.get(entry.id, ())],
        )
        for entry in view.items
    ]
    whom = [
        WhoKnows(recipient_id=w.recipient_id, name=w.name, role=w.role, items=[entry.id for entry in w.items])
        for w in plan.whom
    ]
    asked = view.asked
    return answer(
        RecordOpened(
            request=request_of(row),
            officer=asked.officer,
            contact=asked.contact,
            purpose=asked.purpose,
            items=items,
            rejects=[UnreadLine.model_validate(entry) for entry in asked.subjects.rejects],
            whom=whom,
        )
    )


@calls.change("/records/{number}/dossier", MAKE_RECORDS, Scope.RECORDS_PERSONAL, None, responses=_ZIP)
def export(call: CallNow, number: Number, body: DossierWanted) -> Response:
    """The dossier as PDF, DOCX, CSV and JSON in one archive; noted before it leaves."""
    vault, desk = vault_of(call), call.desk
    with desk.reading() as session:
        made = dossier.build_dossier(
            session, desk.store, vault, number, head=desk.letterhead, actor=call.actor, now=call.now
        )
    with call.writing() as session:
        words = {"reason": body.reason, "actor": call.actor, "now": call.now}
        if body.deliver:
            dossier.deliver_dossier(session, desk.store, vault, made, **words)  # type: ignore[arg-type]
        else:
            row = requests.find_request(session, number)
            dossier.note_export(session, row, what=dossier.DOSSIER, **words)  # type: ignore[arg-type]
    return attachment(dossier.dossier_archive(made), f"ho-so-{number}.zip", "application/zip")


@calls.change("/records/{number}/files", MAKE_RECORDS, Scope.RECORDS_PERSONAL, None, responses=_FILE)
def fetched(call: CallNow, number: Number, body: FileWanted) -> Response:
    """One sealed file: the order, a letter, a delivered dossier."""
    vault = vault_of(call)
    with call.writing() as session:
        found = dossier.fetch_file(
            session,
            call.desk.store,
            vault,
            number,
            body.file,
            reason=body.reason,
            actor=call.actor,
            now=call.now,
        )
    return attachment(found.data, found.name, found.media_type)
