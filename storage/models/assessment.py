"""What the crawler concluded of a site at one time, with every reason."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from storage.models.columns import Prose, Text, json_column, utc_column


class Assessment(SQLModel, table=True):
    """A score with its whole explanation. ``signals`` and ``categories`` are in the order that a reader wants."""

    __tablename__ = "assessment"
    __table_args__ = (
        Index("ix_assessment_domain", "domain", "assessed_at"),
        Index("ix_assessment_assessed_at", "assessed_at"),
        Index("ix_assessment_level", "level", "assessed_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    target_id: int | None = Field(default=None, foreign_key="target.id", index=True)
    url: str = Field(sa_type=Prose(4000))
    host: str = Field(sa_type=Text(255), index=True)
    domain: str = Field(sa_type=Text(255))
    assessed_at: datetime = Field(sa_column=utc_column(nullable=False))
    level: str = Field(sa_type=Text(32))
    points: float
    probability: float
    categories: list[Any] = Field(default_factory=list, sa_column=json_column())  # [[category, points], ...]
    signals: list[Any] = Field(default_factory=list, sa_column=json_column())  # [{rule, family, points, ...}, ...]
    # What enters the sum beside the signals, [{points, message_vi, message_en}, ...]; none in rows of before.
    adjustments: list[Any] = Field(default_factory=list, sa_column=json_column())
    deciding_url: str = Field(default="", sa_type=Prose(4000))
    deciding_vantage: str = Field(default="", sa_type=Text(32))
    capped: str = Field(default="", sa_type=Prose(500))
    rule_set: str = Field(sa_type=Text(64))
    differences: list[Any] = Field(default_factory=list, sa_column=json_column())
    indicators: list[Any] = Field(default_factory=list, sa_column=json_column())  # [[kind, value, note], ...]
    domain_record_id: int | None = Field(default=None, foreign_key="domain_record.id")
    rescored_from: int | None = Field(default=None, foreign_key="assessment.id")
    protected: str = Field(default="", sa_type=Prose(500))  # why this site is never to be reported, or ""
    taken_in_at: datetime | None = Field(default=None, sa_column=utc_column(index=True))  # seen by intake
