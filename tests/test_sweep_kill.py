"""Kill -9 at random moments, again and again: no target is lost, none is recorded twice, few are fetched twice."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from sqlmodel import select

from crawler.config import Config
from storage.artifacts import ArtifactStore
from storage.db import open_engine, read_session
from storage.models import Assessment, Observation, ObservationFile, Target
from tests.bench.pages import article, shop
from tests.site.server import LocalWeb

SITES = 60
KILLS = 6
AT_ONCE = 8


def environment(web: LocalWeb, folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LACHAN_")}
    return {
        **kept,
        **web.environment,
        "LACHAN_DATA_DIR": str(folder / "data"),
        "LACHAN_BROWSER": "off",
        "LACHAN_ENRICH": "false",
        "LACHAN_TIMESTAMP_URLS": "",
        "LACHAN_DELAY": "0.05",
        "LACHAN_CONCURRENT_SITES": str(AT_ONCE),
        "LACHAN_SEAL": "all",
    }


def start(env: dict[str, str], seeds: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "takedown.cli", "sweep", "--seeds", str(seeds), "--json"],
        env=env,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def kill(sweep: subprocess.Popen[bytes]) -> None:
    os.killpg(sweep.pid, signal.SIGKILL)
    sweep.communicate()


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_killed_sweeps_are_finished_by_the_next(tmp_path: Path) -> None:
    chance = random.Random(20261124)
    pages = {f"k{n:03}.example": shop(n) if n % 3 == 0 else article(n, 20_000) for n in range(SITES)}
    seeds = tmp_path / "seeds.csv"
    seeds.write_text("url,priority,category,source,note\n" + "".join(f"http://{h}/,0,,,\n" for h in pages), "utf-8")
    with LocalWeb.from_pages(pages) as web:
        env = environment(web, tmp_path)
        kills = 0
        while kills < KILLS:
            more = sum(web.touches.values()) + chance.randint(1, SITES // KILLS)
            sweep = start(env, seeds)
            while sweep.poll() is None and sum(web.touches.values()) < more:
                time.sleep(0.002)
            time.sleep(chance.random() / 4)
            if sweep.poll() is not None:
                break  # all done before the kill
            kill(sweep)
            kills += 1
        assert kills >= 2, "the sweep ended before it could be killed; give it more sites"
        last = start(env, seeds)
        _, errors = last.communicate(timeout=120)
        assert last.returncode == 0, errors.decode()[-3000:]
        fetched = {host: web.touched(host, "/") for host in pages}
    check(Config(data_dir=tmp_path / "data"), fetched, kills)


def check(config: Config, fetched: dict[str, int], kills: int) -> None:
    with read_session(open_engine(config.database)) as session:
        targets = session.exec(select(Target)).all()
        assessed = Counter(session.exec(select(Assessment.host)).all())
        observations = session.exec(select(Observation)).all()
        files = session.exec(select(ObservationFile)).all()
    assert {target.host for target in targets if target.last_outcome == "read"} == set(fetched)
    assert all(target.visits == 1 and not target.lease_owner for target in targets)
    assert set(assessed.values()) == {1}
    assert Counter(row.host for row in observations if row.url.endswith("/")).most_common(1)[0][1] == 1
    again = sum(count - 1 for count in fetched.values())
    assert again <= kills * AT_ONCE, f"{again} pages were fetched again after {kills} kills"
    store = ArtifactStore.open(config.artifacts)
    for file in files:
        assert len(store.get(file.digest)) == file.size  # whole, or get() raises
