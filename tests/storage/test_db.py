"""The database opens alike everywhere, and says what is wrong with it and what to do."""

import sqlite3
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlmodel import select

from storage.db import open_engine, probe, read_session, write_session
from storage.errors import DatabaseUnavailableError
from storage.models import Assessment, Case, Observation

NOW = datetime(2026, 3, 1, 8, 0, 0, 123456, tzinfo=UTC)
HOSTILE = "a\x00b\ud800c"


def case(host: str, open_key: str | None) -> Case:
    return Case(
        host=host,
        domain=host,
        url=f"https://{host}/",
        open_key=open_key,
        state="new",
        level="likely",
        points=1.0,
        opened_at=NOW,
        updated_at=NOW,
    )


def observation(**values: object) -> Observation:
    base = {"url": "https://a.example/", "host": "a.example", "domain": "a.example", "vantage": "desktop"}
    return Observation(**{**base, "outcome": "read", "observed_at": NOW, **values})


def test_sqlite_is_durable_and_enforces_keys(sqlite_engine: Engine) -> None:
    with sqlite_engine.connect() as connection:
        values = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert values == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 60_000}


def test_foreign_keys_hold(engine: Engine) -> None:
    with write_session(engine) as session:
        session.add(observation(target_id=99))
        with pytest.raises(IntegrityError):
            session.commit()


def test_the_parent_folder_is_made(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/one/two/lachan.sqlite")
    engine.dispose()
    assert (tmp_path / "one/two/lachan.sqlite").exists()


def test_whoever_only_reads_makes_neither_file_nor_folder(tmp_path: Path) -> None:
    for name in ("one/lachan.sqlite", "lachan.sqlite"):
        with pytest.raises(DatabaseUnavailableError, match=r"no database at .*lachan\.sqlite yet; a sweep or"):
            open_engine(f"sqlite:///{tmp_path}/{name}", make=False)
    assert list(tmp_path.iterdir()) == []


def test_reading_and_then_writing_waits_for_others_instead_of_failing(sqlite_engine: Engine) -> None:
    """With SQLite's own BEGIN the second transaction fails at once, whatever its time-out."""
    with write_session(sqlite_engine) as session:
        session.add(case("a.example", None))
        session.commit()

    def count_up() -> None:
        for _ in range(20):
            with write_session(sqlite_engine) as session:
                row = session.exec(select(Case)).one()
                row.points += 1
                session.commit()

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with read_session(sqlite_engine) as session:
        assert session.exec(select(Case)).one().points == 81


def test_readers_neither_write_nor_wait_for_a_writer(engine: Engine) -> None:
    with write_session(engine) as writer:
        writer.add(case("a.example", None))
        writer.flush()
        with read_session(engine) as reader:
            assert reader.exec(select(Case)).all() == []
            reader.rollback()
            with pytest.raises(Exception, match=r"(?i)readonly|read-only"):
                reader.execute(text("""DELETE FROM "case" """))
        writer.commit()
    with write_session(engine) as writer:  # the pooled connection can write again
        writer.add(case("b.example", None))
        writer.commit()


def test_one_open_case_a_host(engine: Engine) -> None:
    with write_session(engine) as session:
        session.add_all([case("a.example", None), case("a.example", None), case("a.example", "a.example")])
        session.commit()
        session.add(case("a.example", "a.example"))
        with pytest.raises(IntegrityError):
            session.commit()


def test_hostile_text_is_kept_alike_on_every_database(engine: Engine) -> None:
    with write_session(engine) as session:
        session.add(observation(title=HOSTILE, reason="x" * 5000, recipe={HOSTILE: [HOSTILE, "é", 1.5, None]}))
        session.commit()
    with read_session(engine) as session:
        kept = session.exec(select(Observation)).one()
    clean = "a\ufffdb\ufffdc"
    assert (kept.title, kept.recipe) == (clean, {clean: [clean, "é", 1.5, None]})
    assert len(kept.reason) == 1000
    assert kept.reason.endswith("x…")
    assert kept.observed_at == NOW


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"host": "h" * 256}, "do not fit"),
        ({"observed_at": datetime(2026, 3, 1)}, "time zone"),  # noqa: DTZ001
        ({"recipe": {"x": float("nan")}}, "not JSON compliant"),
    ],
)
def test_unstorable_values_are_refused_on_every_database(
    engine: Engine, values: dict[str, object], reason: str
) -> None:
    with write_session(engine) as session:
        session.add(observation(**values))
        with pytest.raises((StatementError, ValueError), match=reason):
            session.commit()


