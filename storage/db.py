"""Opens the database, SQLite or PostgreSQL, so that both behave alike; every failure to reach it has one name."""

import json
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, Connection, ExceptionContext, make_url
from sqlalchemy.exc import ArgumentError, InterfaceError, OperationalError
from sqlmodel import Session

import storage.search  # noqa: F401  (its listeners keep what cases are found by up to date)
from storage.errors import DatabaseGoneError, DatabaseUnavailableError
from storage.migrations import HEAD
from storage.models.columns import clean_json
from storage.schema import check_schema, migrate, read_revision
from storage.witness import attach_witness
from storage.write_protected import connect_protected, is_write_protected

__all__ = ["check_schema", "describe_url", "migrate", "open_engine", "probe", "read_session", "write_session"]

BUSY_SECONDS = 60
_DIALECTS = "use `sqlite:///folder/lachan.sqlite` or `postgresql+psycopg://user@host/name`"
_DIALECTS_VI = "dùng `sqlite:///thư-mục/lachan.sqlite` hoặc `postgresql+psycopg://user@host/name`"
_READING = "lachan_reading"


def open_engine(url: str, witness: Path | None = None, *, make: bool = True) -> Engine:
    """Opens the database under ``url`` and proves that it answers.

    SQLite: file and parent folder are made (with ``make=False`` neither: a missing file is an error, and one that may
    not be written is opened for reading alone), WAL with synchronous=FULL, foreign keys on, and every transaction takes
    the write lock at its start, so that one that reads and then writes waits for others instead of failing.
    PostgreSQL: psycopg 3. From then on a lost, full, locked or unreadable database raises DatabaseUnavailableError
    from any statement.

    ``witness``: the file in which each new head of the audit log is noted (storage/witness.py).
    Raises DatabaseUnavailableError with the remedy.
    """
    parsed = parse_url(url)
    if not make:
        _require_file(parsed)
    engine = _build_protected(parsed) if not make and _is_protected(parsed) else _build_engine(parsed)
    if witness is not None:
        attach_witness(engine, witness)
    event.listen(engine, "handle_error", _name_failure)
    with engine.connect():
        return engine


def write_session(engine: Engine) -> Session:
    """A session for work that may write; the caller commits. Objects stay readable after the commit."""
    return Session(engine, expire_on_commit=False)


def read_session(engine: Engine) -> Session:
    """A session that cannot write, and that neither waits for writers nor makes them wait."""
    return Session(engine.execution_options(**{_READING: True}), expire_on_commit=False)


@dataclass(frozen=True, slots=True)
class DatabaseProbe:
    """What a look at the database found. ``free_bytes``: left on SQLite's disk, None elsewhere."""

    where: str
    version: str
    writable: bool
    revision: str  # "" where there are no tables
    current: bool  # the tables are what this program expects
    free_bytes: int | None = None


def probe(engine: Engine) -> DatabaseProbe:
    """Looks at the database without changing it. Raises DatabaseUnavailableError where it does not answer."""
    sqlite, database = engine.dialect.name == "sqlite", engine.url.database
    with engine.connect() as connection:  # on SQLite the transaction itself takes the write lock
        version = ".".join(str(part) for part in connection.dialect.server_version_info or ())
        writable = sqlite or not connection.exec_driver_sql("SELECT pg_is_in_recovery()").scalar()
        connection.rollback()
    revision = read_revision(engine)
    return DatabaseProbe(
        where=describe_url(engine.url),
        version=f"{'SQLite' if sqlite else 'PostgreSQL'} {version}",
        writable=writable,
        revision=revision,
        current=revision == HEAD,
        free_bytes=shutil.disk_usage(Path(database).parent).free if sqlite and database else None,
    )


def describe_url(url: URL) -> str:
    """The database's URL without its password."""
    return url.render_as_string(hide_password=True)


