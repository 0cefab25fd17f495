"""A short form of `make kills`: ten kill -9 of a sweep and its parts."""

import subprocess
import sys

import pytest


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_ten_kills_lose_nothing_do_nothing_twice_and_leave_nothing_half_done() -> None:
    words = [sys.executable, "-m", "tests.faults.kills", "--number", "10", "--seed", "3"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=880, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "nothing lost, nothing twice, nothing half done" in done.stdout
