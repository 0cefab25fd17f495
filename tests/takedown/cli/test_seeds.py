"""Seed files are checked line by line, and the settings are listed."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., tuple[int, str, str]]


def test_what_ships_is_whole(run: Run) -> None:
    code, out, err = run("seeds", "check")
    assert (code, err) == (0, "")
    assert "protected.csv" in out


def test_a_bad_line_is_named_and_is_exit_code_1(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text("url,priority\nhttps://a.example/,1\nftp://b.example/,1\n", encoding="utf-8")
    code, _, err = run("seeds", "check", str(file))
    assert code == 1
    assert f"{file}:3:" in err
    code, out, _ = run("seeds", "check", "--json", str(file))
    assert code == 1
    assert json.loads(out)["files"] == {str(file): 1}


def test_settings_show_value_and_source(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LACHAN_DELAY", "3")
    views = {view["name"]: view for view in json.loads(run("settings", "--json")[1])}
    assert (views["delay"]["value"], views["delay"]["source"]) == ("3.0", "LACHAN_DELAY")
    assert "LACHAN_DELAY" in run("settings")[1]
    monkeypatch.setenv("LACHAN_EGRESS_MAP", ",".join(f"a{number}.example=127.0.0.1" for number in range(500)))
    assert max(map(len, run("settings")[1].splitlines())) < 300
    assert run("settings", "--markdown")[1].startswith("| variable | default | meaning |")
