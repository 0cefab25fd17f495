"""`lachan sweep` as cron and a person call it: words, files, exit codes."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from takedown.cli.exit_codes import ExitCode
from takedown.cli.faults import WrongUsageError
from takedown.cli.sweep import check_request, intake_line, split_words
from takedown.intake import IntakeReport

Run = Callable[..., tuple[int, str, str]]


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


class FakeSummary:
    """What a sweep hands back, without a sweep."""

    exit_code = 1

    def to_json(self) -> dict[str, Any]:
        return {"recorded": 3}

    def lines(self, language: str) -> list[str]:
        return [f"swept \x1b[2J in {language}"]


@pytest.fixture
def requests(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the command asked of the crawler, which is not started."""
    asked: list[Any] = []

    def run_sweep(config: object, request: object) -> FakeSummary:
        asked.append(request)
        return FakeSummary()

    fake = ModuleType("crawler.sweep")
    vars(fake).update(run_sweep=run_sweep, SweepRequest=SimpleNamespace)
    monkeypatch.setitem(sys.modules, "crawler.sweep", fake)
    return asked


def test_the_request_and_the_exit_code_are_passed_on(run: Run, requests: list[Any], tmp_path: Path) -> None:
    seeds = tmp_path / "s.csv"
    seeds.touch()
    code, out, _ = run("sweep", "a.example", "--seeds", str(seeds), "--again", "--limit", "5", "--report", "r.ndjson")
    assert code == 1
    assert "swept ⟨U+001B⟩[2J in vi" in out
    (request,) = requests
    assert (request.targets, request.seed_files, request.again) == (("a.example",), (seeds,), True)
    assert (request.limit, request.report, request.due) == (5, Path("r.ndjson"), False)


def test_with_json_there_is_one_object(run: Run, requests: list[Any]) -> None:
    code, out, _ = run("sweep", "--due", "--json", "--max-seconds", "9")
    assert code == 1
    summary = json.loads(out)
    assert (summary["recorded"], summary["intake"]["opened"]) == (3, 0)
    assert (requests[0].due, requests[0].max_seconds) == (True, 9.0)


def test_a_broken_database_is_code_3_before_anything_is_swept(
    run: Run, requests: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LACHAN_DATABASE_URL", "sqlite:////proc/none/x.sqlite")
    code, out, err = run("sweep", "--due", "--json")
    assert (code, requests) == (3, [])
    assert json.loads(out)["exit_code"] == 3
    assert err.startswith("lachan: ")


@pytest.mark.parametrize(
    ("words", "code"),
    [(("--help",), 0), (("sweep",), 2), (("cases", "--limit", "x"), 2), (("nonsense",), 2), (("cases",), 3)],
)
def test_the_program_itself_ends_with_the_code(words: tuple[str, ...], code: int, tmp_path: Path) -> None:
    environment = {**os.environ, "LACHAN_DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "takedown.cli", *words]
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert "Traceback" not in done.stderr


def test_help_needs_none_of_the_heavy_parts() -> None:
    heavy = "{'scrapy', 'sqlalchemy', 'sqlmodel', 'pydantic', 'playwright', 'lxml', 'bs4', 'crawler.config'}"
    script = f"import sys; import takedown.cli.app; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
