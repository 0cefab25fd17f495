"""Objections of owners, and withdrawals with the proof that they reached every place."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from storage.models.columns import Prose, Text, utc_column


class Appeal(SQLModel, table=True):
    """One objection. ``receipt_digest``: SHA-256 of the code that its sender holds; the code itself is not kept."""

    __tablename__ = "appeal"

    id: int | None = Field(default=None, primary_key=True)
    receipt_digest: str = Field(sa_type=Text(64), unique=True)
    url: str = Field(sa_type=Prose(4000))
    host: str = Field(sa_type=Text(255), index=True)
    case_id: int | None = Field(default=None, foreign_key="case.id", index=True)
    name: str = Field(default="", sa_type=Prose(200))
    contact: str = Field(default="", sa_type=Prose(320))
    text: str = Field(sa_type=Prose(10_000))
    state: str = Field(sa_type=Text(32), index=True)  # received | upheld | rejected
    received_at: datetime = Field(sa_column=utc_column(nullable=False))
    due_at: datetime = Field(sa_column=utc_column(nullable=False))
    decided_by: str = Field(default="", sa_type=Text(100))
    decided_at: datetime | None = Field(default=None, sa_column=utc_column())
    decision: str = Field(default="", sa_type=Prose(4000))  # what its sender may read


class Publication(SQLModel, table=True):
    """One entry that left for a list or an export, so that a withdrawal knows where to go."""

    __tablename__ = "publication"
    __table_args__ = (Index("ix_publication_case", "case_id", "withdrawn_at"),)

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case.id")
    place: str = Field(sa_type=Text(200))  # the list's or the export file's name
    value: str = Field(sa_type=Prose(4000))  # what was written there
    digest: str = Field(default="", sa_type=Text(64))  # of the export as it left
    published_at: datetime = Field(sa_column=utc_column(nullable=False))
    withdrawn_at: datetime | None = Field(default=None, sa_column=utc_column())


class Withdrawal(SQLModel, table=True):
    """One order to take everything about a case back."""

    __tablename__ = "withdrawal"

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case.id", index=True)
    appeal_id: int | None = Field(default=None, foreign_key="appeal.id")
    ordered_by: str = Field(sa_type=Text(100))
    reason: str = Field(sa_type=Prose(2000))
    at: datetime = Field(sa_column=utc_column(nullable=False))
    done_at: datetime | None = Field(default=None, sa_column=utc_column())


class WithdrawalStep(SQLModel, table=True):
    """One place that a withdrawal must reach, and how it is known that it did."""

    __tablename__ = "withdrawal_step"

    id: int | None = Field(default=None, primary_key=True)
    withdrawal_id: int = Field(foreign_key="withdrawal.id", index=True)
    kind: str = Field(sa_type=Text(32))  # publication | notice | mail
    place: str = Field(sa_type=Prose(300))
    subject_id: int
    state: str = Field(sa_type=Text(32))  # pending | proven
    proof: str = Field(default="", sa_type=Prose(1000))
    at: datetime | None = Field(default=None, sa_column=utc_column())
