"""Runs the revisions on the connection that storage.schema hands over, inside its transaction."""

from alembic import context
from sqlmodel import SQLModel

import storage.models  # noqa: F401  (declares the tables)
from storage.migrations import Comparable


def run() -> None:
    """Whoever calls holds the lock, begins and commits; so a failed revision leaves nothing behind."""
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=True,
        include_object=Comparable(connection),
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
