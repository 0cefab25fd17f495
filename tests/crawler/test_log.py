"""A fault of the machine's is told in its own words; a fault of ours keeps the place where it struck."""

import json
import logging

import pytest

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


def test_a_full_disk_is_words_and_our_own_fault_a_place(capsys: pytest.CaptureFixture[str]) -> None:
    full = said(DatabaseUnavailableError("the disk is full", "đĩa đầy"), capsys)
    assert (full["reason"], "exception" in full) == ("the disk is full", False)
    assert "ZeroDivisionError" in said(ZeroDivisionError("ours"), capsys)["exception"]
