"""A case and its history."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from storage.models.columns import Prose, Text, json_column, utc_column


class Case(SQLModel, table=True):
    """One suspicion about one site. ``open_key`` is the host while the case is open and NULL afterwards, so that the
    database itself allows one open case a host."""

    __tablename__ = "case"
    __table_args__ = (Index("uq_case_open", "open_key", unique=True, postgresql_where=text("open_key IS NOT NULL")),)

    id: int | None = Field(default=None, primary_key=True)
    host: str = Field(sa_type=Text(255), index=True)
    domain: str = Field(sa_type=Text(255), index=True)
    url: str = Field(sa_type=Prose(4000))
    open_key: str | None = Field(default=None, sa_type=Text(255))
    state: str = Field(sa_type=Text(32), index=True)
    level: str = Field(sa_type=Text(32))
    points: float
    category: str = Field(default="", sa_type=Text(32))
    title: str = Field(default="", sa_type=Prose(500))
    opened_at: datetime = Field(sa_column=utc_column(nullable=False))
    updated_at: datetime = Field(sa_column=utc_column(nullable=False))
    assessment_id: int | None = Field(default=None, foreign_key="assessment.id")  # the newest


class CaseEvent(SQLModel, table=True):
    """One line of a case's history; rows are only ever added."""

    __tablename__ = "case_event"

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case.id", index=True)
    at: datetime = Field(sa_column=utc_column(nullable=False))
    kind: str = Field(sa_type=Text(32))  # opened | seen_again | transition | note ...
    actor: str = Field(sa_type=Text(100))
    detail: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())
