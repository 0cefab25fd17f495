"""`lachan sweep` as cron and a person call it: words, files, exit codes."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from storage.errors import DatabaseUnavailableError
from takedown.cli.exit_codes import ExitCode
from takedown.cli.faults import WrongUsageError
from takedown.cli.sweep import check_request, intake_line, split_words
from takedown.intake import IntakeReport

Run = Callable[..., tuple[int, str, str]]


def test_seed_files_among_the_targets_are_seed_files() -> None:
    words = ["shop.example", "b.toml", "https://shop.example/prices.csv", "gone.csv"]
    names, files = split_words(words, [Path("a.csv")])
    assert names == ("shop.example", "https://shop.example/prices.csv")
    assert files == (Path("a.csv"), Path("b.toml"), Path("gone.csv"))


def test_a_seed_file_that_is_not_there_is_wrong_usage(run: Run, requests: list[Any]) -> None:
    code, _, err = run("sweep", "gone.csv")
    assert (code, requests) == (2, [])
    assert "không có tệp hạt giống gone.csv" in err


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
    named = 0
    cut_off = False
    problems: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {"recorded": 3}

    def lines(self, language: str) -> list[str]:
        return [f"swept \x1b[2J in {language}"]


@pytest.fixture
def requests(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the command asked of the crawler, which is not started."""
    asked: list[Any] = []

    def run_sweep(config: object, request: object, stops: object) -> FakeSummary:
        asked.append(request)
        return FakeSummary()

    fake = ModuleType("crawler.sweep")
    vars(fake).update(run_sweep=run_sweep, SweepRequest=SimpleNamespace)
    monkeypatch.setitem(sys.modules, "crawler.sweep", fake)
    return asked


def test_the_request_and_the_exit_code_are_passed_on(run: Run, requests: list[Any], tmp_path: Path) -> None:
    seeds, report = tmp_path / "s.csv", tmp_path / "r.ndjson"
    seeds.touch()
    code, out, _ = run("sweep", "a.example", "--seeds", str(seeds), "--again", "--limit", "5", "--report", str(report))
    assert code == 1
    assert "swept ⟨U+001B⟩[2J in vi" in out
    (request,) = requests
    assert (request.targets, request.seed_files, request.again) == (("a.example",), (seeds,), True)
    assert (request.limit, request.report, request.due) == (5, report, False)


def test_a_report_that_cannot_be_written_is_wrong_usage(run: Run, requests: list[Any], tmp_path: Path) -> None:
    code, _, err = run("sweep", "a.example", "--report", str(tmp_path / "none" / "r.ndjson"))
    assert (code, "nêu một tệp ghi được" in err, requests) == (2, True, [])


