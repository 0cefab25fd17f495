"""The rows of the audit chain."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from storage.models.columns import json_column, utc_column


class AuditEntry(SQLModel, table=True):
    """``digest`` is the SHA-256 over this row's canonical form and the previous row's digest."""

    __tablename__ = "audit_entry"

    sequence: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_column=utc_column(nullable=False))
    actor: str = Field(max_length=100)
    action: str = Field(max_length=64)
    subject: str = Field(max_length=200)
    detail: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())
    previous: str = Field(max_length=64)
    digest: str = Field(max_length=64, unique=True)
