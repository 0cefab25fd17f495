"""The queue on a terminal: a site's name in one piece, at the width of any terminal."""

import os
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from takedown.cli import shown
from takedown.cli.case_text import say_queue
from takedown.views import CaseRow, SignalView

STYLE = re.compile(r"\x1b\[[0-9;]*m")
HOST = "vietcombank-xacthuc.example"
REASON = "Tự xưng Vietcombank và đòi mật khẩu, mã, thẻ hoặc giấy tờ, nhưng tên miền không phải của ngân hàng."


def row() -> CaseRow:
    at = datetime(2027, 1, 2, tzinfo=UTC)
    reason = SignalView("identity.claims", "identity", 3.0, REASON, REASON)
    return CaseRow(7, HOST, f"https://{HOST}/", "new", "near_certain", 7.2, "credentials", "", at, at, (reason,))


@pytest.mark.parametrize("width", [80, 100, 119, 120, 200])
def test_names_and_levels_are_not_broken(
    width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shows_a_terminal(width, monkeypatch)
    say_queue([row()], 1, "vi")
    out = STYLE.sub("", capsys.readouterr().out)
    assert HOST in out
    assert "gần như chắc" in out
    assert max(map(len, out.splitlines())) <= width
    assert len(out.splitlines()) <= 14


def test_a_long_hostile_name_leaves_room_for_the_rest(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shows_a_terminal(80, monkeypatch)
    say_queue([replace(row(), host=f"{'a' * 60}.{'b' * 60}.{'c' * 60}.example")], 1, "vi")
    out = STYLE.sub("", capsys.readouterr().out)
    assert "gần như chắc" in out
    assert "Tự xưng" in out
    assert max(map(len, out.splitlines())) <= 80


def shows_a_terminal(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Standard output is a terminal of so many cells."""
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setattr(shown.shutil, "get_terminal_size", lambda **_: os.terminal_size((width, 40)))
    monkeypatch.setenv("COLUMNS", str(width))
