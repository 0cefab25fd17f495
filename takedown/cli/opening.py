"""Opens what a command works on: the database with its tables in order, and the evidence store."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from crawler.config import Config
    from storage.artifacts import ArtifactStore


@contextmanager
def opened_database(config: "Config", *, make: bool = False) -> Iterator["Engine"]:
    """The database; with ``make``, it and its tables are made or brought up to date first.

    Raises DatabaseUnavailableError or SchemaOutdatedError with the remedy.
    """
    from storage.db import check_schema, migrate, open_engine

    engine = open_engine(config.database, config.witness_file, make=make)
    try:
        if make:
            migrate(engine)
        else:
            check_schema(engine)
        yield engine
    finally:
        engine.dispose()


def open_store(config: "Config") -> "ArtifactStore":
    """The evidence store. Raises ArtifactStoreUnavailableError with the remedy."""
    from storage.artifacts import ArtifactStore

    return ArtifactStore.open(config.artifacts, config.s3_endpoint)
