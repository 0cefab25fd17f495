"""Two sweeps never overlap, and a dead one holds nothing."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.lock import AlreadyRunningError, SweepLock

HOLD = """
import sys, time
from pathlib import Path
from crawler.lock import SweepLock
with SweepLock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_process_is_told_who_holds_the_lock_and_a_kill_frees_it(tmp_path: Path) -> None:
    path = tmp_path / "sweep.lock"
    with subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(AlreadyRunningError, match=str(holder.pid)), SweepLock(path):
            pass
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    with SweepLock(path):
        pass


def test_the_lock_can_be_taken_again_after_it_was_given_back(tmp_path: Path) -> None:
    for _ in range(2):
        with SweepLock(tmp_path / "deep" / "sweep.lock"):
            pass


def test_a_lock_that_is_kept_outlives_its_block(tmp_path: Path) -> None:
    with SweepLock(tmp_path / "sweep.lock") as lock:
        lock.keep()
    with pytest.raises(AlreadyRunningError), SweepLock(tmp_path / "sweep.lock"):
        pass
