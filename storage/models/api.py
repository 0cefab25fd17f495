"""Keys of programs that work at the desk for a person, and the answers that a repeated request is given again."""

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.models.columns import Prose, Text, json_column, utc_column


class ApiToken(SQLModel, table=True):
    """One bearer token. Its secret is not kept, only the digest; ``epoch`` is the person's when it was made."""

    __tablename__ = "api_token"

    id: int | None = Field(default=None, primary_key=True)
    handle: str = Field(sa_type=Text(16), unique=True)  # the part of the token by which it is found and told apart
    digest: str = Field(sa_type=Text(64))  # SHA-256 of the whole token
    staff_name: str = Field(sa_type=Text(64), index=True)
    epoch: int
    label: str = Field(sa_type=Prose(100))
    scopes: list[Any] = Field(default_factory=list, sa_column=json_column())
    created_at: datetime = Field(sa_column=utc_column(nullable=False))
    expires_at: datetime = Field(sa_column=utc_column(nullable=False, index=True))
    used_at: datetime | None = Field(default=None, sa_column=utc_column())
    used_from: str = Field(default="", sa_type=Text(64))
    revoked_at: datetime | None = Field(default=None, sa_column=utc_column())


class ApiAnswer(SQLModel, table=True):
    """What one change answered, kept for as long as its request may come again. ``body`` holds nothing personal."""

    __tablename__ = "api_answer"
    __table_args__ = (UniqueConstraint("token_id", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    token_id: int = Field(foreign_key="api_token.id")
    key: str = Field(sa_type=Text(100))
    request: str = Field(sa_type=Text(64))  # keyed digest of method, path and body
    status: int = 0
    body: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())
    tag: str = Field(default="", sa_type=Text(100))  # the ETag that went with it
    at: datetime = Field(sa_column=utc_column(nullable=False, index=True))
