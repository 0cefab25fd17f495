"""The history of the tables, and how a database is brought up to it."""

from sqlalchemy import Connection
from sqlalchemy.schema import SchemaItem

HEAD = "0008"  # the newest revision; kept equal to the scripts by a test

_DESCENDING = frozenset({"ix_target_due", "ix_target_batch"})


class Comparable:
    """Tells Alembic what it can compare: it cannot read a descending column of a SQLite index back."""

    def __init__(self, connection: Connection) -> None:
        self._sqlite = connection.dialect.name == "sqlite"

    def __call__(
        self, item: SchemaItem, name: str | None, kind: str, reflected: bool, counterpart: SchemaItem | None
    ) -> bool:
        return not (self._sqlite and kind == "index" and name in _DESCENDING)
