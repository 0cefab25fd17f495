"""Workers killed at random moments lose no target and settle none twice."""

import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from crawler.frontier import FrontierCounts, WantedTarget, add_targets, count_targets
from storage.db import read_session, write_session
from storage.models import Target

TARGETS = 300
WORKERS = Path(__file__).with_name("frontier_workers.py")


@pytest.mark.slow
def test_killed_workers_lose_nothing_and_repeat_only_what_was_in_flight(
    engine: Engine, database_url: str, tmp_path: Path
) -> None:
    with write_session(engine) as session:
        sites = [f"shop-{number}.example" for number in range(TARGETS)]
        wanted = [WantedTarget(url=f"https://{site}/", host=site, domain=site) for site in sites]
        add_targets(session, wanted, now=datetime.now(UTC))
        session.commit()

    captures = tmp_path / "captures"
    command = [sys.executable, str(WORKERS), database_url, str(captures), "seed"]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stderr
    killed = int(run.stdout)

    captured = Counter(captures.read_text().split())
    assert len(captured) == TARGETS  # none lost
    assert captured.total() - TARGETS <= killed  # each worker had one capture in flight when it died
    with read_session(engine) as session:
        assert set(session.exec(select(Target.visits))) == {1}  # each settled exactly once
        counts = count_targets(session, None, datetime.now(UTC))
    assert counts == FrontierCounts(due=0, leased=0, done=TARGETS, failed=0, waiting=0)
    assert killed >= 5
