"""What was seen at one visit, and the sealed files that prove it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.models.columns import Prose, Text, json_column, utc_column


class Observation(SQLModel, table=True):
    """One visit. Sealed when ``manifest_digest`` is set; an unsealed one kept only its digest and outcome."""

    __tablename__ = "observation"
    __table_args__ = (
        Index("ix_observation_domain", "domain", "observed_at"),
        Index("ix_observation_host", "host", "observed_at"),
        Index("ix_observation_observed_at", "observed_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    target_id: int | None = Field(default=None, foreign_key="target.id", index=True)
    assessment_id: int | None = Field(default=None, foreign_key="assessment.id", index=True)
    url: str = Field(sa_type=Prose(4000))
    final_url: str = Field(default="", sa_type=Prose(4000))
    host: str = Field(sa_type=Text(255))
    domain: str = Field(sa_type=Text(255))
    vantage: str = Field(sa_type=Text(32))
    outcome: str = Field(sa_type=Text(32))
    reason: str = Field(default="", sa_type=Prose(1000))
    status: int = 0
    observed_at: datetime = Field(sa_column=utc_column(nullable=False))
    body_digest: str = Field(default="", sa_type=Text(64))
    title: str = Field(default="", sa_type=Prose(500))
    manifest_digest: str = Field(default="", sa_type=Text(64), index=True)
    timestamp_state: str = Field(default="", sa_type=Text(32), index=True)  # stamped | pending | off
    timestamp_digest: str = Field(default="", sa_type=Text(64))  # the token's artifact
    timestamp_reason: str = Field(default="", sa_type=Prose(1000))
    recipe: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())


class ObservationFile(SQLModel, table=True):
    """One sealed file of an observation, by the name that it bears in the manifest."""

    __tablename__ = "observation_file"
    __table_args__ = (UniqueConstraint("observation_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    observation_id: int = Field(foreign_key="observation.id", index=True)
    name: str = Field(sa_type=Text(100))
    digest: str = Field(sa_type=Text(64), index=True)
    size: int
    media_type: str = Field(sa_type=Text(100))
