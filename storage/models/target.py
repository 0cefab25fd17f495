"""The frontier's rows: what to look at, when, and who is looking now."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, desc
from sqlmodel import Field, SQLModel

from storage.models.columns import Prose, Text, utc_column

SWEEP = "sweep"  # a target's purpose: is there a fraud?
VERIFY = "verify"  # a reported page's: is it still there?


class Target(SQLModel, table=True):
    """One URL to visit for one purpose. It is due when ``due_at`` has come and no live lease holds it."""

    __tablename__ = "target"
    __table_args__ = (
        UniqueConstraint("url", "purpose"),
        # in the order of leasing, so that the next few are read without sorting all that is due
        Index("ix_target_due", "purpose", desc("priority"), "due_at", "id"),
        Index("ix_target_batch", "batch", "purpose", desc("priority"), "due_at", "id"),
        Index("ix_target_lease", "lease_until", "domain"),
    )

    id: int | None = Field(default=None, primary_key=True)
    url: str = Field(sa_type=Text(2000))  # longer ones do not fit a unique index of PostgreSQL
    host: str = Field(sa_type=Text(255), index=True)
    domain: str = Field(sa_type=Text(255), index=True)  # registrable
    purpose: str = Field(sa_type=Text(32))  # SWEEP | VERIFY
    source: str = Field(default="", sa_type=Prose(500))  # the seed file and line, or who asked
    batch: str = Field(default="", sa_type=Text(64))  # the run that named it last
    priority: int = 0  # higher first
    created_at: datetime = Field(sa_column=utc_column(nullable=False))
    due_at: datetime | None = Field(default=None, sa_column=utc_column())  # None: nothing planned
    lease_owner: str = Field(default="", sa_type=Text(160))
    lease_until: datetime | None = Field(default=None, sa_column=utc_column())
    attempts: int = 0  # visits begun since the last success: a visit that kills its worker counts
    visits: int = 0
    last_outcome: str = Field(default="", sa_type=Text(32))
    last_reason: str = Field(default="", sa_type=Prose(1000))
    last_level: str = Field(default="", sa_type=Text(32))
    last_visit_at: datetime | None = Field(default=None, sa_column=utc_column())
