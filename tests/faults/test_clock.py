"""A clock that steps back: leases of the dead are freed, work is due, the log's order holds, and doctor says so."""

import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from crawler.frontier import WantedTarget, add_targets, lease_due, release_dead, release_leases, renew_leases
from crawler.lease_owner import new_owner
from storage.audit import record_audit, verify_audit
from storage.db import read_session, write_session
from storage.models import Target
from tests.bench.pages import article
from tests.faults.sweeping import PROGRAM, environment, run
from tests.site.server import LocalWeb

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
BACK = NOW - timedelta(hours=3)


def add(engine: Engine) -> None:
    with write_session(engine) as session:
        wanted = [WantedTarget(url=f"https://{n}.example/", host=f"{n}.example", domain=f"{n}.example") for n in "abc"]
        add_targets(session, wanted, now=NOW)
        session.commit()


def lease(engine: Engine, owner: str, now: datetime) -> int:
    with write_session(engine) as session:
        taken = lease_due(session, owner=owner, now=now, limit=9, lease_seconds=600)
        session.commit()
        return len(taken)


def test_the_leases_of_a_dead_process_are_due_at_once_though_they_were_taken_in_the_future(engine: Engine) -> None:
    add(engine)
    dead = new_owner().rsplit(":", 3)
    assert lease(engine, ":".join((dead[0], "999999999", "1", "x")), NOW) == 3
    with write_session(engine) as session:
        assert release_dead(session, now=BACK) == 3
        session.commit()
    assert lease(engine, new_owner(), BACK) == 3


def test_what_a_stopped_run_gives_back_is_due_at_once_too(engine: Engine) -> None:
    add(engine)
    owner = new_owner()
    assert lease(engine, owner, NOW) == 3
    with write_session(engine) as session:
        assert release_leases(session, owner=owner, now=BACK) == 3
        session.commit()
    assert lease(engine, owner, BACK) == 3


def test_a_living_lease_is_given_to_nobody_else_and_is_renewed_by_the_new_time(engine: Engine) -> None:
    add(engine)
    owner = new_owner()
    assert lease(engine, owner, NOW) == 3
    assert lease(engine, "other", BACK) == 0
    with write_session(engine) as session:
        assert renew_leases(session, owner=owner, now=BACK, lease_seconds=600) == 3
        session.commit()
        assert session.exec(select(Target.lease_until)).first() == BACK + timedelta(seconds=600)


def test_the_log_is_in_the_order_of_writing_whatever_the_clock_says(engine: Engine) -> None:
    with write_session(engine) as session:
        for at in (NOW, BACK, NOW):
            record_audit(session, at=at, actor="an", action="test", subject="case:1")
        session.commit()
    with read_session(engine) as session:
        report = verify_audit(session)
    assert (report.entries, report.holds) == (3, True)


LIBRARIES = ("libfaketime.so.1", "libfaketimeMT.so.1")
PLACES = (*Path("/usr/lib").glob("*/faketime"), Path("/usr/lib/faketime"), Path("/usr/local/lib/faketime"))
SITES = 12
PAGES = {f"c{n:02}.example": article(n, 20_000) for n in range(SITES)}


@pytest.fixture
def shifted(tmp_path: Path) -> Callable[[str], dict[str, str]]:
    """Sets the clock of the programs that are started with what it returns; of those that run, too."""
    found = [place / name for place in PLACES for name in LIBRARIES if (place / name).exists()]
    if not found:
        pytest.skip("libfaketime is not installed (apt-get install libfaketime)")
    offset = tmp_path / "offset"

    def set_clock(to: str) -> dict[str, str]:
        new = offset.with_suffix(".new")
        new.write_text(to)
        new.rename(offset)
        return {
            "LD_PRELOAD": str(found[0]),
            "FAKETIME_TIMESTAMP_FILE": str(offset),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1",
        }

    return set_clock


@pytest.mark.slow
def test_a_sweep_whose_clock_steps_back_under_way_loses_nothing_and_does_nothing_twice(
    shifted: Callable[[str], dict[str, str]], tmp_path: Path
) -> None:
    with LocalWeb.from_pages(PAGES) as web:
        env = environment(web, tmp_path / "data", LACHAN_CONCURRENT_SITES="2", LACHAN_DELAY="0.2", **shifted("+0"))
        words = [*PROGRAM, "sweep", "--json", *web.targets]
        with (tmp_path / "log").open("wb") as log, subprocess.Popen(words, env=env, stdout=log, stderr=log) as sweep:
            until = time.monotonic() + 60
            while fetched(web) < 4 and time.monotonic() < until:
                time.sleep(0.02)
            shifted("-3h")
            assert sweep.wait(240) == 0, (tmp_path / "log").read_text()[-3000:]
        assert [web.touched(host, "/") for host in PAGES] == [1] * SITES
        again = run(env, "sweep", "--due")
        assert (again.code, again.said["recorded"]) == (0, 0)  # nothing is due anew because it is earlier now
        verified = run(env, "evidence", "verify")
    assert verified.code == 0, verified.said
    assert verified.said["visits"] >= SITES
    started = [row[0] for row in rows(tmp_path / "data", "SELECT observed_at FROM observation ORDER BY id")]
    assert started != sorted(started)  # the step is in the evidence as it was: nobody mended the times


@pytest.mark.slow
def test_what_a_killed_sweep_held_is_swept_by_a_clock_that_was_set_back_since(
    shifted: Callable[[str], dict[str, str]], tmp_path: Path
) -> None:
    with LocalWeb.from_pages(PAGES) as web:
        env = environment(web, tmp_path / "data", LACHAN_CONCURRENT_SITES="2", LACHAN_DELAY="0.2", **shifted("+0"))
        with (tmp_path / "log").open("wb") as log:
            words = [*PROGRAM, "sweep", "--json", *web.targets]
            with subprocess.Popen(words, env=env, stdout=log, stderr=log) as sweep:
                until = time.monotonic() + 60
                while fetched(web) < 4 and time.monotonic() < until:
                    time.sleep(0.02)
                sweep.kill()
        (held,) = rows(tmp_path / "data", "SELECT count(*) FROM target WHERE lease_owner != ''")
        assert held[0] > 0
        shifted("-3h")
        after = run(env, "sweep", "--due")
        assert after.code == 0, after.said
        assert min(web.touched(host, "/") for host in PAGES) == 1
        assert fetched(web) <= SITES + 2  # the two that were under way
        assert run(env, "evidence", "verify").code == 0
        assert rows(tmp_path / "data", "SELECT count(*) FROM target WHERE lease_owner != ''") == [(0,)]


def fetched(web: LocalWeb) -> int:
    return sum(web.touched(host, "/") for host in PAGES)


def rows(data: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"file:{data / 'lachan.sqlite'}?mode=ro", uri=True)) as opened:
        return opened.execute(query).fetchall()