def parse_url(url: str) -> URL:
    """The parts of a database's URL. Raises DatabaseUnavailableError for what is none or of another kind."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        # The text may hold a password: it is not repeated.
        raise DatabaseUnavailableError(
            f"the database setting is not a URL; {_DIALECTS}", f"thiết đặt cơ sở dữ liệu không phải URL; {_DIALECTS_VI}"
        ) from error
    if parsed.drivername in {"postgres", "postgresql"}:
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername not in {"sqlite", "sqlite+pysqlite", "postgresql+psycopg"}:
        raise DatabaseUnavailableError(
            f"`{parsed.drivername}` databases are not supported; {_DIALECTS}",
            f"không hỗ trợ cơ sở dữ liệu `{parsed.drivername}`; {_DIALECTS_VI}",
        )
    return parsed


def _build_engine(url: URL) -> Engine:
    if url.get_backend_name() == "sqlite":
        _make_folder(url)
        engine = create_engine(url, json_serializer=_dump_json, connect_args={"timeout": BUSY_SECONDS})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = create_engine(
        url, json_serializer=_dump_json, pool_pre_ping=True, connect_args={**_POSTGRES_ARGUMENTS, **url.query}
    )
    event.listen(engine, "begin", _begin_postgres)
    return engine


def _is_protected(url: URL) -> bool:
    return url.get_backend_name() == "sqlite" and bool(url.database) and is_write_protected(Path(str(url.database)))


def _build_protected(url: URL) -> Engine:
    """Nothing is prepared: each of those pragmas writes, or concerns writing."""
    engine = create_engine(url, creator=lambda: connect_protected(Path(str(url.database))))
    event.listen(engine, "connect", _leave_transactions_to_us)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


# A vanished server is noticed within half a minute instead of after the kernel's two hours.
_POSTGRES_ARGUMENTS = {
    "connect_timeout": 10,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
    "application_name": "lachan",
    "options": f"-c lock_timeout={BUSY_SECONDS}s -c timezone=UTC",
}


def _require_file(url: URL) -> None:
    """Whoever only reads a database leaves no trace of having looked for it."""
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return
    file = Path(url.database).absolute()
    if not file.exists():
        raise DatabaseUnavailableError(
            f"there is no database at {file} yet; a sweep or `make setup` makes it, LACHAN_DATA_DIR names another",
            f"chưa có cơ sở dữ liệu ở {file}; một lượt quét hoặc `make setup` sẽ tạo, LACHAN_DATA_DIR chỉ nơi khác",
        )


def _make_folder(url: URL) -> None:
    if not url.database or url.database == ":memory:":
        return
    folder = Path(url.database).absolute().parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        file = next((part for part in (folder, *folder.parents) if part.exists()), folder)
        raise DatabaseUnavailableError(
            f"the database's folder {folder} cannot be made: {file} is a file; set LACHAN_DATA_DIR to a folder",
            f"không tạo được thư mục cơ sở dữ liệu {folder}: {file} là một tệp; đặt LACHAN_DATA_DIR là một thư mục",
        ) from error
    except OSError as error:
        raise DatabaseUnavailableError(
            f"the database's folder {folder} cannot be made ({error.strerror}); make it, or set LACHAN_DATA_DIR",
            f"không tạo được thư mục cơ sở dữ liệu {folder} ({error.strerror}); hãy tạo, hoặc đặt LACHAN_DATA_DIR",
        ) from error


def _leave_transactions_to_us(connection: sqlite3.Connection, record: object) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself: _begin_sqlite does


def _prepare_sqlite(connection: sqlite3.Connection, record: object) -> None:
    _leave_transactions_to_us(connection, record)
    connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_sqlite(connection: Connection) -> None:
    reading = bool(connection.get_execution_options().get(_READING))
    connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if reading else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _begin_postgres(connection: Connection) -> None:
    if connection.get_execution_options().get(_READING):
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")


def _dump_json(value: Any) -> str:
    """JSON that both databases keep; NaN and infinity are refused (ValueError)."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    if "\\u0000" in text or not _encodable(text):
        text = json.dumps(clean_json(value), ensure_ascii=False, allow_nan=False)
    return text


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _name_failure(context: ExceptionContext) -> None:
    """Turns the drivers' many words for «it is not there» into one error with its remedy."""
    if context.is_pre_ping:
        return
    error, reason = context.original_exception, str(context.original_exception).strip()
    remedy = _sqlite_remedy(reason) if context.dialect.name == "sqlite" else _postgres_remedy(context)
    if remedy:
        where = describe_url(context.engine.url) if context.engine else "the database"
        kind = DatabaseGoneError if remedy in _PASSING else DatabaseUnavailableError
        said = f"{where}: {reason.splitlines()[0]}"
        raise kind(f"{said}; {remedy[0]}", f"{said}; {remedy[1]}") from error


Words = tuple[str, str]  # English, Vietnamese

_HELD: Words = (
    f"another program has held it for over {BUSY_SECONDS} s: end that program and try again",
    f"chương trình khác đã giữ nó hơn {BUSY_SECONDS} giây: tắt chương trình đó rồi thử lại",
)
_LOST: Words = (
    "check that the server runs and that LACHAN_DATABASE_URL names it, its user and its password",
    "xem máy chủ có chạy không, và LACHAN_DATABASE_URL có nêu đúng máy, người dùng, mật khẩu không",
)
_PASSING = frozenset({_HELD, _LOST})
_ROOM: Words = (
    "the server is out of room: free disk or raise max_connections",
    "máy chủ hết chỗ: dọn đĩa hoặc tăng max_connections",
)
_SQLITE_REMEDIES: dict[str, Words] = {
    "unable to open database file": (
        "check that the folder exists and may be written, or copy it to where you may write and set LACHAN_DATA_DIR",
        "xem thư mục có đó và ghi được không, hoặc chép nó sang nơi ghi được rồi đặt LACHAN_DATA_DIR",
    ),
    "readonly database": (
        "make the file and its folder writable for this user, or copy the folder and set LACHAN_DATA_DIR to the copy",
        "cho người dùng này ghi vào tệp và thư mục của nó, hoặc chép thư mục rồi đặt LACHAN_DATA_DIR là bản sao",
    ),
    "database or disk is full": ("free some space on that disk", "dọn bớt đĩa đó"),
    "disk i/o error": ("check that disk and its free space", "xem lại đĩa đó và chỗ trống"),
    "is not a database": (
        "that file is not SQLite's: move it away or set LACHAN_DATABASE_URL",
        "tệp đó không phải của SQLite: dời đi hoặc đặt LACHAN_DATABASE_URL",
    ),
    "malformed": (
        "the file is damaged: restore a copy, or rescue it with `sqlite3 FILE .recover`",
        "tệp bị hỏng: khôi phục bản sao, hoặc cứu bằng `sqlite3 TỆP .recover`",
    ),
    "database is locked": _HELD,
}


def _sqlite_remedy(reason: str) -> Words | None:
    lowered = reason.lower()
    return next((remedy for words, remedy in _SQLITE_REMEDIES.items() if words in lowered), None)


def _postgres_remedy(context: ExceptionContext) -> Words | None:
    connecting = context.connection is None and isinstance(context.sqlalchemy_exception, OperationalError)
    lost = context.is_disconnect or isinstance(context.sqlalchemy_exception, InterfaceError)
    state = getattr(context.original_exception, "sqlstate", None) or ""
    if state.startswith("53"):  # out of disk, memory or connections
        return _ROOM
    if state == "55P03":
        return _HELD
    if connecting or lost or state.startswith("57P"):
        return _LOST
    return None
