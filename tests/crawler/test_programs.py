"""Programs that set-up unpacked are found behind the system's own, and only where there are any."""

import os
import shutil
from pathlib import Path

import pytest

from crawler.programs import DRIVER, find_unpacked_programs


@pytest.fixture(autouse=True)
def path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A search path of one folder, in which there is a `tool`."""
    monkeypatch.delenv(DRIVER, raising=False)
    own = program(tmp_path / "own", "tool")
    monkeypatch.setenv("PATH", str(own))
    return own


def program(folder: Path, *names: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).touch(mode=0o755)
    return folder


def test_the_systems_own_come_first(tmp_path: Path, path: Path) -> None:
    unpacked = program(tmp_path / "unpacked", "tool", "other", "playwright-node")
    for _ in range(2):
        find_unpacked_programs(unpacked)
    assert os.environ["PATH"].split(os.pathsep) == [str(path), str(unpacked)]
    assert (shutil.which("tool"), shutil.which("other")) == (str(path / "tool"), str(unpacked / "other"))
    assert os.environ[DRIVER] == str(unpacked / "playwright-node")


def test_nothing_unpacked_changes_nothing(tmp_path: Path, path: Path) -> None:
    find_unpacked_programs(tmp_path / "none")
    assert (os.environ["PATH"], os.environ.get(DRIVER)) == (str(path), None)


def test_a_path_that_has_it_already_still_learns_of_the_driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unpacked = program(tmp_path / "unpacked", "playwright-node")
    monkeypatch.setenv("PATH", str(unpacked))
    find_unpacked_programs(unpacked)
    assert (os.environ["PATH"], os.environ[DRIVER]) == (str(unpacked), str(unpacked / "playwright-node"))
