"""Databases and an evidence store for every test: SQLite and PostgreSQL, fresh for each, quick to make."""

import os
import secrets
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine
from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

from storage.artifacts import ArtifactStore
from storage.db import migrate, open_engine
from tests.postgres import TEMPLATE, PostgresUnavailableError, shared_server

HEAVY = ("browser", "slow")

# Set by many images, it has each of the programs started here compile all that it imports anew: 4 s instead of 1.5.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadFileScheduling | None:
    """A file's tests stay with one worker, so that what they share is made once: a sweep, a browser, a bad web."""
    if config.option.dist != "load":  # what ``-n`` chooses; whoever asks for another gets it
        return None
    config.option.loadscopereorder = False  # by the number of tests; the hook below knows better
    return LoadFileScheduling(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Workers begin with the files that take long, so that they end together."""
    if hasattr(config, "workerinput"):
        heavy = {item.path for item in items if any(item.get_closest_marker(mark) for mark in HEAVY)}
        items.sort(key=lambda item: item.path not in heavy)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty database file, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite"
    engine = open_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()  # the last connection folds the write-ahead log into the file
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    path = tmp_path / "lachan.sqlite"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def postgres_server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The server's URL with ``{database}`` to fill in; one server for all workers of a run."""
    run, keeper = tmp_path_factory.getbasetemp(), os.getpid()
    if hasattr(request.config, "workerinput"):  # a worker of xdist: its parent keeps the run
        run, keeper = run.parent, os.getppid()
    try:
        return shared_server(run, keeper)
    except PostgresUnavailableError as error:
        pytest.skip(f"PostgreSQL cannot be started here: {error}")


@pytest.fixture(scope="session")
def postgres_clerk(postgres_server: str) -> Iterator[psycopg.Connection]:
    """A connection that makes and drops databases."""
    url = postgres_server.format(database="postgres").replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def postgres_url(postgres_server: str, postgres_clerk: psycopg.Connection) -> Iterator[str]:
    name = f"test_{secrets.token_hex(8)}"
    postgres_clerk.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}".encode())
    yield postgres_server.format(database=name)
    postgres_clerk.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated, empty database: the test runs once on each."""
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url"))


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on each database in turn."""
    opened = open_engine(database_url)
    yield opened
    opened.dispose()


@pytest.fixture
def sqlite_engine(sqlite_url: str) -> Iterator[Engine]:
    """An engine on SQLite only, where the database makes no difference."""
    opened = open_engine(sqlite_url)
    yield opened
    opened.dispose()


@pytest.fixture
def artifact_store(tmp_path: Path) -> ArtifactStore:
    """An empty evidence folder."""
    return ArtifactStore.open(f"file://{tmp_path / 'artifacts'}")
