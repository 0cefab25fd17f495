"""A case and its history."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.models.columns import Prose, Text, json_column, utc_column


class Case(SQLModel, table=True):
    """One suspicion about one site. ``open_key`` is the host while the case is open and NULL afterwards, so that the
    database itself allows one open case a host."""

    __tablename__ = "case"
    __table_args__ = (
        Index("uq_case_open", "open_key", unique=True, postgresql_where=text("open_key IS NOT NULL")),
        # the queue is read level by level from the top, so that a hundred thousand cases need no sorting
        Index("ix_case_queue", "level", "points", "opened_at", "id", "due_at"),
        Index("ix_case_queue_state", "state", "level", "points", "opened_at", "id", "due_at"),
        Index("ix_case_queue_kind", "category", "state", "level", "points", "opened_at", "id", "due_at"),
        Index("ix_case_assignee", "assignee", "state", "level", "points", "opened_at", "id"),
        Index("ix_case_lock_holder", "lock_holder", "state", "level", "points", "opened_at", "id"),
        Index("ix_case_due", "due_at", "state"),  # what few cases have is looked up first, with the state beside it
        # what the dashboard counts
        Index("ix_case_opened_at", "opened_at"),
        Index("ix_case_down_at", "down_at"),
        Index("ix_case_lives", "state", "category", "opened_at", "down_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    host: str = Field(sa_type=Text(255), index=True)
    domain: str = Field(sa_type=Text(255), index=True)
    url: str = Field(sa_type=Prose(4000))
    open_key: str | None = Field(default=None, sa_type=Text(255))
    state: str = Field(sa_type=Text(32))
    level: str = Field(sa_type=Text(32))
    points: float
    category: str = Field(default="", sa_type=Text(32))
    title: str = Field(default="", sa_type=Prose(500))
    opened_at: datetime = Field(sa_column=utc_column(nullable=False))
    updated_at: datetime = Field(sa_column=utc_column(nullable=False))
    assessment_id: int | None = Field(default=None, foreign_key="assessment.id")  # the newest
    assignee: str = Field(default="", sa_type=Text(64))
    lock_holder: str = Field(default="", sa_type=Text(64))  # who has it open for judging
    lock_until: datetime | None = Field(default=None, sa_column=utc_column())
    blind: bool = False  # two people judge without seeing each other's words
    handling: str = Field(default="", sa_type=Text(32))  # "" | clean_only: an honest site that was broken into
    merged_into: int | None = Field(default=None, foreign_key="case.id", index=True)
    due_at: datetime | None = Field(default=None, sa_column=utc_column())  # the clock that runs out next
    down_at: datetime | None = Field(default=None, sa_column=utc_column())  # when it was first proven down


class CaseEvent(SQLModel, table=True):
    """One line of a case's history; rows are only ever added."""

    __tablename__ = "case_event"

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case.id", index=True)
    at: datetime = Field(sa_column=utc_column(nullable=False))
    kind: str = Field(sa_type=Text(32))  # opened | seen_again | transition | note ...
    actor: str = Field(sa_type=Text(100))
    detail: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())


class CaseSite(SQLModel, table=True):
    """One host that belongs to a case; ``removed_at`` is set when a split took it out again."""

    __tablename__ = "case_site"

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case.id", index=True)
    host: str = Field(sa_type=Text(255), index=True)
    domain: str = Field(sa_type=Text(255))
    url: str = Field(sa_type=Prose(4000))
    from_case: int | None = None  # the case that brought it
    added_by: str = Field(sa_type=Text(100))
    added_at: datetime = Field(sa_column=utc_column(nullable=False))
    removed_at: datetime | None = Field(default=None, sa_column=utc_column())


class CaseIndicator(SQLModel, table=True):
    """Something by which one scam is known again: an account, a phone, a tracker, an address."""

    __tablename__ = "case_indicator"
    __table_args__ = (
        UniqueConstraint("case_id", "kind", "value"),
        Index("ix_case_indicator_value", "kind", "value"),
        Index("ix_case_indicator_sought", "sought", "case_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case.id")
    kind: str = Field(sa_type=Text(32))
    value: str = Field(sa_type=Text(255))
    sought: str = Field(default="", sa_type=Text(255))  # as people look for it, see storage/search.py
    note: str = Field(default="", sa_type=Prose(300))  # the bank, the holder
    first_at: datetime = Field(sa_column=utc_column(nullable=False))


class CaseOpinion(SQLModel, table=True):
    """What one of two blind reviewers said; rows are only ever added."""

    __tablename__ = "case_opinion"

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case.id", index=True)
    round: int = 1
    reviewer: str = Field(sa_type=Text(64))
    verdict: str = Field(sa_type=Text(32))
    reason: str = Field(sa_type=Prose(2000))
    at: datetime = Field(sa_column=utc_column(nullable=False))
