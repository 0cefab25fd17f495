"""A case that came down, and a later one by which the same people are at work again."""

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.models.columns import json_column, utc_column


class CampaignLink(SQLModel, table=True):
    """``later_id`` was opened after ``case_id`` came down and shares indicators with it; one row a pair."""

    __tablename__ = "campaign_link"
    __table_args__ = (UniqueConstraint("case_id", "later_id"),)

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case.id")
    later_id: int = Field(foreign_key="case.id", index=True)
    shared: list[Any] = Field(default_factory=list, sa_column=json_column())  # [[kind, value], ...]
    found_at: datetime = Field(sa_column=utc_column(nullable=False))
