"""The audit log only grows, and whatever is done to it behind the guard's back is found."""

import random
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select

from storage.audit import GENESIS, AuditReport, _digest, audit_head, record_audit, verify_audit
from storage.db import read_session, write_session
from storage.models import AuditEntry

NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
_INSERT = "INSERT INTO audit_entry (sequence, at, actor, action, subject, detail, previous, digest)"
WRITER = Path(__file__).with_name("audit_writer.py")


def write(engine: Engine, number: int) -> None:
    with write_session(engine) as session:
        for place in range(number):
            detail = {"points": place / 3, "from": "watch"}
            record_audit(session, at=NOW, actor="reviewer", action="judged", subject=f"case:{place}", detail=detail)
        session.commit()


def verify(engine: Engine, anchors: tuple[str, ...] = ()) -> AuditReport:
    with read_session(engine) as session:
        return verify_audit(session, anchors=anchors)


def unguard(engine: Engine) -> None:
    """What somebody with the database's password can do."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER ALL"))
            return
        for trigger in ("no_update", "no_delete", "follows"):
            connection.execute(text(f"DROP TRIGGER audit_entry_{trigger}"))


def test_an_empty_log_holds(engine: Engine) -> None:
    report = verify(engine)
    assert (report.entries, report.head.digest, report.holds) == (0, GENESIS, True)


def test_entries_follow_each_other(engine: Engine) -> None:
    write(engine, 3)
    report = verify(engine)
    assert (report.entries, report.head.sequence, report.faults) == (3, 3, ())
    with read_session(engine) as session:
        assert audit_head(session) == report.head
        rows = session.exec(select(AuditEntry).order_by(col(AuditEntry.sequence))).all()
    assert [row.previous for row in rows] == [GENESIS, rows[0].digest, rows[1].digest]


def test_an_entry_rolled_back_leaves_no_gap(engine: Engine) -> None:
    write(engine, 1)
    with write_session(engine) as session:
        record_audit(session, at=NOW, actor="a", action="b", subject="c")
    write(engine, 1)
    assert verify(engine).entries == 2
    assert verify(engine).holds


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET actor = 'nobody' WHERE sequence = 2",
        "UPDATE audit_entry SET actor = actor",
        "DELETE FROM audit_entry WHERE sequence = 3",
        "DELETE FROM audit_entry",
        _INSERT + " SELECT 9, at, actor, action, subject, detail, 'x', 'y' FROM audit_entry WHERE sequence = 3",
        _INSERT + " SELECT 4, at, actor, action, subject, detail, previous, 'y' FROM audit_entry WHERE sequence = 3",
    ],
)
def test_the_database_refuses_to_change_the_past(engine: Engine, statement: str) -> None:
    write(engine, 3)
    refuse(engine, statement)


def test_sqlite_refuses_to_replace_an_entry(sqlite_engine: Engine) -> None:
    write(sqlite_engine, 3)
    refuse(sqlite_engine, "INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry WHERE sequence = 2")
    refuse(
        sqlite_engine,
        "INSERT OR REPLACE INTO audit_entry SELECT 4, at, actor, action, subject, detail, digest, digest"
        " FROM audit_entry WHERE sequence = 3",
    )


def test_postgresql_refuses_to_truncate(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no TRUNCATE")
    write(engine, 1)
    refuse(engine, "TRUNCATE audit_entry")


def refuse(engine: Engine, statement: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(text(statement))
    assert verify(engine).entries >= 1
    assert verify(engine).holds


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE audit_entry SET actor = 'nobody' WHERE sequence = 5", "altered"),
        ("UPDATE audit_entry SET subject = 'case:9' WHERE sequence = 5", "altered"),
        ("UPDATE audit_entry SET at = '2026-03-01 08:00:00.000001' WHERE sequence = 5", "altered"),
        ("""UPDATE audit_entry SET detail = '{"from": "clean"}' WHERE sequence = 5""", "altered"),
        ("UPDATE audit_entry SET digest = previous || 'x' WHERE sequence = 5", "altered"),
        ("DELETE FROM audit_entry WHERE sequence = 5", "missing"),
        ("DELETE FROM audit_entry WHERE sequence = 1", "missing"),
        ("UPDATE audit_entry SET sequence = 99 WHERE sequence = 5", "missing"),
    ],
)
def test_what_is_done_behind_the_guard_is_found(engine: Engine, statement: str, found: str) -> None:
    write(engine, 10)
    unguard(engine)
    with engine.begin() as connection:
        if "previous ||" in statement and engine.dialect.name == "postgresql":
            statement = statement.replace("previous || 'x'", "repeat('e', 64)")
        connection.execute(text(statement))
    assert any(found in fault.reason for fault in verify(engine).faults)


def test_an_entry_forged_with_its_own_digest_breaks_the_next_one(engine: Engine) -> None:
    write(engine, 5)
    unguard(engine)
    with write_session(engine) as session:
        entry = session.exec(select(AuditEntry).where(AuditEntry.sequence == 3)).one()
        entry.actor = "nobody"
        entry.digest = _digest(entry)
        session.commit()
    faults = verify(engine).faults
    assert [(fault.sequence, fault.reason) for fault in faults] == [(4, "does not seal the entry before it")]


def test_a_cut_tail_is_found_by_a_head_that_was_noted(engine: Engine) -> None:
    write(engine, 5)
    noted = verify(engine).head.digest
    assert verify(engine, (GENESIS, noted)).holds
    unguard(engine)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM audit_entry WHERE sequence > 3"))
    assert verify(engine).holds  # the chain alone cannot know
    assert [fault.sequence for fault in verify(engine, (noted,)).faults] == [0]


def test_random_damage_is_found(sqlite_engine: Engine) -> None:
    write(sqlite_engine, 40)
    noted = verify(sqlite_engine).head.digest
    unguard(sqlite_engine)
    chance = random.Random("damage")
    for _ in range(60):
        with sqlite_engine.connect() as connection:
            place = chance.randint(1, 40)
            column = chance.choice(["at", "actor", "action", "subject", "detail", "previous", "digest"])
            before = connection.execute(text(f"SELECT {column} FROM audit_entry WHERE sequence = {place}")).scalar()
            change: dict[str, Any] = {"value": _damage(chance, str(before)), "place": place}
            connection.execute(text(f"UPDATE audit_entry SET {column} = :value WHERE sequence = :place"), change)
            connection.commit()
        assert not verify(sqlite_engine, (noted,)).holds, change
        with sqlite_engine.begin() as connection:
            connection.execute(
                text(f"UPDATE audit_entry SET {column} = :value WHERE sequence = :place"), {**change, "value": before}
            )
    assert verify(sqlite_engine, (noted,)).holds


def _damage(chance: random.Random, value: str) -> str:
    place = chance.randrange(len(value))
    letter = chance.choice([digit for digit in "0123456789" if digit != value[place]])
    return value[:place] + letter + value[place + 1 :]


@pytest.mark.slow
def test_writers_in_several_processes_make_one_chain(engine: Engine, database_url: str) -> None:
    names = ["one", "two", "three"]
    command = [sys.executable, str(WRITER), database_url]
    writers = [subprocess.Popen([*command, name, "15"]) for name in names]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    report = verify(engine)
    assert (report.entries, report.faults) == (45, ())
    with read_session(engine) as session:
        assert set(session.exec(select(AuditEntry.actor))) == set(names)


def test_a_local_time_seals_the_same_instant(engine: Engine) -> None:
    hanoi = timezone(timedelta(hours=7))
    with write_session(engine) as session:
        record_audit(session, at=NOW.astimezone(hanoi), actor="a", action="b", subject="c")
        session.commit()
    assert verify(engine).holds


@pytest.mark.parametrize(
    ("detail", "at", "error"),
    [
        ({"x": float("nan")}, NOW, ValueError),
        ({"x": float("inf")}, NOW, ValueError),
        ({"x": object()}, NOW, TypeError),
        ({"x": "y" * 70_000}, NOW, ValueError),
        ({}, datetime(2026, 3, 1), ValueError),  # noqa: DTZ001
    ],
)
def test_what_cannot_be_sealed_is_refused(
    sqlite_engine: Engine, detail: dict[str, Any], at: datetime, error: type[Exception]
) -> None:
    with write_session(sqlite_engine) as session, pytest.raises(error):
        record_audit(session, at=at, actor="a", action="b", subject="c", detail=detail)


def test_a_bottomless_detail_is_refused(sqlite_engine: Engine) -> None:
    detail: dict[str, Any] = {}
    for _ in range(50):
        detail = {"deeper": detail}
    with write_session(sqlite_engine) as session, pytest.raises(ValueError, match="deep"):
        record_audit(session, at=NOW, actor="a", action="b", subject="c", detail=detail)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(detail=st.dictionaries(st.text(), _JSON, max_size=4), actor=st.text())
def test_whatever_is_recorded_verifies_after_its_way_through_the_database(
    engine: Engine, detail: dict[str, Any], actor: str
) -> None:
    with write_session(engine) as session:
        record_audit(session, at=NOW, actor=actor, action="b", subject="c", detail=detail)
        session.commit()
    assert verify(engine).faults == ()


def test_verification_streams(sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    write(sqlite_engine, 25)
    monkeypatch.setattr("storage.audit._STEP", 10)
    with read_session(sqlite_engine) as session:
        report = verify_audit(session)
        assert (report.entries, report.holds) == (25, True)
        assert len(list(session)) == 0  # what was read is let go


def test_an_entry_that_cannot_even_be_read_is_a_fault(sqlite_engine: Engine) -> None:
    write(sqlite_engine, 3)
    unguard(sqlite_engine)
    for column, value in (("detail", "'{'"), ("at", "'yesterday'"), ("actor", "CAST(x'ff' AS TEXT)")):
        with sqlite_engine.begin() as connection:
            connection.execute(text(f"UPDATE audit_entry SET {column} = {value} WHERE sequence = 2"))
        assert {fault.sequence for fault in verify(sqlite_engine).faults} >= {2}
