"""What calls about owner-record requests bring and answer; nothing in it is personal."""

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, Field

from storage.models import RecordRequest
from takedown.api.calls import Body, Row
from takedown.records import answers
from takedown.records.gate import Urgency
from takedown.records.sealing import SealedFile

Words = Annotated[str, Field(max_length=4000)]


class RecordFile(BaseModel):
    """A sealed file by kind and name; its bytes take a reason."""

    kind: str
    name: str


class RecordBrief(BaseModel):
    """What may be seen without a reason: nothing personal. ``counts``: subjects by kind."""

    id: int
    state: str
    document_number: str
    document_date: str
    agency: str
    unit: str
    case_number: str
    legal: list[str]
    urgency: str
    counts: dict[str, int]
    files: list[RecordFile]
    made_by: str
    made_at: datetime
    updated_at: datetime
    received_at: datetime
    due_at: datetime | None
    delivered_at: datetime | None
    ended_at: datetime | None
    erased_at: datetime | None


class RecordLetter(Row):
    """One letter to one recipient. ``items``: numbers of what it asks about."""

    id: int
    kind: str
    recipient_id: str
    recipient_name: str
    role: str
    state: str
    channel: str
    address: str
    items: list[int]
    token: str
    prepared_by: str
    prepared_at: datetime
    sent_by: str
    sent_at: datetime | None
    proof: str
    due_at: datetime | None
    reminders: int
    answered_at: datetime | None


class RecordWhole(BaseModel):
    request: RecordBrief
    letters: list[RecordLetter]


class RecordRequests(BaseModel):
    """The next to be answered first; police see their own. ``next``: for ``after``, null on the last page."""

    items: list[RecordBrief]
    next: str | None


class Paper(Body):
    """A file in base64: PDF, DOCX, PNG, JPEG or TIFF."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    data: Annotated[str, Field(min_length=1, max_length=11_000_000)]


class AskingDocument(Body):
    """The asking document; what is not known yet is left out. ``subjects``: the messy list, as it came."""

    document_number: Words = ""
    document_date: date | None = None
    agency: Words = ""
    unit: Words = ""
    officer: Words = ""
    contact: Words = ""
    case_number: Words = ""
    legal: Annotated[list[Annotated[str, Field(max_length=100)]], Field(max_length=20, default_factory=list)]
    urgency: Urgency = Urgency.ORDINARY
    purpose: Words = ""
    subjects: Annotated[str, Field(max_length=4_000_000)] = ""
    order: Paper | None = None


class Taken(BaseModel):
    """``missing``: all that stands in the way of accepting it. ``unread``: lines of the list that were not read."""

    request: RecordBrief
    missing: list[str]
    unread: list[int]
    repeated: int


class LetterSent(Body):
    """Number and day under which the letter left."""

    proof: Annotated[str, Field(min_length=1, max_length=300)]


class AnswerFact(Body):
    """One fact as the recipient wrote it."""

    what: Annotated[str, Field(min_length=1, max_length=answers.MAX_VALUE)]
    value: Annotated[str, Field(min_length=1, max_length=answers.MAX_VALUE)]


class AnswerGiven(Body):
    """``about``: the domain, address or phone that it names; ``source``: who answered, with number and day."""

    about: Annotated[str, Field(min_length=1, max_length=4000)]
    source: Annotated[str, Field(min_length=1, max_length=4000)]
    state: answers.AnswerState = answers.AnswerState.FOUND
    facts: Annotated[list[AnswerFact], Field(max_length=answers.MAX_FACTS, default_factory=list)]
    note: Annotated[str, Field(max_length=4 * answers.MAX_VALUE)] = ""
    files: Annotated[list[Paper], Field(max_length=answers.MAX_FILES, default_factory=list)]
    letter: Annotated[int, Field(ge=1, le=2_147_483_647)] | None = None


class AnswerKept(BaseModel):
    """``item``: the number of the subject that it is about."""

    answer: int
    item: int
    request: RecordBrief


class RecordLetters(BaseModel):
    """Drafts that were made; another person sends them."""

    items: list[RecordLetter]


def request_of(row: RecordRequest) -> RecordBrief:
    """The row without what is sealed."""
    files = [SealedFile.of(entry) for entry in row.files]
    plain = {name: getattr(row, name) for name in RecordBrief.model_fields if name not in {"files", "legal", "counts"}}
    return RecordBrief(
        **plain,
        legal=[str(entry) for entry in row.legal],
        counts={str(kind): int(number) for kind, number in row.counts.items()},
        files=[RecordFile(kind=entry.kind, name=entry.name) for entry in files],
    )
