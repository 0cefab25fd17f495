"""Column types shared by the tables, alike on every database: aware UTC times, JSON, bounded clean text."""

import re
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Column, DateTime, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel

# Constraints need names that stay: a migration drops them by name. Set here, before any table is declared.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# PostgreSQL keeps neither NUL nor half a surrogate pair; SQLite keeps both. Hostile titles hold both.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def clean_text(value: str) -> str:
    """The text with every character that a database refuses replaced by U+FFFD."""
    return _UNSTORABLE.sub("\ufffd", value)


def clean_json(value: Any) -> Any:
    """The same document with its strings and keys made storable."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        return {clean_text(key) if isinstance(key, str) else key: clean_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [clean_json(item) for item in value]
    return value


class Text(TypeDecorator[str]):
    """Text of at most ``length`` characters. Too long a value is refused on every database, not only on PostgreSQL."""

    impl = String
    cache_ok = True

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self.length = length

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        if len(value) > self.length:
            raise ValueError(f"{len(value)} characters do not fit a column of {self.length}: {value[:60]!r}...")
        return clean_text(value)


class Prose(Text):
    """Text for people's eyes, often from hostile pages: what is too long is cut and ends in «…»."""

    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is not None and len(value) > self.length:
            value = value[: self.length - 1] + "…"
        return super().process_bind_param(value, dialect)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime. SQLite keeps no zone, so it is put back on reading; naive values are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime without a time zone cannot be stored; use datetime.now(UTC)")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or value.tzinfo is not None:
            return value.astimezone(UTC) if value else None
        return value.replace(tzinfo=UTC)


def utc_column(*, nullable: bool = True, index: bool = False) -> Column[datetime]:
    """A column of aware UTC times."""
    return Column(UtcDateTime(), nullable=nullable, index=index)


def json_column() -> Column[Any]:
    """A JSON document: JSONB on PostgreSQL, text on SQLite."""
    return Column(JSON().with_variant(JSONB(), "postgresql"), nullable=False)
