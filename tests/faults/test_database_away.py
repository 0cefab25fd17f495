"""A database that goes away in the middle: the sweep waits and goes on."""

import contextlib
import os
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from tests.bench.pages import article
from tests.faults.sweeping import PROGRAM, environment, run
from tests.postgres import OwnServer, PostgresUnavailableError
from tests.site.server import LocalWeb

SITES = 30
PAGES = {f"p{n:02}.example": article(n, 20_000) for n in range(SITES)}


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    path = tmp_path / "seeds.csv"
    path.write_text("url\n" + "".join(f"http://{host}/\n" for host in PAGES), "utf-8")
    return path


@pytest.fixture
def server() -> Iterator[OwnServer]:
    """A server that nobody else uses."""
    with contextlib.ExitStack() as stack:
        try:
            yield stack.enter_context(OwnServer())
        except PostgresUnavailableError as error:
            pytest.skip(f"PostgreSQL cannot be started here: {error}")


@pytest.mark.slow
def test_a_server_that_goes_away_while_a_sweep_runs_is_waited_for(
    postgres_url: str, postgres_clerk: psycopg.Connection, seeds: Path, tmp_path: Path
) -> None:
    """The server admits nobody to this database and throws everybody out for some seconds, as when it starts anew."""
    name = make_url(postgres_url).database
    assert name is not None
    with LocalWeb.from_pages(PAGES) as web:
        env = environment(
            web, tmp_path / "data", LACHAN_DATABASE_URL=postgres_url, LACHAN_CONCURRENT_SITES="1", LACHAN_DELAY="0.3"
        )
        words = [*PROGRAM, "sweep", "--seeds", str(seeds), "--json"]
        with (tmp_path / "log").open("wb") as log, subprocess.Popen(words, env=env, stdout=log, stderr=log) as sweep:
            wait_for(lambda: sum(web.touched(host, "/") for host in PAGES) > 3)
            postgres_clerk.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
            throw_out = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
            postgres_clerk.execute(throw_out.encode(), (name,))
            time.sleep(6)
            before = sum(web.touched(host, "/") for host in PAGES)
            postgres_clerk.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())
            assert before < SITES
            assert sweep.wait(120) == 0, (tmp_path / "log").read_text()[-3000:]
        assert "waiting for it" in (tmp_path / "log").read_text()
        assert all(web.touched(host, "/") == 1 for host in PAGES)
        verified = run(env, "evidence", "verify")
    assert verified.code == 0
    assert verified.said["visits"] >= SITES


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_server_that_is_stopped_and_started_is_waited_for(server: OwnServer, seeds: Path, tmp_path: Path) -> None:
    """Six seconds, or as many as LACHAN_TEST_AWAY says: `make database-away` makes it a minute."""
    away = float(os.environ.get("LACHAN_TEST_AWAY", "6"))
    with LocalWeb.from_pages(PAGES) as web:
        env = environment(
            web, tmp_path / "data", LACHAN_DATABASE_URL=server.url, LACHAN_CONCURRENT_SITES="2", LACHAN_DELAY="0.3"
        )
        words = [*PROGRAM, "sweep", "--seeds", str(seeds), "--json"]
        with (tmp_path / "log").open("wb") as log, subprocess.Popen(words, env=env, stdout=log, stderr=log) as sweep:
            wait_for(lambda: sum(web.touched(host, "/") for host in PAGES) > 3)
            server.stop()
            assert run(env, "doctor").code == 1  # it says so while it lasts
            time.sleep(away)
            before = sum(web.touched(host, "/") for host in PAGES)
            server.start()
            assert before < SITES
            assert sweep.wait(180) == 0, (tmp_path / "log").read_text()[-3000:]
        assert "waiting for it" in (tmp_path / "log").read_text()
        assert [host for host in PAGES if web.touched(host, "/") != 1] == []
        again = run(env, "sweep", "--due")
        verified = run(env, "evidence", "verify")
    assert (again.code, again.said["recorded"]) == (0, 0)  # all of it is done, and nothing twice
    assert verified.code == 0
    assert verified.said["visits"] >= SITES


@pytest.mark.slow
def test_a_file_that_another_program_holds_is_waited_for(seeds: Path, tmp_path: Path) -> None:
    with LocalWeb.from_pages(PAGES) as web:
        env = environment(web, tmp_path / "data")
        assert run(env, "sweep", "p00.example").code in {0, 1}
        holder = sqlite3.connect(tmp_path / "data" / "lachan.sqlite", isolation_level=None, check_same_thread=False)
        holder.execute("BEGIN IMMEDIATE")
        release = threading.Timer(6, holder.execute, ("ROLLBACK",))
        release.start()
        ended = run(env, "sweep", "--seeds", str(seeds))
        release.join()
        holder.close()
    assert ended.code == 0, ended.said
    assert ended.said["recorded"] >= SITES - 1  # one was swept just before


def wait_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)
