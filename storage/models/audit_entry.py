"""The rows of the audit chain."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from storage.models.columns import Text, json_column, utc_column


class AuditEntry(SQLModel, table=True):
    """``digest`` is the SHA-256 over this row's canonical form and the previous row's digest."""

    __tablename__ = "audit_entry"

    sequence: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_column=utc_column(nullable=False))
    actor: str = Field(sa_type=Text(100))
    action: str = Field(sa_type=Text(64))
    subject: str = Field(sa_type=Text(200))
    detail: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())
    previous: str = Field(sa_type=Text(64), unique=True)  # unique: the chain cannot fork
    digest: str = Field(sa_type=Text(64), unique=True)
