"""What registries and servers answered about a domain at one time."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, LargeBinary
from sqlmodel import Field, SQLModel

from storage.models.columns import Text, json_column, utc_column


class DomainRecord(SQLModel, table=True):
    """One round of look-ups. ``facts`` is the serialised record, ``lookups`` how each question ended."""

    __tablename__ = "domain_record"
    __table_args__ = (Index("ix_domain_record_domain", "domain", "looked_up_at"),)

    id: int | None = Field(default=None, primary_key=True)
    domain: str = Field(sa_type=Text(255))
    host: str = Field(sa_type=Text(255))
    looked_up_at: datetime = Field(sa_column=utc_column(nullable=False))
    facts: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())
    lookups: list[Any] = Field(default_factory=list, sa_column=json_column())
    raw: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())  # service -> artifact digest
    sealed: list[Any] = Field(default_factory=list, sa_column=json_column())  # services whose artifact is encrypted
    key_id: str = Field(default="", sa_type=Text(32))  # which operator's key wraps the next
    wrapped_key: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    owner_mark: str = Field(default="", sa_type=Text(64))  # keyed digest of the owner's name; gone once erased


class OwnerKey(SQLModel, table=True):
    """The one key under which owners' marks are made; wrapped by an operator's key, as a record's own is."""

    __tablename__ = "owner_key"

    id: int = Field(primary_key=True)  # 1
    key_id: str = Field(sa_type=Text(32))
    wrapped_key: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
