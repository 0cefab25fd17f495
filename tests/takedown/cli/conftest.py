"""Runs a command of `lachan` in this process, on a database of its own."""

from collections.abc import Callable
from pathlib import Path

import pytest

from takedown.cli import main

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Takes the words of a command; gives its exit code, standard output and standard error."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LACHAN_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("LACHAN_DATABASE_URL", sqlite_url)

    def call(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(words)
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return call
