"""The people who work at the desk."""

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.models.columns import Prose, Text, json_column, utc_column


class Staff(SQLModel, table=True):
    """One person. ``epoch`` counts up with every new password or block: a session of an older one is no longer good."""

    __tablename__ = "staff"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(sa_type=Text(64), unique=True)  # what is typed to sign in, lower case
    full_name: str = Field(default="", sa_type=Prose(200))
    password_hash: str = Field(default="", sa_type=Text(255))  # "": nobody can sign in with it
    password_by: str = Field(default="", sa_type=Text(64))  # another person who set it and so knows it; "": nobody
    # administrators who made or opened the account, while no second person has confirmed it
    unconfirmed_by: list[Any] = Field(default_factory=list, sa_column=json_column())
    roles: list[Any] = Field(default_factory=list, sa_column=json_column())
    active: bool = True
    epoch: int = 0
    failures: int = 0  # wrong passwords since the last right one
    locked_until: datetime | None = Field(default=None, sa_column=utc_column())
    totp_secret: str = Field(default="", sa_type=Text(64))  # "": no second factor
    totp_step: int = 0  # the half minute of the last code that opened: none opens twice
    created_at: datetime = Field(sa_column=utc_column(nullable=False))
    updated_at: datetime = Field(sa_column=utc_column(nullable=False))


class StaffIdentity(SQLModel, table=True):
    """Who one of the staff is at a sign-in provider: its issuer and the subject that it says."""

    __tablename__ = "staff_identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"), UniqueConstraint("staff_name", "issuer"))

    id: int | None = Field(default=None, primary_key=True)
    staff_name: str = Field(sa_type=Text(64))
    issuer: str = Field(sa_type=Text(255))
    subject: str = Field(sa_type=Text(255))
    linked_by: str = Field(sa_type=Text(64))
    linked_at: datetime = Field(sa_column=utc_column(nullable=False))
