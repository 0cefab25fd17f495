"""What is asked of recipients: notices, the addresses that they name, the mails that carry them, the answers."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.models.columns import Prose, Text, json_column, utc_column


class Notice(SQLModel, table=True):
    """One notice to one recipient about one case. ``key`` makes a second one of the same kind impossible."""

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_due", "state", "due_at", "kind"),
        # the record of each recipient is counted from it alone
        Index("ix_notice_told", "kind", "state", "recipient_id", "case_id", "sent_at", "due_at", "answered_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case.id", index=True)
    recipient_id: str = Field(sa_type=Text(64), index=True)
    recipient_name: str = Field(sa_type=Prose(300))
    kind: str = Field(sa_type=Text(32))  # first | reminder | escalation | withdrawal
    round: int = 0
    key: str = Field(sa_type=Text(200), unique=True)
    act: str = Field(sa_type=Text(32))  # propose | require | report | ask_clean | inform
    channel: str = Field(sa_type=Text(32))  # email | letter | form
    address: str = Field(default="", sa_type=Text(320))
    state: str = Field(sa_type=Text(32))
    language: str = Field(default="vi", sa_type=Text(8))
    why: str = Field(default="", sa_type=Prose(2000))
    legal: list[Any] = Field(default_factory=list, sa_column=json_column())  # citations, as printed
    agency: str = Field(default="", sa_type=Text(64))
    subject: str = Field(default="", sa_type=Prose(300))
    body: str = Field(default="", sa_type=Prose(40_000))
    documents: list[Any] = Field(default_factory=list, sa_column=json_column())  # [[name, digest, size, type], ...]
    token: str = Field(sa_type=Text(32), unique=True)  # by which an answer is matched
    prepared_by: str = Field(sa_type=Text(100))
    prepared_at: datetime = Field(sa_column=utc_column(nullable=False))
    approved_by: str = Field(default="", sa_type=Text(100))
    approved_at: datetime | None = Field(default=None, sa_column=utc_column())
    sent_at: datetime | None = Field(default=None, sa_column=utc_column())
    due_at: datetime | None = Field(default=None, sa_column=utc_column())  # until when an answer is owed
    answered_at: datetime | None = Field(default=None, sa_column=utc_column())
    answers: int | None = Field(default=None, foreign_key="notice.id")  # the notice that this one follows


class NoticeUrl(SQLModel, table=True):
    """One address that a notice names. ``code`` proves a copied address right."""

    __tablename__ = "notice_url"
    __table_args__ = (UniqueConstraint("notice_id", "code"),)

    id: int | None = Field(default=None, primary_key=True)
    notice_id: int = Field(foreign_key="notice.id")
    url: str = Field(sa_type=Text(4000))
    host: str = Field(sa_type=Text(255), index=True)
    code: str = Field(sa_type=Text(16))
    observation_id: int | None = Field(default=None, foreign_key="observation.id")


class OutboxMail(SQLModel, table=True):
    """One mail that leaves once. Claimed but not sent after a crash: nobody knows, a person decides."""

    __tablename__ = "outbox_mail"
    __table_args__ = (Index("ix_outbox_mail_due", "state", "not_before", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    notice_id: int = Field(foreign_key="notice.id", index=True)
    key: str = Field(sa_type=Text(200), unique=True)
    recipient_id: str = Field(sa_type=Text(64), index=True)
    sender: str = Field(sa_type=Text(320))
    to_address: str = Field(sa_type=Text(320))
    subject: str = Field(sa_type=Prose(300))
    message_digest: str = Field(sa_type=Text(64))  # the whole mail, in the evidence store
    message_id: str = Field(sa_type=Text(255), index=True)
    state: str = Field(sa_type=Text(32))  # queued | sending | sent | unknown | failed | held | cancelled
    reason: str = Field(default="", sa_type=Prose(1000))
    not_before: datetime = Field(sa_column=utc_column(nullable=False))
    attempts: int = 0
    claimed_at: datetime | None = Field(default=None, sa_column=utc_column())
    claimed_by: str = Field(default="", sa_type=Text(160))
    sent_at: datetime | None = Field(default=None, sa_column=utc_column())
    created_at: datetime = Field(sa_column=utc_column(nullable=False))


class Reply(SQLModel, table=True):
    """One mail that came back. Where no token matched, ``state`` is unmatched until a person attaches it or not."""

    __tablename__ = "reply"
    __table_args__ = (Index("ix_reply_state_id", "state", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    notice_id: int | None = Field(default=None, foreign_key="notice.id", index=True)
    case_id: int | None = Field(default=None, foreign_key="case.id", index=True)
    state: str = Field(sa_type=Text(16), sa_column_kwargs={"server_default": "matched"})  # takedown names them
    message_key: str = Field(sa_type=Text(300), unique=True)
    kind: str = Field(sa_type=Text(32))  # answer | bounce | automatic
    sender: str = Field(default="", sa_type=Prose(320))
    subject: str = Field(default="", sa_type=Prose(500))
    text: str = Field(default="", sa_type=Prose(20_000))
    received_at: datetime = Field(sa_column=utc_column(nullable=False))
    raw_digest: str = Field(default="", sa_type=Text(64))
    attachments: list[Any] = Field(default_factory=list, sa_column=json_column())  # [[name, digest, size], ...]
    reason: str = Field(default="", sa_type=Prose(2000), sa_column_kwargs={"server_default": ""})
    decided_by: str = Field(default="", sa_type=Text(160), sa_column_kwargs={"server_default": ""})
    decided_at: datetime | None = Field(default=None, sa_column=utc_column())
