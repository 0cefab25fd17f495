"""Reads a SQLite file where nothing may be written: a copy on a read-only medium, another user's folder."""

import os
import sqlite3
from pathlib import Path


def is_write_protected(file: Path) -> bool:
    """Whether the file is there and it, or its folder, may not be written by this user."""
    return file.exists() and not (os.access(file, os.W_OK) and os.access(file.parent, os.W_OK))


def connect_protected(file: Path) -> sqlite3.Connection:
    """A connection that only reads. Without a write-ahead log beside it, or with an empty one, the file is whole in
    itself, and is taken for one that nobody changes meanwhile: SQLite would want to make its shared memory there. With
    a log that holds something, both must be there.

    Raises sqlite3.OperationalError.
    """
    log = file.with_name(file.name + "-wal")
    alone = "&immutable=1" if not (log.exists() and log.stat().st_size) else ""
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro{alone}", uri=True, check_same_thread=False)
