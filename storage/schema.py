"""Brings a database's tables to what this program expects, and says when they are not."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection, Engine, inspect, text

import storage.migrations
from storage.errors import SchemaOutdatedError

_MIGRATION_LOCK = 0x6C61_6368_616E_01  # PostgreSQL's advisory locks share one space per database


def migrate(engine: Engine) -> None:
    """Runs every revision that the database lacks, in one transaction; several processes may call it at once. What
    cases are found by is made anew then, where other rules than today's made it: revisions are history and cannot know
    them.

    Raises SchemaOutdatedError where the tables are newer than this program, DatabaseUnavailableError otherwise.
    """
    if read_revision(engine) == storage.migrations.HEAD:
        return
    from storage.search import rebuild_old  # only an upgrade needs the models

    with _exclusive(engine) as connection:
        revision = _revision(connection)
        if revision and revision not in _known_revisions():
            raise _newer(revision)
        _upgrade(connection)
        rebuild_old(connection)


def check_schema(engine: Engine) -> None:
    """Raises SchemaOutdatedError unless the tables are exactly at this program's revision."""
    revision = read_revision(engine)
    if revision == storage.migrations.HEAD:
        return
    if not revision:
        raise SchemaOutdatedError(
            "the database has no tables yet; a sweep or `make setup` makes them",
            "cơ sở dữ liệu chưa có bảng; một lượt quét hoặc `make setup` sẽ tạo",
        )
    if revision in _known_revisions():
        raise SchemaOutdatedError(
            f"the tables are at revision {revision}, this program needs {storage.migrations.HEAD}; "
            "a sweep or `make setup` brings them up to date",
            f"bảng ở phiên bản {revision}, chương trình cần {storage.migrations.HEAD}; một lượt quét"
            " hoặc `make setup` sẽ nâng lên",
        )
    raise _newer(revision)


def read_revision(engine: Engine) -> str:
    """The revision that the tables are at; "" where there are none."""
    with engine.connect() as connection:
        return _revision(connection)


def _newer(revision: str) -> SchemaOutdatedError:
    return SchemaOutdatedError(
        f"the tables are at revision {revision}, which this program does not know; "
        f"install the newer program (this one knows {storage.migrations.HEAD})",
        f"bảng ở phiên bản {revision} mà chương trình này không biết; "
        f"cài bản chương trình mới hơn (bản này biết {storage.migrations.HEAD})",
    )


def _revision(connection: Connection) -> str:
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")


def _known_revisions() -> set[str]:
    folder = Path(storage.migrations.__file__).parent / "versions"
    return {path.name.split("_")[0] for path in folder.glob("[0-9]*.py")}


def _upgrade(connection: Connection) -> None:
    # Imported here: every command checks the revision, few need the machinery.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(storage.migrations.__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


@contextmanager
def _exclusive(engine: Engine) -> Iterator[Connection]:
    """A connection in a transaction that no other migration can share."""
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            with _keys_unenforced(connection):
                yield connection
                _check_keys(connection)
                connection.commit()
            return
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
        yield connection
        connection.commit()


def _check_keys(connection: Connection) -> None:
    broken = connection.execute(text("PRAGMA foreign_key_check")).first()
    if broken:
        raise SchemaOutdatedError(
            f"a revision would leave rows of `{broken[0]}` without what they refer to; it is undone",
            f"một bản nâng cấp sẽ làm dòng của `{broken[0]}` mất chỗ trỏ tới; đã hoàn lại",
        )


@contextmanager
def _keys_unenforced(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by copying and dropping it, which enforced foreign keys would refuse."""
    driver = cast(Any, connection.connection.dbapi_connection)
    driver.execute("PRAGMA foreign_keys = OFF")  # outside of any transaction, else it does nothing
    try:
        yield
    finally:
        connection.rollback()
        driver.execute("PRAGMA foreign_keys = ON")
