"""The migrations make exactly the tables that the models declare, on both databases, once and for everyone."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text
from sqlmodel import SQLModel

import storage.migrations
import storage.models
from storage.db import check_schema, migrate, open_engine, probe
from storage.errors import SchemaOutdatedError
from storage.migrations import Comparable


def test_migrations_equal_models(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_object": Comparable(connection)}
        )
        assert compare_metadata(context, SQLModel.metadata) == []


def test_leasing_reads_an_index_in_its_order(sqlite_engine: Engine) -> None:
    with sqlite_engine.connect() as connection:
        for index, place in (("ix_target_due", 1), ("ix_target_batch", 2)):
            columns = connection.execute(text(f"PRAGMA index_xinfo({index})")).all()
            assert (columns[place].name, columns[place].desc) == ("priority", 1)


def test_the_newest_revision_is_the_one_that_the_program_expects() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(storage.migrations.__file__).parent))
    scripts = ScriptDirectory.from_config(config)
    assert scripts.get_heads() == [storage.migrations.HEAD]
    for script in scripts.walk_revisions():
        assert Path(script.path).name.startswith(f"{script.revision}_")


def test_migrating_again_changes_nothing(engine: Engine) -> None:
    migrate(engine)
    check_schema(engine)
    assert probe(engine).current


def test_several_processes_may_migrate_at_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new/lachan.sqlite"
    engines = [open_engine(url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(migrate, engines))
    for engine in engines:
        check_schema(engine)
        engine.dispose()


def test_a_database_without_tables_is_named(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/empty.sqlite")
    with pytest.raises(SchemaOutdatedError, match="no tables yet"):
        check_schema(engine)
    assert not probe(engine).current
    engine.dispose()


def test_tables_of_a_newer_program_are_left_alone(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaOutdatedError, match="newer program"):
        check_schema(engine)
    with pytest.raises(SchemaOutdatedError, match="newer program"):
        migrate(engine)
