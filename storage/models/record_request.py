"""Owner-record requests: what police ask, about whom, who was asked, what came back. What is personal is sealed.

Every request has a data key of its own, wrapped by the operator's key; its sealed columns and its files in the evidence
store are readable with that key alone. Erasing is throwing the wrapped key away.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.models.columns import Prose, Text, json_column, utc_column


class RecordRequest(SQLModel, table=True):
    """One asking document. ``sealed``: officer, purpose and the rejected lines, encrypted."""

    __tablename__ = "record_request"
    __table_args__ = (Index("ix_record_request_due", "state", "due_at"),)

    id: int | None = Field(default=None, primary_key=True)
    state: str = Field(sa_type=Text(32))
    document_number: str = Field(default="", sa_type=Text(100), index=True)
    document_date: str = Field(default="", sa_type=Text(10))  # YYYY-MM-DD
    agency: str = Field(default="", sa_type=Prose(300))
    unit: str = Field(default="", sa_type=Prose(300))
    case_number: str = Field(default="", sa_type=Text(100))
    legal: list[Any] = Field(default_factory=list, sa_column=json_column())  # ids of legal bases
    urgency: str = Field(default="ordinary", sa_type=Text(16))  # ordinary | 24h | 6h | 3h
    open_key: str | None = Field(default=None, sa_type=Text(64), unique=True)  # one open request a document
    counts: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())  # what stays after erasure
    key_id: str = Field(default="", sa_type=Text(32))  # which operator's key wraps the data key
    wrapped_key: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    sealed: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    files: list[Any] = Field(default_factory=list, sa_column=json_column())  # [[kind, name, digest, size, type], ...]
    made_by: str = Field(sa_type=Text(100), index=True)
    made_at: datetime = Field(sa_column=utc_column(nullable=False))
    updated_at: datetime = Field(sa_column=utc_column(nullable=False))
    received_at: datetime = Field(sa_column=utc_column(nullable=False))  # when the clock began
    due_at: datetime | None = Field(default=None, sa_column=utc_column())
    delivered_at: datetime | None = Field(default=None, sa_column=utc_column())
    ended_at: datetime | None = Field(default=None, sa_column=utc_column(index=True))
    erased_at: datetime | None = Field(default=None, sa_column=utc_column())


class RecordItem(SQLModel, table=True):
    """One domain, address or phone that a request is about. ``value`` of a phone is a keyed digest."""

    __tablename__ = "record_item"
    __table_args__ = (UniqueConstraint("request_id", "kind", "value"), Index("ix_record_item_value", "kind", "value"))

    id: int | None = Field(default=None, primary_key=True)
    request_id: int = Field(foreign_key="record_request.id")
    kind: str = Field(sa_type=Text(16))  # domain | address | phone
    value: str = Field(sa_type=Text(255))
    line: int = 0
    sealed: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))  # as written, URLs, notes


class RecordAsk(SQLModel, table=True):
    """One letter to one recipient: disclose what it knows, or keep it until a further letter."""

    __tablename__ = "record_ask"
    __table_args__ = (UniqueConstraint("request_id", "kind", "recipient_id"),)

    id: int | None = Field(default=None, primary_key=True)
    request_id: int = Field(foreign_key="record_request.id", index=True)
    kind: str = Field(sa_type=Text(16))  # disclose | preserve
    recipient_id: str = Field(sa_type=Text(64))
    recipient_name: str = Field(sa_type=Prose(300))
    role: str = Field(sa_type=Text(32))
    state: str = Field(sa_type=Text(32))  # draft | sent | answered | cancelled
    channel: str = Field(default="", sa_type=Text(32))
    address: str = Field(default="", sa_type=Text(500))
    items: list[Any] = Field(default_factory=list, sa_column=json_column())  # ids of RecordItem
    token: str = Field(sa_type=Text(32), unique=True)
    files: list[Any] = Field(default_factory=list, sa_column=json_column())  # [[kind, name, digest, size, type], ...]
    prepared_by: str = Field(sa_type=Text(100))
    prepared_at: datetime = Field(sa_column=utc_column(nullable=False))
    sent_by: str = Field(default="", sa_type=Text(100))
    sent_at: datetime | None = Field(default=None, sa_column=utc_column())
    proof: str = Field(default="", sa_type=Prose(300))  # number and day of the letter
    due_at: datetime | None = Field(default=None, sa_column=utc_column(index=True))
    reminders: int = 0
    reminded_at: datetime | None = Field(default=None, sa_column=utc_column())
    answered_at: datetime | None = Field(default=None, sa_column=utc_column())


class RecordAnswer(SQLModel, table=True):
    """What a recipient answered about one item; the facts are sealed, the papers are encrypted artifacts."""

    __tablename__ = "record_answer"

    id: int | None = Field(default=None, primary_key=True)
    request_id: int = Field(foreign_key="record_request.id", index=True)
    item_id: int = Field(foreign_key="record_item.id", index=True)
    ask_id: int | None = Field(default=None, foreign_key="record_ask.id")
    state: str = Field(sa_type=Text(32))  # found | nothing_held | refused
    received_at: datetime = Field(sa_column=utc_column(nullable=False))
    entered_by: str = Field(sa_type=Text(100))
    entered_at: datetime = Field(sa_column=utc_column(nullable=False))
    sealed: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))  # source, facts, note
    files: list[Any] = Field(default_factory=list, sa_column=json_column())


class ErasedCode(SQLModel, table=True):
    """The code of a letter whose request was erased: a mail that still cites it is told from any other."""

    __tablename__ = "erased_code"

    token: str = Field(primary_key=True, sa_type=Text(32))
    request_id: int = Field(foreign_key="record_request.id", index=True)


class RecordMail(SQLModel, table=True):
    """A mail that cites the code of a letter; what it says is sealed under the request's key, and so is each file."""

    __tablename__ = "record_mail"
    __table_args__ = (Index("ix_record_mail_state", "state"),)

    id: int | None = Field(default=None, primary_key=True)
    request_id: int = Field(foreign_key="record_request.id", index=True)
    ask_id: int | None = Field(default=None, foreign_key="record_ask.id")  # None: of an erased request
    message_key: str = Field(sa_type=Text(64), unique=True)
    kind: str = Field(sa_type=Text(32))  # answer | bounce | automatic
    state: str = Field(sa_type=Text(32))  # waiting | noted | accepted | dismissed | erased
    received_at: datetime = Field(sa_column=utc_column(nullable=False))
    taken_at: datetime = Field(sa_column=utc_column(nullable=False))
    sealed: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))  # sender, subject, text
    files: list[Any] = Field(default_factory=list, sa_column=json_column())  # the mail itself, then its attachments
    answers: list[Any] = Field(default_factory=list, sa_column=json_column())  # ids of RecordAnswer entered from it
    decided_by: str = Field(default="", sa_type=Text(100))
    decided_at: datetime | None = Field(default=None, sa_column=utc_column())
    reason: str = Field(default="", sa_type=Prose(300))
