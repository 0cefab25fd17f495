"""Who is called gone, and who never is."""

import os
import signal
import subprocess
import sys

import pytest

from crawler.lease_owner import new_owner, owner_is_gone


def test_this_process_lives() -> None:
    assert not owner_is_gone(new_owner())
    assert new_owner() != new_owner()
    assert len(new_owner()) <= 160


def test_a_killed_process_is_gone_even_while_it_is_a_zombie() -> None:
    code = "from crawler.lease_owner import new_owner; print(new_owner(), flush=True); input()"
    child = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with child:
        assert child.stdout
        owner = child.stdout.readline().strip()
        assert not owner_is_gone(owner)
        os.kill(child.pid, signal.SIGKILL)
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # dead, not yet reaped
        assert owner_is_gone(owner)
        child.wait()
        assert owner_is_gone(owner)


def test_a_number_given_to_another_process_does_not_keep_the_dead_alive() -> None:
    machine, pid, start, chance = new_owner().rsplit(":", 3)
    assert owner_is_gone(f"{machine}:{pid}:{int(start) - 1}:{chance}")


@pytest.mark.parametrize("owner", ["", "us", "a:b:c:d", "elsewhere:00000000-1:1:1:aa", ":::", "host:x:99999999:1:aa"])
def test_owners_elsewhere_and_foreign_names_are_never_called_gone(owner: str) -> None:
    assert not owner_is_gone(owner)