def test_json_lists_come_back_in_order(engine: Engine) -> None:
    signals = [{"rule": f"r{number}", "points": number / 7} for number in range(20)]
    with write_session(engine) as session:
        session.add(
            Assessment(
                url="u",
                host="h",
                domain="d",
                assessed_at=NOW,
                level="watch",
                points=1,
                probability=0.5,
                rule_set="1",
                signals=signals,
            )
        )
        session.commit()
    with read_session(engine) as session:
        assert session.exec(select(Assessment)).one().signals == signals


def test_probe_tells_where_and_what(engine: Engine, database_url: str) -> None:
    found = probe(engine)
    assert found.writable
    assert found.current
    assert found.version.startswith(("SQLite 3", "PostgreSQL 1"))
    assert (found.free_bytes is None) == database_url.startswith("postgresql")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("no url at all", "not a URL"),
        ("mysql://host/name", "not supported"),
        ("postgresql+asyncpg://host/name", "not supported"),
        ("postgresql://somebody:secret@127.0.0.1:1/name", "check that the server runs"),
        ("sqlite:////proc/nowhere/lachan.sqlite", "LACHAN_DATA_DIR"),
        ("sqlite:////proc/lachan.sqlite", "LACHAN_DATA_DIR"),
    ],
)
def test_an_unreachable_database_is_one_error_with_its_remedy(url: str, words: str) -> None:
    with pytest.raises(DatabaseUnavailableError, match=words) as caught:
        open_engine(url)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("below", ["", "deep/er/"])
def test_a_file_in_the_place_of_the_folder_is_named(below: str, tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.touch()
    with pytest.raises(DatabaseUnavailableError, match=r"letter\.txt is a file; set LACHAN_DATA_DIR"):
        open_engine(f"sqlite:///{file}/{below}lachan.sqlite")


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "lachan.sqlite"
    path.write_bytes(b"this is a letter, not a database" * 100)
    with pytest.raises(DatabaseUnavailableError, match=r"lachan\.sqlite.*not SQLite's"):
        open_engine(f"sqlite:///{path}")


def test_a_lost_server_is_named_and_found_again(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no server")
    with engine.connect() as connection:
        pid = connection.execute(text("SELECT pg_backend_pid()")).scalar()
        with engine.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        with pytest.raises(DatabaseUnavailableError, match="check that the server runs"):
            connection.execute(text("SELECT 1"))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT 1")).scalar() == 1


def test_a_database_locked_for_too_long_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.db.BUSY_SECONDS", 0)
    url = tmp_path / "lachan.sqlite"
    holder = sqlite3.connect(url)
    engine = open_engine(f"sqlite:///{url}")
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(DatabaseUnavailableError, match="another program"):
        probe(engine)
    holder.close()
    engine.dispose()


def test_a_full_disk_is_named(sqlite_engine: Engine) -> None:
    with sqlite_engine.connect() as connection:
        connection.execute(text("PRAGMA max_page_count = 1"))  # SQLite's own way of running out
        with pytest.raises(DatabaseUnavailableError, match="free some space"):
            connection.execute(text("CREATE TABLE big AS SELECT randomblob(1000000)"))


@pytest.mark.slow
def test_a_killed_writer_leaves_the_database_whole(sqlite_engine: Engine, sqlite_url: str) -> None:
    path = str(Path(__file__).with_name("audit_writer.py"))
    for delay in (0.05, 0.15, 0.25):
        with subprocess.Popen([sys.executable, path, sqlite_url, "one", "100000"]) as writer:
            deadline = time.monotonic() + 30
            before = entries(sqlite_engine)
            while entries(sqlite_engine) == before and time.monotonic() < deadline:
                time.sleep(0.02)
            time.sleep(delay)
            writer.kill()
    with sqlite_engine.connect() as connection:
        assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"


def entries(engine: Engine) -> int:
    with read_session(engine) as session:
        return int(session.execute(text("SELECT count(*) FROM audit_entry")).scalar_one())