def test_with_json_there_is_one_object(run: Run, requests: list[Any]) -> None:
    code, out, _ = run("sweep", "--due", "--json", "--max-seconds", "9")
    assert code == 1
    summary = json.loads(out)
    assert (summary["recorded"], summary["intake"]["opened"]) == (3, 0)
    assert (requests[0].due, requests[0].max_seconds) == (True, 9.0)


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Whose findings were taken in; the database is broken."""
    taken: list[str] = []

    def take_all_in(config: object, *, patient: bool) -> IntakeReport:
        taken.append("taken" if patient else "taken at once")
        raise DatabaseUnavailableError("the disk is full", "đĩa đầy")

    monkeypatch.setattr("takedown.cli.sweep.take_all_in", take_all_in)
    return taken


def test_a_stop_leaves_the_intake_at_its_second_press_alone(
    run: Run, requests: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    presses: list[int] = []
    monkeypatch.setattr("crawler.stop_signals.ONE_PRESS_SECONDS", 0.0)

    def take_all_in(config: object, *, patient: bool) -> IntakeReport:
        assert patient
        for _ in range(presses.pop()):
            os.kill(os.getpid(), signal.SIGTERM)
        return IntakeReport(opened=2)

    monkeypatch.setattr("takedown.cli.sweep.take_all_in", take_all_in)
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    try:
        presses.append(1)
        code, out, _ = run("sweep", "--due", "--json")
        assert (code, json.loads(out)["intake"]["opened"]) == (1, 2), "it came too late to change anything"
        assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before
        presses.append(2)
        code, out, _ = run("sweep", "--due", "--json")
        told = json.loads(out)
        assert (code, told["exit_code"], told["recorded"], told["intake"]) == (4, 4, 3, None)
    finally:
        for number, handler in zip((signal.SIGINT, signal.SIGTERM), before, strict=True):
            signal.signal(number, handler)


@pytest.mark.parametrize("json_too", [(), ("--json",)])
def test_a_second_sweep_takes_in_nothing(
    json_too: tuple[str, ...], run: Run, requests: list[Any], waiting: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeSummary, "exit_code", 5)
    code, out, _ = run("sweep", "--due", *json_too)
    assert (code, waiting) == (5, [])
    assert json.loads(out)["intake"] is None if json_too else "Hàng chờ" not in out


def test_a_broken_sweep_still_says_what_was_swept(
    run: Run, requests: list[Any], waiting: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeSummary, "exit_code", 3)
    code, out, _ = run("sweep", "--due", "--json")
    assert (code, waiting, json.loads(out)["recorded"]) == (3, ["taken at once"], 3), "it was waited for in the sweep"
    assert json.loads(out)["intake"] is None  # not asked, rather than none
    assert "Hàng chờ" not in run("sweep", "--due")[1]


def test_findings_that_cannot_be_taken_in_are_code_3(run: Run, requests: list[Any], waiting: list[str]) -> None:
    code, out, err = run("sweep", "--due", "--json")
    told = json.loads(out)  # what was swept is not lost
    assert (code, told["exit_code"], told["recorded"], told["intake"]) == (3, 3, 3, None)
    assert err == "lachan: đĩa đầy\n"


@pytest.mark.parametrize(("code", "words", "hint"), [(0, (), True), (0, ("--due",), False), (4, (), False)])
def test_seed_files_that_name_nothing_are_said(
    code: int, words: tuple[str, ...], hint: bool, run: Run, requests: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeSummary, "exit_code", code)
    Path("empty.csv").write_text("url\n", encoding="utf-8")
    ended, _, err = run("sweep", "empty.csv", "--en", *words)
    assert (ended, "name no address" in err) == (code, hint)


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


@pytest.mark.parametrize("words", [("sweep", "--due", "--json"), ("sweep", "--due")])
@pytest.mark.parametrize("during", ["takedown.cli.app", "crawler.sweep"])
def test_an_early_interruption_is_one_line(words: tuple[str, ...], during: str, tmp_path: Path) -> None:
    """Ctrl-C while the command's parts are still being brought in."""
    script = (
        "import builtins, sys\n"
        "real = builtins.__import__\n"
        "def bring(name, *rest, **more):\n"
        f"    if name == {during!r}: raise KeyboardInterrupt\n"
        "    return real(name, *rest, **more)\n"
        "from takedown.cli import main\n"
        "builtins.__import__ = bring\n"
        "main(sys.argv[1:])\n"
    )
    environment = {**os.environ, "LACHAN_DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-c", script, *words]
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (4, "lachan: stopped\n")
    assert done.stdout == ('{"exit_code": 4, "stopped": true}\n' if "--json" in words else "")


def test_an_early_interruption_bears_another_one(tmp_path: Path) -> None:
    """The impatient press again while the words are being found."""
    script = (
        "import builtins, os, signal, sys\n"
        "real = builtins.__import__\n"
        "def bring(name, *rest, **more):\n"
        "    if name == 'takedown.cli.app': raise KeyboardInterrupt\n"
        "    return real(name, *rest, **more)\n"
        "from takedown.cli import main\n"
        "import takedown.cli.shown as shown\n"
        "shown.complain = lambda *lines: os.kill(os.getpid(), signal.SIGINT)\n"
        "builtins.__import__ = bring\n"
        "main(['sweep', '--due'])\n"
    )
    environment = {**os.environ, "LACHAN_DATA_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, cwd=tmp_path, capture_output=True, check=False
    )
    assert done.returncode == 4


def test_help_needs_none_of_the_heavy_parts() -> None:
    heavy = "{'scrapy', 'sqlalchemy', 'sqlmodel', 'pydantic', 'playwright', 'lxml', 'bs4', 'crawler.config'}"
    script = f"import sys; import takedown.cli.app; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
