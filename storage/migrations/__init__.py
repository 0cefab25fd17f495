"""The history of the tables, and how a database is brought up to it."""

from sqlalchemy import Connection
from sqlalchemy.schema import SchemaItem

HEAD = "0024"  # the newest revision; kept equal to the scripts by a test

_DESCENDING = frozenset({"ix_target_due", "ix_target_batch"})
_SEARCH = ("ix_case_words_trigram", "case_words_fts")  # one database's own: revision 0009 makes them


class Comparable:
    """Tells Alembic what it can compare: it cannot read a descending column of a SQLite index back, and no model has
    what the search of one database alone needs."""

    def __init__(self, connection: Connection) -> None:
        self._sqlite = connection.dialect.name == "sqlite"

    def __call__(
        self, item: SchemaItem, name: str | None, kind: str, reflected: bool, counterpart: SchemaItem | None
    ) -> bool:
        if name is not None and name.startswith(_SEARCH):
            return False
        return not (self._sqlite and kind == "index" and name in _DESCENDING)
