"""The audit log as its forger reads and writes it: the canonical form is public, every digest can be made anew."""

import hashlib
import json
import sqlite3
from collections.abc import Sequence
from typing import Any

FIELDS = ("sequence", "at", "actor", "action", "subject", "detail", "previous")


def chain(entries: Sequence[dict[str, Any]], *, previous: str, first: int) -> list[dict[str, Any]]:
    """The entries in a row, each sealing the one before it."""
    done = []
    for sequence, entry in enumerate(entries, first):
        fields = {name: entry[name] for name in FIELDS} | {"sequence": sequence, "previous": previous}
        canonical = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        previous = hashlib.sha256(canonical).hexdigest()
        done.append({**fields, "digest": previous})
    return done


def entries_of(database: sqlite3.Connection) -> list[dict[str, Any]]:
    """Every entry, its time in the form that its digest covers."""
    cursor = database.execute(f"SELECT {', '.join(FIELDS)} FROM audit_entry ORDER BY sequence")
    rows = [dict(zip(FIELDS, row, strict=True)) for row in cursor]
    return [{**row, "at": row["at"].replace(" ", "T")[:26] + "Z", "detail": json.loads(row["detail"])} for row in rows]


def write_log(database: sqlite3.Connection, entries: Sequence[dict[str, Any]]) -> None:
    """The whole log anew."""
    database.execute("DELETE FROM audit_entry")
    for entry in chain(entries, previous="0" * 64, first=1):
        at = entry["at"].replace("T", " ").removesuffix("Z")
        values = {**entry, "at": at, "detail": json.dumps(entry["detail"], ensure_ascii=False)}
        marks = ", ".join("?" * len(values))
        database.execute(f"INSERT INTO audit_entry ({', '.join(values)}) VALUES ({marks})", tuple(values.values()))
