"""Whether a site came down: the watch over a case's sites, and every judgement made on the way."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from storage.models.columns import Prose, Text, json_column, utc_column


class Watch(SQLModel, table=True):
    """When a case is looked at again. ``purpose``: takedown, or relapse after it came down."""

    __tablename__ = "watch"

    case_id: int = Field(primary_key=True, foreign_key="case.id", sa_column_kwargs={"autoincrement": False})
    purpose: str = Field(sa_type=Text(32))
    step: int = 0
    due_at: datetime | None = Field(default=None, sa_column=utc_column(index=True))
    asked_at: datetime | None = Field(default=None, sa_column=utc_column())  # targets were left for the crawler
    since: datetime = Field(sa_column=utc_column(nullable=False))


class Verification(SQLModel, table=True):
    """One judgement of one address; rows are only ever added."""

    __tablename__ = "verification"
    __table_args__ = (Index("ix_verification_case", "case_id", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case.id")
    url: str = Field(sa_type=Prose(4000))
    at: datetime = Field(sa_column=utc_column(nullable=False))
    verdict: str = Field(sa_type=Text(32))
    acted: str = Field(default="", sa_type=Text(32))  # who seems to have acted: registrar, host, owner, ...
    reason: str = Field(default="", sa_type=Prose(1000))
    observations: list[Any] = Field(default_factory=list, sa_column=json_column())  # their numbers
