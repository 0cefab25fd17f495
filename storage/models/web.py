"""Who is signed in at the desk, and the views of the queue that they keep."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.models.columns import Prose, Text, utc_column


class WebSession(SQLModel, table=True):
    """One sign-in. The cookie's value is not kept, only its digest; ``epoch`` is the person's at that time."""

    __tablename__ = "web_session"

    id: int | None = Field(default=None, primary_key=True)
    digest: str = Field(sa_type=Text(64), unique=True)
    staff_name: str = Field(sa_type=Text(64), index=True)
    epoch: int
    csrf: str = Field(sa_type=Text(64))
    address: str = Field(default="", sa_type=Text(64))
    created_at: datetime = Field(sa_column=utc_column(nullable=False))
    seen_at: datetime = Field(sa_column=utc_column(nullable=False))
    expires_at: datetime = Field(sa_column=utc_column(nullable=False, index=True))
    revoked_at: datetime | None = Field(default=None, sa_column=utc_column())


class SavedView(SQLModel, table=True):
    """A name for a set of filters: the query string of the queue."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("staff_name", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    staff_name: str = Field(sa_type=Text(64), index=True)
    name: str = Field(sa_type=Prose(60))
    query: str = Field(sa_type=Text(500))
    created_at: datetime = Field(sa_column=utc_column(nullable=False))
