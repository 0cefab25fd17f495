"""A fault of the machine's is told in its own words; a fault of ours keeps the place where it struck."""

import io
import json
import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from crawler.extensions.progress import terminal_bar
from crawler.log import start_logging
from storage.errors import DatabaseUnavailableError


def said(error: Exception, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    root = logging.getLogger()
    kept = (root.handlers, root.level)
    try:
        start_logging("INFO")
        try:
            raise error
        except Exception:
            logging.getLogger("lachan.test").exception("recording failed")
    finally:
        root.handlers, _ = kept
        root.setLevel(kept[1])
    return dict(json.loads(capsys.readouterr().err))


@contextmanager
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Standard error as a terminal, with logging begun on it."""
    stream = io.StringIO()
    monkeypatch.setattr(stream, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stderr", stream)
    root = logging.getLogger()
    kept = (root.handlers, root.level)
    start_logging("INFO")
    yield stream
    root.handlers, _ = kept
    root.setLevel(kept[1])


def test_on_a_terminal_a_line_is_words_and_nothing_in_it_acts(monkeypatch: pytest.MonkeyPatch) -> None:
    with terminal(monkeypatch) as screen:
        logging.getLogger("lachan.test").warning("target failed", extra={"title": "Lừa\x1b[2J\u202e", "seconds": 2})
    assert screen.getvalue().split(" ", 1)[1] == 'warning  target failed  title="Lừa\\u001b[2J\\u202e"  seconds=2\n'


@pytest.mark.parametrize("width", [20, 80])
def test_lines_go_above_the_bar_and_the_counts_have_room(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    for name, value in (("COLUMNS", str(width)), ("TERM", "xterm"), ("NO_COLOR", "1"), ("TTY_COMPATIBLE", "1")):
        monkeypatch.setenv(name, value)
    with terminal(monkeypatch) as screen, terminal_bar() as bar:
        bar.add_task("sweep", total=125, completed=17, flagged=3, failed=2)
        bar.refresh()
        logging.getLogger("lachan.test").warning("failed")
    lines = re.sub(r"\x1b\[[0-9?;]*[a-zA-Z]", "", screen.getvalue()).replace("\r", "\n").splitlines()
    counts = [place for place, line in enumerate(lines) if "17/125" in line and "⚑ 3" in line and "✗ 2" in line]
    (told,) = (place for place, line in enumerate(lines) if line.endswith("failed"))
    assert told not in counts
    assert told < counts[-1]


def test_a_full_disk_is_words_and_our_own_fault_a_place(capsys: pytest.CaptureFixture[str]) -> None:
    full = said(DatabaseUnavailableError("the disk is full", "đĩa đầy"), capsys)
    assert (full["reason"], "exception" in full) == ("the disk is full", False)
    assert "ZeroDivisionError" in said(ZeroDivisionError("ours"), capsys)["exception"]
