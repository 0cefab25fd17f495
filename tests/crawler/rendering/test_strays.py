"""A browser that comes up after its start was given up is ended, profile and all; one that is in use is let be."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from crawler.rendering import chromium
from crawler.rendering.chromium import PROFILE_PREFIX, bury_strays, remove_orphaned_profiles
from crawler.rendering.driver import FOLDER_PREFIX


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def browser(folder: Path, owner: int, name: str) -> tuple["subprocess.Popen[bytes]", Path]:
    """A process with a profile, as Chromium has one."""
    profile = folder / f"{PROFILE_PREFIX}{owner}-{name}"
    profile.mkdir()
    words = [sys.executable, "-c", "import time; time.sleep(600)", f"--user-data-dir={profile}"]
    return subprocess.Popen(words, start_new_session=True), profile


def test_strays_are_ended_and_others_are_let_be(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stray, given_up = browser(folder, os.getpid(), "stray")
    running, in_use = browser(folder, os.getpid(), "running")
    foreign, others = browser(folder, os.getppid(), "foreign")
    monkeypatch.setattr(chromium, "_in_use", {in_use})
    monkeypatch.setattr(chromium, "STOP_SECONDS", 0.5)  # the stray is this process's child, which reaps it itself
    try:
        bury_strays()
        assert stray.wait(10) == -9
        assert not given_up.exists()
        assert (running.poll(), foreign.poll()) == (None, None)
        assert in_use.exists()
        assert others.exists()
    finally:
        for each in (running, foreign):
            each.kill()
            each.wait()


def test_what_killed_processes_left_is_removed(folder: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    left = [folder / f"{prefix}{ended.pid}-a" for prefix in (PROFILE_PREFIX, FOLDER_PREFIX)]
    kept = [folder / f"{FOLDER_PREFIX}{os.getpid()}-a", folder / f"other-{ended.pid}-a"]
    for place in (*left, *kept):
        (place / "inside").mkdir(parents=True)
    remove_orphaned_profiles()
    assert not any(place.exists() for place in left)
    assert all(place.exists() for place in kept)
