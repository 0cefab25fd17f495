"""What shops were seen to sell, as digests: by it a catalogue is known again where it was taken to."""

from datetime import datetime

from sqlalchemy import BigInteger, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.models.columns import Text, utc_column


class Catalogue(SQLModel, table=True):
    """One shop that was seen to sell goods by name; of its page nothing is kept but digests."""

    __tablename__ = "catalogue"

    id: int | None = Field(default=None, primary_key=True)
    host: str = Field(sa_type=Text(255), unique=True)
    domain: str = Field(sa_type=Text(255))
    ties: str = Field(default="", sa_type=Text(255))  # short digests of how it is reached, many people's each
    first_at: datetime = Field(sa_column=utc_column(nullable=False))


class CatalogueGoods(SQLModel, table=True):
    """One thing that a shop sells: a digest of its name, and the price in dong when it was first seen there."""

    __tablename__ = "catalogue_goods"
    __table_args__ = (UniqueConstraint("catalogue_id", "value"),)

    id: int | None = Field(default=None, primary_key=True)
    catalogue_id: int = Field(foreign_key="catalogue.id")
    value: str = Field(sa_type=Text(16), index=True)
    price: int = Field(sa_type=BigInteger)
    first_at: datetime = Field(sa_column=utc_column(nullable=False))
