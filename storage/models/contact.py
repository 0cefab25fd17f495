"""What people decided about contacts, and the contacts that wait for such a decision."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.models.columns import Prose, Text, utc_column


class ContactConfirmation(SQLModel, table=True):
    """One decision of a person about one channel of a recipient; the newest counts. Rows are only ever added."""

    __tablename__ = "contact_confirmation"
    __table_args__ = (Index("ix_contact_confirmation_recipient", "recipient_id", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    recipient_id: str = Field(sa_type=Text(64))
    channel: str = Field(sa_type=Text(32))
    value: str = Field(sa_type=Text(500))
    decision: str = Field(sa_type=Text(32))
    actor: str = Field(sa_type=Text(100))
    reason: str = Field(sa_type=Prose(1000))
    decided_at: datetime = Field(sa_column=utc_column(nullable=False))
    valid_until: datetime | None = Field(default=None, sa_column=utc_column())


class LearntContact(SQLModel, table=True):
    """A contact learnt elsewhere than from the registry of recipients; of no use until a person decided about it."""

    __tablename__ = "learnt_contact"
    __table_args__ = (UniqueConstraint("subject_kind", "subject", "channel", "value"),)

    id: int | None = Field(default=None, primary_key=True)
    subject_kind: str = Field(sa_type=Text(32))  # registrar | network | host | domain
    subject: str = Field(sa_type=Text(255))
    channel: str = Field(sa_type=Text(32))
    value: str = Field(sa_type=Text(500))
    source: str = Field(sa_type=Prose(1000))
    artifact: str = Field(default="", sa_type=Text(64))
    learnt_at: datetime = Field(sa_column=utc_column(nullable=False))
    state: str = Field(sa_type=Text(32), index=True)
    actor: str = Field(default="", sa_type=Text(100))
    reason: str = Field(default="", sa_type=Prose(1000))
    decided_at: datetime | None = Field(default=None, sa_column=utc_column())
