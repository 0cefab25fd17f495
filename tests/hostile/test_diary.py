"""A run of `make hostile` that was stopped says what it has, loses none of it, and goes on from there."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hostile.case import load_cases
from tests.hostile.diary import Diary, NoDiaryError
from tests.hostile.verdicts import Row

ROOT = Path(__file__).parents[2]
WORDS = [sys.executable, "-m", "tests.hostile", "--no-browser"]
QUICK, SILENT = "c-fifty-layers", "t-silent"


@pytest.fixture
def diary(tmp_path: Path) -> Diary:
    diary = Diary.begin(tmp_path / "new" / "rows.ndjson")
    diary.expect(2)
    diary.add(Row("c-gzip", "compression", "fetch", "read", 0.5))
    diary.add(Row("c-gzip", "compression", "browser", "failed", 1.5, ("failed, not read",)))
    diary.fault("control pages were lost")
    diary.note("peak 300 MB")
    return diary


def test_what_was_told_is_there_again_and_is_not_looked_at_twice(diary: Diary) -> None:
    again = Diary.resume(diary.path)
    assert (again.rows, again.faults, again.notes) == (diary.rows, diary.faults, diary.notes)
    cases = [case for case in load_cases() if case.name in {"c-gzip", "c-gzip-bomb"}]
    assert [case.name for case in again.left(cases, "fetch")] == ["c-gzip-bomb"]
    assert len(again.left(cases, "sweep")) == 2


def test_a_line_that_a_kill_cut_short_is_taken_away(diary: Diary) -> None:
    whole = diary.path.read_text("utf-8")
    diary.path.write_text(whole + '{"row": {"na', "utf-8")
    again = Diary.resume(diary.path)
    assert again.rows == diary.rows
    again.note("on")
    assert Diary.resume(diary.path).notes == ["peak 300 MB", "on"]


@pytest.mark.parametrize("line", ["row", "[]", '{"row": {"name": "x"}}', '{"what": 1}', '{"note": 1, "fault": 2}'])
def test_a_file_that_no_run_told_is_named_with_its_line(diary: Diary, line: str) -> None:
    with diary.path.open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    with pytest.raises(NoDiaryError, match=r"rows\.ndjson, line 5"):
        Diary.resume(diary.path)
    with pytest.raises(NoDiaryError, match="name the file"):
        Diary.resume(diary.path.with_name("none"))


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_run_that_is_stopped_tells_what_it_has_and_goes_on(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    words = [*WORDS, QUICK, SILENT]
    told: list[str] = []
    with subprocess.Popen(
        words, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as begun:
        assert begun.stdout is not None
        for line in begun.stdout:
            told.append(line)
            if " of " in line and QUICK in line:
                os.kill(begun.pid, signal.SIGINT)
    assert begun.returncode == 4, told
    assert "stopped after 1 looks" in told[-1], told
    assert any("looks: 1" in line for line in told)
    (path,) = (tmp_path / "var" / "hostile").iterdir()
    done = subprocess.run(
        [*WORDS, QUICK, "--resume", str(path)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "looks: 1" in done.stdout
    assert "control pages" not in done.stdout  # nothing was swept again
