"""People and verdicts from the command line."""

import io
import json
from collections.abc import Callable

import pytest

from storage.db import open_engine
from tests.takedown.desk import AN, CHI, hire, open_case

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def number(sqlite_url: str) -> int:
    engine = open_engine(sqlite_url)
    hire(engine, AN, CHI)
    return open_case(engine)


def test_a_case_is_judged_and_taken_back(run: Run, number: int) -> None:
    words = ("review", "judge", str(number), "--verdict", "confirmed", "--reason", "thu cọc", "--as", "an", "--json")
    code, out, _ = run(*words)
    assert (code, json.loads(out)["state"]) == (0, "confirmed")
    code, out, _ = run("review", "undo", str(number), "--reason", "nhầm", "--as", "chi", "--json")
    assert (code, json.loads(out)["state"]) == (0, "in_review")


def test_a_case_that_somebody_has_open_is_said(run: Run, number: int) -> None:
    assert run("review", "take", str(number), "--as", "an")[0] == 0
    code, _, err = run("review", "take", str(number), "--as", "chi")
    assert code == 2
    assert "đang mở ở an" in err


def test_several_get_one_verdict_and_the_rest_is_named(run: Run, number: int) -> None:
    words = ("--verdict", "false_positive", "--reason", "báo chí", "--as", "an")
    code, out, err = run("review", "judge", str(number), "99", *words)
    assert (code, out.strip()) == (1, f"false_positive: {number}")
    assert "there is no case 99" in err


def test_an_unknown_person_is_told_how_to_become_one(run: Run, number: int) -> None:
    code, _, err = run("review", "take", str(number), "--as", "nobody")
    assert code == 2
    assert "lachan users add" in err


def test_a_person_is_added_with_a_password_from_standard_input(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("một mật khẩu dài\n"))
    code, out, _ = run("users", "add", "giang", "--role", "administrator", "--full-name", "Giang", "--json")
    assert (code, json.loads(out)["roles"]) == (0, ["administrator"])
    code, out, _ = run("users", "list")
    assert "giang" in out
    code, _, err = run("users", "change", "giang", "--block")
    assert code == 2
    assert "quản trị viên cuối cùng" in err
