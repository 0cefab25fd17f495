"""The witness notes what became durable, nothing else, and misses every head that is no longer in the log."""

import logging
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session

from storage.audit import audit_head, record_audit
from storage.db import open_engine, read_session, write_session
from storage.witness import Witness, WitnessReport

NOW = datetime(2026, 11, 27, tzinfo=UTC)


@pytest.fixture
def heads(tmp_path: Path) -> Path:
    return tmp_path / "elsewhere" / "heads.log"


@pytest.fixture
def watched(database_url: str, heads: Path) -> Engine:
    return open_engine(database_url, heads)


def add(session: Session, number: int = 1) -> None:
    for _ in range(number):
        record_audit(session, at=NOW, actor="an", action="test", subject="case:1")


def check(engine: Engine, heads: Path) -> WitnessReport:
    witness = Witness.at(heads)
    with read_session(engine) as session:
        return witness.check(session)


def cut(engine: Engine, after: int) -> None:
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
            for name in names:
                connection.execute(text(f'DROP TRIGGER "{name}"'))
        else:
            connection.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER ALL"))
        connection.execute(text(f"DELETE FROM audit_entry WHERE sequence > {after}"))


def test_each_commit_notes_its_last_head(watched: Engine, heads: Path) -> None:
    for number in (1, 3):
        with write_session(watched) as session:
            add(session, number)
            session.commit()
            head = audit_head(session)
    lines = heads.read_text().splitlines()
    assert [line.split()[0] for line in lines] == ["1", "4"]
    assert lines[1].split()[1] == head.digest
    assert check(watched, heads) == WitnessReport(noted=2, newest=4)
    watched.dispose()


def test_a_transaction_that_fails_notes_nothing(watched: Engine, heads: Path) -> None:
    with write_session(watched) as session:
        add(session)
        session.rollback()
        session.exec(text("SELECT 1"))  # type: ignore[call-overload]
        session.commit()
    assert not heads.exists()
    watched.dispose()


@pytest.mark.parametrize("deep", [1, 2])
def test_a_savepoint_is_no_commit(watched: Engine, heads: Path, deep: int) -> None:
    """What was added within one is durable with the whole transaction, or not at all."""
    with write_session(watched) as session:
        with ExitStack() as stack:
            for _ in range(deep):
                stack.enter_context(session.begin_nested())
            add(session)
        assert not heads.exists()
        session.rollback()
    assert not heads.exists()
    with write_session(watched) as session:
        with ExitStack() as stack:
            for _ in range(deep):
                stack.enter_context(session.begin_nested())
            add(session)
        session.commit()
    assert check(watched, heads) == WitnessReport(noted=1, newest=1)
    with write_session(watched) as session:
        add(session)
        undone = session.begin_nested()
        add(session)
        undone.rollback()
        session.commit()
    assert check(watched, heads) == WitnessReport(noted=2, newest=2)
    watched.dispose()


def test_a_cut_tail_is_missed_and_a_log_that_went_on_is_not_taken_for_it(watched: Engine, heads: Path) -> None:
    for _ in range(4):
        with write_session(watched) as session:
            add(session)
            session.commit()
    cut(watched, 2)
    assert [fault.split(" with ")[0] for fault in check(watched, heads).faults] == ["entry 3", "entry 4"]
    with write_session(watched) as session:  # the forger lets the log grow again
        record_audit(session, at=NOW, actor="an", action="other", subject="case:2")
        session.commit()
    assert [fault.split(" with ")[0] for fault in check(watched, heads).faults] == ["entry 3", "entry 4"]
    watched.dispose()


def test_heads_noted_after_the_witness_was_read_are_no_fault(watched: Engine, heads: Path) -> None:
    with write_session(watched) as session:
        add(session)
        session.commit()
    witness = Witness.at(heads)
    with heads.open("a") as file:
        file.write(f"9 {'0' * 64} 2026-11-27T00:00:00+00:00\n")
    with read_session(watched) as session:
        assert witness.check(session).faults == ()
    assert len(check(watched, heads).faults) == 1
    watched.dispose()


def test_lines_that_are_no_heads_are_named_in_bounded_memory(watched: Engine, heads: Path) -> None:
    heads.parent.mkdir()
    heads.write_bytes(b"\xff" * 100_000 + b"\n1 abc\n")
    report = check(watched, heads)
    assert report.noted == 0
    assert len(report.faults) == 100
    assert "line 1 of" in report.faults[0]
    watched.dispose()


def test_a_witness_that_cannot_be_written_costs_a_warning_and_no_entry(
    sqlite_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    engine = open_engine(sqlite_url, tmp_path / "file" / "heads.log")
    with caplog.at_level(logging.WARNING), write_session(engine) as session:
        add(session)
        session.commit()
        assert audit_head(session).sequence == 1
    assert "could not be noted" in caplog.text
    engine.dispose()
