"""What look-ups leave behind besides their record: links between sites, changes, answers kept, turns taken, lists."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.models.columns import Prose, Text, json_column, utc_column


class DomainLink(SQLModel, table=True):
    """A known domain and something that it shares with others: an address, a name server, a certificate."""

    __tablename__ = "domain_link"
    __table_args__ = (UniqueConstraint("kind", "value", "domain"),)

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(sa_type=Text(32))
    value: str = Field(sa_type=Text(255))
    domain: str = Field(sa_type=Text(255), index=True)
    first_seen: datetime = Field(sa_column=utc_column(nullable=False))
    last_seen: datetime = Field(sa_column=utc_column(nullable=False))


class DomainChange(SQLModel, table=True):
    """One fact of a domain that differs from the look-up before; it waits until the desk has taken it in."""

    __tablename__ = "domain_change"
    __table_args__ = (Index("ix_domain_change_domain", "domain", "noticed_at"),)

    id: int | None = Field(default=None, primary_key=True)
    domain: str = Field(sa_type=Text(255))
    host: str = Field(sa_type=Text(255))
    field: str = Field(sa_type=Text(32))
    before: list[Any] = Field(default_factory=list, sa_column=json_column())
    after: list[Any] = Field(default_factory=list, sa_column=json_column())
    noticed_at: datetime = Field(sa_column=utc_column(nullable=False))
    old_record_id: int = Field(foreign_key="domain_record.id")
    new_record_id: int = Field(foreign_key="domain_record.id")
    taken_in_at: datetime | None = Field(default=None, sa_column=utc_column(index=True))


class KeptAnswer(SQLModel, table=True):
    """A server's answer, kept for a while so that nobody asks twice. ``key``: the question, server included."""

    __tablename__ = "kept_answer"

    key: str = Field(primary_key=True, sa_type=Text(500))
    asked_at: datetime = Field(sa_column=utc_column(nullable=False))
    expires_at: datetime = Field(sa_column=utc_column(nullable=False, index=True))
    status: int
    source: str = Field(sa_type=Text(500))
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class ServerTurn(SQLModel, table=True):
    """When a server may be asked again, for all processes together."""

    __tablename__ = "server_turn"

    server: str = Field(primary_key=True, sa_type=Text(255))
    next_at: datetime = Field(sa_column=utc_column(nullable=False))
    paused_until: datetime | None = Field(default=None, sa_column=utc_column())


class BulkItem(SQLModel, table=True):
    """One name of a list that is looked up; what is not done when a run ends is done by the next."""

    __tablename__ = "bulk_item"
    __table_args__ = (UniqueConstraint("batch", "host"), Index("ix_bulk_item_waiting", "batch", "state", "due_at"))

    id: int | None = Field(default=None, primary_key=True)
    batch: str = Field(sa_type=Text(64))
    line: int
    host: str = Field(sa_type=Text(255))
    state: str = Field(sa_type=Text(32))
    attempts: int = 0
    due_at: datetime = Field(sa_column=utc_column(nullable=False))
    done_at: datetime | None = Field(default=None, sa_column=utc_column())
    reason: str = Field(default="", sa_type=Prose(500))
    record_id: int | None = Field(default=None, foreign_key="domain_record.id")


class LookupDue(SQLModel, table=True):
    """A host whose registry did not answer for want of patience: it is asked again when ``due_at`` has come.

    ``due_at`` None: asked so often in vain that only a person asks again.
    """

    __tablename__ = "lookup_due"

    host: str = Field(primary_key=True, sa_type=Text(255))
    state: str = Field(sa_type=Text(32))  # throttled | timed_out
    since: datetime = Field(sa_column=utc_column(nullable=False))
    attempts: int = 1
    due_at: datetime | None = Field(default=None, sa_column=utc_column(index=True))


class LogSighting(SQLModel, table=True):
    """The earliest entry of a certificate log that names a domain, of those that were read here."""

    __tablename__ = "log_sighting"

    domain: str = Field(primary_key=True, sa_type=Text(255))  # registrable
    host: str = Field(sa_type=Text(255))
    source: str = Field(sa_type=Text(500))  # the log's address and the entry's number
    logged_at: datetime = Field(sa_column=utc_column(nullable=False))  # as the log's tree commits to it
    read_at: datetime = Field(sa_column=utc_column(nullable=False))
    leaf: str = Field(sa_type=Text(64))  # digest of the entry as it came, in the evidence store
