"""What an office writes on its paper: legal bases, agencies, signers, each valid for a time."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from storage.models.columns import Prose, Text, json_column, utc_column


class OfficeRow(SQLModel, table=True):
    """One dated entry that a person added beside those that ship; days are ISO dates, "" is open."""

    __tablename__ = "office_row"

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(sa_type=Text(32), index=True)  # legal_basis | agency | signer
    key: str = Field(sa_type=Text(64))
    valid_from: str = Field(default="", sa_type=Text(10))
    valid_to: str = Field(default="", sa_type=Text(10))
    fields: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())
    confirmed: bool = False
    source: str = Field(default="", sa_type=Prose(500))
    last_verified: str = Field(default="", sa_type=Text(10))
    verified_by: str = Field(default="", sa_type=Text(100))
    added_at: datetime = Field(sa_column=utc_column(nullable=False))
    added_by: str = Field(sa_type=Text(100))
