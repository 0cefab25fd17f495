"""`lachan sweep` as cron and a person call it: words, files, exit codes."""

from pathlib import Path

import pytest

from takedown.cli.exit_codes import ExitCode
from takedown.cli.faults import WrongUsageError
from takedown.cli.sweep import check_request, intake_line, split_words
from takedown.intake import IntakeReport


def test_existing_seed_files_among_the_targets_are_seed_files(tmp_path: Path) -> None:
    first, second = tmp_path / "a.csv", tmp_path / "b.toml"
    first.touch()
    second.touch()
    names, files = split_words(["shop.example", str(second), "gone.csv"], [first])
    assert names == ("shop.example", "gone.csv")
    assert files == (first, second)


def test_there_must_be_something_to_sweep(tmp_path: Path) -> None:
    check_request((), (), due=True)
    check_request(("a.example",), (), due=False)
    with pytest.raises(WrongUsageError, match="nothing to sweep"):
        check_request((), (), due=False)
    with pytest.raises(WrongUsageError, match="is not there"):
        check_request((), (tmp_path / "gone.csv",), due=True)


def test_intake_speaks_both_languages() -> None:
    assert intake_line(IntakeReport(opened=2), "vi").startswith("Hàng chờ: 2 vụ mới")
    assert intake_line(IntakeReport(opened=2), "en").startswith("Queue: 2 new cases")


def test_the_sweep_itself_uses_the_same_exit_codes() -> None:
    from crawler.sweep import SweepExit

    ours = {"DONE": "ALL_SWEPT"}
    for code in ExitCode:
        if code is not ExitCode.USAGE:
            assert SweepExit[ours.get(code.name, code.name)] == code
