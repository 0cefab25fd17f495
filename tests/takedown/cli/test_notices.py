"""From a plan to a mail that waits in the outbox, and an objection that takes it back, in commands."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine

from storage.artifacts import ArtifactStore
from storage.db import open_engine, write_session
from storage.models import Observation
from takedown.actor import Actor
from tests.takedown.desk import AN, CHI, hire, proven_case

Run = Callable[..., tuple[int, str, str]]
EMI = Actor("emi", CHI.roles)


@pytest.fixture
def engine_here(sqlite_url: str) -> Engine:
    return open_engine(sqlite_url)


@pytest.fixture
def number(engine_here: Engine, tmp_path: Path) -> int:
    from datetime import UTC, datetime

    hire(engine_here, AN, CHI, EMI)
    store = ArtifactStore.open(f"file://{tmp_path / 'artifacts'}")
    return proven_case(engine_here, store, seen_at=datetime.now(UTC))


def done(run: Run, *words: str) -> object:
    code, out, err = run(*words, "--json")
    assert code == 0, err
    return json.loads(out)


def test_a_letter_is_drafted_released_sent_and_taken_back(run: Run, number: int, tmp_path: Path) -> None:
    case = str(number)
    code, out, _ = run("notices", "plan", case)
    assert code == 0
    assert "cloudflare" in out
    steps = {step["recipient"]["id"]: step for step in done(run, "notices", "plan", case)["plan"]["steps"]}  # type: ignore[index]
    assert steps["pa05_hcm"]["clock"] == 72 * 3600, "seconds"
    (drafted,) = done(run, "notices", "draft", case, "--as", "an", "--to", "pa05_hcm")  # type: ignore[misc]
    notice = str(drafted["id"])
    code, _, err = run("notices", "release", notice, "--as", "an")
    assert code == 2
    assert "phê duyệt" in err
    done(run, "notices", "release", notice, "--as", "chi")
    (sent,) = done(run, "notices", "sent", notice, "--proof", "12/SKHCN", "--as", "an")  # type: ignore[misc]
    assert (sent["state"], sent["approved_by"]) == ("sent", "chi")
    shown = done(run, "notices", "show", notice, "--files", str(tmp_path / "out"))
    assert (tmp_path / "out" / "letter.pdf").read_bytes().startswith(b"%PDF")
    assert len(shown["urls"]) == 1  # type: ignore[index]
    assert done(run, "notices", "list", "--overdue") == []
    receipt = done(run, "appeals", "receive", "https://shop-a.example/", "--text", "Chúng tôi có đăng ký")
    assert run("appeals", "decide", "1", "--uphold", "--decision", "Nhầm", "--as", "chi")[0] == 2  # had a part
    done(run, "appeals", "decide", "1", "--uphold", "--decision", "Nhầm", "--as", "emi")
    assert done(run, "appeals", "status", receipt["code"])["state"] == "upheld"  # type: ignore[index]
    (withdrawal,) = done(run, "withdrawals", "list")  # type: ignore[misc]
    step = str(withdrawal["steps"][0]["step"])
    assert done(run, "withdrawals", "prove", step, "--proof", "15/SKHCN", "--as", "an")["state"] == "proven"  # type: ignore[index]
    assert done(run, "withdrawals", "list")[0]["done_at"]  # type: ignore[index]


def test_the_outbox_is_dry_by_default_and_needs_a_server(
    run: Run, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert done(run, "outbox", "send")["sent"] == []  # type: ignore[index]
    assert done(run, "outbox", "list") == []
    monkeypatch.setenv("LACHAN_SENDING", "true")
    code, _, err = run("outbox", "send")
    assert code == 2
    assert "LACHAN_SMTP_URL" in err
    code, _, err = run("outbox", "replies")
    assert code == 2
    assert "LACHAN_IMAP_URL" in err
    assert run("outbox", "settle", "1", "--reason", "x", "--as", "chi")[0] == 2


def test_old_evidence_is_refused_in_words(run: Run, number: int, engine_here: Engine) -> None:
    from datetime import timedelta

    with write_session(engine_here) as session:
        visit = session.get_one(Observation, 1)
        visit.observed_at -= timedelta(days=9)
        session.commit()
    code, _, err = run("notices", "draft", str(number), "--as", "an")
    assert code == 2
    assert "phải chụp lại" in err


def test_nothing_is_verified_without_a_control_page(run: Run, number: int) -> None:
    code, _, err = run("verify", str(number))
    assert code == 2
    assert "LACHAN_CONTROL_URL" in err
