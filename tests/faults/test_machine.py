"""Disks that are full or read-only and dead name servers: named, gone on from unaided, and nothing half done."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
AGAIN = 4  # sites under way at once: so many may be fetched again


def told(story: str, folder: Path, *spaces: str) -> dict[str, Any]:
    """The story as machine.py tells it; skipped where the kernel grants no namespaces."""
    words = ["unshare", *spaces, *([] if os.geteuid() == 0 else ["--user", "--map-root-user"])]
    try:
        granted = subprocess.run([*words, "true"], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no unshare here")
    if granted.returncode:
        pytest.skip(f"no namespaces here: {granted.stderr.strip()}")
    words += [sys.executable, "-m", "tests.faults.machine", story, str(folder)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=880, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return dict(json.loads(done.stdout))


def assert_gone_on(story: dict[str, Any]) -> None:
    """After the fault the next run does the rest unaided, and what was sealed holds."""
    assert (story["verified"], story["verified_after"]) == (0, 0)
    assert story["after"]["code"] == 0
    assert story["full"]["recorded"] + story["after"]["recorded"] == len(story["fetched"])
    assert min(story["fetched"]) == 1
    assert sum(story["fetched"]) <= len(story["fetched"]) + AGAIN


def test_a_disk_that_fills_up_ends_the_sweep_by_name_and_with_room_the_next_goes_on(tmp_path: Path) -> None:
    story = told("small-disk", tmp_path, "--mount")
    assert (story["refused"]["code"], story["untouched"]) == (3, 0)
    assert "LACHAN_FREE_MB" in story["refused"]["broken"]
    assert story["full"]["code"] in {1, 3}  # 3 where what was recorded has no room to be taken in, or nothing was
    assert "space" in story["full"]["broken"]
    assert story["full"]["recorded"] < len(story["fetched"])
    assert sum(story["full"]["levels"].values()) == story["full"]["recorded"], "what was not recorded is not counted"
    assert story["full"]["still_due"] != 0
    assert story["doctor"]["code"] == 1
    assert story["doctor"]["checks"]["database"]["health"] == "fail"
    assert_gone_on(story)


def test_an_evidence_store_that_goes_read_only_ends_the_sweep_by_name(tmp_path: Path) -> None:
    story = told("read-only", tmp_path, "--mount")
    assert story["full"]["code"] == 1
    assert "read-only" in story["full"]["broken"]
    assert 0 < story["full"]["recorded"] < len(story["fetched"])
    assert story["doctor"]["checks"]["evidence store"]["health"] == "fail"
    assert_gone_on(story)


def test_dead_name_servers_end_the_sweep_by_name_and_cost_few_targets_their_turn(tmp_path: Path) -> None:
    story = told("dead-names", tmp_path, "--mount", "--net")
    dead = story["dead"]
    assert "no name server answers" in dead["broken"]
    assert dead["code"] == 1
    assert dead["failed"] == dead["recorded"] < story["targets"] / 2
    assert dead["levels"] == {"unknown": dead["recorded"]}
    assert story["after"]["recorded"] == story["targets"] - dead["recorded"]  # what was not looked at was still due
    assert story["after"]["levels"] == {"clean": story["after"]["recorded"]}
    assert story["again"]["levels"] == {"clean": story["targets"]}
