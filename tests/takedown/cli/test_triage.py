"""`lachan triage` shows, reports and adds what looks like fraud among many names."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import select

from storage.db import open_engine, read_session
from storage.models import Target

Run = Callable[..., tuple[int, str, str]]
NAMES = "ok.example\nvietcombank-login.com\nvietcombank.com.vn\nacb-online.com\nmomo-nhanqua.xyz\n"


@pytest.fixture
def names(tmp_path: Path) -> str:
    (tmp_path / "names.txt").write_text(NAMES, encoding="utf-8")
    return "names.txt"


def test_hits_are_shown_with_their_reason(run: Run, names: str) -> None:
    code, out, err = run("triage", names)
    assert code == 0
    assert [line.split()[3] for line in out.splitlines()] == ["vietcombank-login.com", "momo-nhanqua.xyz"]
    assert "«vietcombank» của Vietcombank" in out
    assert "5 tên" in err
    assert "borrows" in run("triage", names, "--en")[1]


def test_a_program_gets_a_line_a_hit_and_a_report(run: Run, names: str, tmp_path: Path) -> None:
    out = run("triage", names, "--json", "--min-level", "watch", "--report", "hits.ndjson")[1]
    rows = [json.loads(line) for line in out.splitlines()]
    assert [row["host"] for row in rows] == ["vietcombank-login.com", "acb-online.com", "momo-nhanqua.xyz"]
    assert rows[0]["brand"] == "vietcombank"
    assert rows[0]["source"] == "names.txt:2"
    *written, total = [json.loads(line) for line in (tmp_path / "hits.ndjson").read_text("utf-8").splitlines()]
    assert written == rows
    assert (total["names"], total["hits"]) == (5, 3)


def test_hits_become_targets(run: Run, names: str, sqlite_url: str) -> None:
    err = run("triage", names, "--add")[2]
    assert "2 mới" in err
    assert "2 đã có" in run("triage", names, "--add")[2]
    engine = open_engine(sqlite_url)
    with read_session(engine) as session:
        found = {target.host: target.source for target in session.exec(select(Target))}
    engine.dispose()
    assert found == {"vietcombank-login.com": "triage:names.txt:2", "momo-nhanqua.xyz": "triage:names.txt:5"}


def test_a_pipe_is_read(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(NAMES.encode()), encoding="utf-8"))
    assert "momo-nhanqua.xyz" in run("triage", "-")[1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("missing.txt",), "không có tệp này"),
        (("names.txt", "--min-level", "certain"), "không có mức này"),
        (("names.txt", "--report", "no/such/folder/x"), "ghi được"),
    ],
)
def test_wrong_usage_is_said(run: Run, names: str, words: tuple[str, ...], said: str) -> None:
    code, _, err = run("triage", *words)
    assert code == 2
    assert said in err


def test_a_torn_file_is_a_fault_after_what_could_be_read(run: Run, tmp_path: Path) -> None:
    (tmp_path / "torn.gz").write_bytes(b"\x1f\x8b\x08\x00")
    code, _, err = run("triage", "torn.gz")
    assert code == 1
    assert "fetch it again" in err
