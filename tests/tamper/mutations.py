"""Random harm to the store and the database, from a clumsy hand to one that corrects every digest it can reach."""

import hashlib
import json
import random
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.crawler.evidence.mutation import mutate
from tests.tamper.archive import Archive
from tests.tamper.logbook import entries_of, write_log

# Columns that are evidence. Left out: where a row lies, and what intake and time-stamping are free to write later.
POINTERS = {
    "observation": {"id", "target_id"},
    "observation_file": {"id", "observation_id"},
    "assessment": {"id", "target_id", "taken_in_at"},
    "domain_record": {"id"},
    "audit_entry": set[str](),
}
SWAPPED = (
    ("observation_file", "digest"),
    ("observation", "final_url"),
    ("observation", "manifest_digest"),
    ("assessment", "assessed_at"),
    ("domain_record", "raw"),
    ("audit_entry", "detail"),
)
DATES = {
    "observation": "observed_at",
    "assessment": "assessed_at",
    "domain_record": "looked_up_at",
    "audit_entry": "at",
}


@dataclass(frozen=True, slots=True)
class Harm:
    """One kind of harm. ``do`` says in words what it did, "" where it found nothing to harm."""

    kind: str
    do: Callable[[Archive, random.Random], str]


def artifacts(archive: Archive) -> list[Path]:
    return sorted(path for path in archive.artifacts.rglob("*") if path.is_file())


def write(path: Path, data: bytes) -> None:
    path.chmod(0o600)
    path.write_bytes(data)


def put(archive: Archive, data: bytes) -> str:
    digest = hashlib.sha256(data).hexdigest()
    path = archive.artifacts / digest[:2] / digest[2:4] / digest
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.write_bytes(data)
    return digest


def get(archive: Archive, digest: str) -> bytes:
    return (archive.artifacts / digest[:2] / digest[2:4] / digest).read_bytes()


# -- the store


def edit_bytes(archive: Archive, chance: random.Random) -> str:
    path = chance.choice(artifacts(archive))
    write(path, mutate(path.read_bytes(), chance))
    return f"bytes of {path.name[:12]} changed"


def delete_bytes(archive: Archive, chance: random.Random) -> str:
    path = chance.choice(artifacts(archive))
    path.unlink()
    return f"{path.name[:12]} deleted"


def truncate_bytes(archive: Archive, chance: random.Random) -> str:
    path = chance.choice(artifacts(archive))
    data = path.read_bytes()
    write(path, data[: chance.randrange(len(data))])
    return f"{path.name[:12]} cut"


def add_bytes(archive: Archive, chance: random.Random) -> str:
    name = chance.choice(["note.txt", ".hidden", "ab/cd/evil.html", f"ab/{chance.randbytes(32).hex()}", ".x.partial"])
    path = archive.artifacts / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(chance.randbytes(20))
    return f"foreign file {name}"


def swap_bytes(archive: Archive, chance: random.Random) -> str:
    one, other = chance.sample(artifacts(archive), 2)
    first, second = one.read_bytes(), other.read_bytes()
    write(one, second)
    write(other, first)
    return f"{one.name[:12]} and {other.name[:12]} swapped"


# -- the database


def pick(database: sqlite3.Connection, table: str, chance: random.Random) -> dict[str, Any]:
    cursor = database.execute(f"SELECT rowid AS place, * FROM {table}")
    names = [column[0] for column in cursor.description]
    return dict(zip(names, chance.choice(cursor.fetchall()), strict=True))


def update(database: sqlite3.Connection, table: str, place: int, **values: Any) -> None:
    words = ", ".join(f"{name} = ?" for name in values)
    database.execute(f"UPDATE {table} SET {words} WHERE rowid = ?", (*values.values(), place))


def other_value(value: Any, chance: random.Random) -> Any:
    if isinstance(value, int):
        return value + chance.randrange(1, 9)
    if isinstance(value, float):
        return value + 1.25
    if value is None:
        return 7
    if isinstance(value, str) and value[:1] in "[{" and value:
        document = json.loads(value)
        if isinstance(document, dict):
            keys = sorted(document.keys() - {"audit_sequence", "stamp_sequence"})  # where to look first: no evidence
            if not keys:
                return json.dumps({**document, "x": 1})
            document[chance.choice(keys)] = "other"
            return json.dumps(document)
        return json.dumps([*document, {"rule": "planted"}])
    return chance.choice([f"{value}x", value[: len(value) // 2] if value else "x", "2020-01-01 00:00:00.000000"])


def edit_row(archive: Archive, chance: random.Random) -> str:
    with archive.database() as database:
        table = chance.choice(sorted(POINTERS))
        row = pick(database, table, chance)
        column = chance.choice(sorted(row.keys() - POINTERS[table] - {"place"}))
        changed = other_value(row[column], chance)
        if changed == row[column]:
            return ""
        try:
            update(database, table, row["place"], **{column: changed})
        except sqlite3.IntegrityError:  # the table's own rules forbid it
            return ""
        return f"{table}.{column} of row {row['place']}: {str(row[column])[:30]!r} -> {str(changed)[:30]!r}"


def redate_row(archive: Archive, chance: random.Random) -> str:
    with archive.database() as database:
        table = chance.choice(sorted(DATES))
        row = pick(database, table, chance)
        year = str(int(row[DATES[table]][:4]) - chance.randrange(1, 5))
        update(database, table, row["place"], **{DATES[table]: year + row[DATES[table]][4:]})
        return f"{table} row {row['place']} re-dated to {year}"


def delete_row(archive: Archive, chance: random.Random) -> str:
    with archive.database() as database:
        table = chance.choice(sorted(POINTERS))
        row = pick(database, table, chance)
        if table == "observation" and chance.random() < 0.5:
            database.execute("DELETE FROM observation_file WHERE observation_id = ?", (row["id"],))
        database.execute(f"DELETE FROM {table} WHERE rowid = ?", (row["place"],))
        return f"{table} row {row['place']} deleted"


def add_row(archive: Archive, chance: random.Random) -> str:
    with archive.database() as database:
        table = chance.choice(["observation", "observation_file", "assessment", "audit_entry"])
        row = pick(database, table, chance)
        del row["place"]
        if table == "audit_entry":
            row |= {"sequence": 900 + chance.randrange(99), "previous": chance.randbytes(32).hex()}
            row["digest"] = chance.randbytes(32).hex()
        elif table == "observation_file":
            row |= {"id": 900, "name": chance.choice(["dns2.json", "extra.html", "../x", "tls.json "])}
        else:
            row["id"] = 900
        names = ", ".join(row)
        marks = ", ".join("?" * len(row))
        database.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(row.values()))
        return f"a row planted in {table}"


def swap_rows(archive: Archive, chance: random.Random) -> str:
    with archive.database() as database:
        table, column = chance.choice(SWAPPED)
        one, other = pick(database, table, chance), pick(database, table, chance)
        if one[column] == other[column]:
            return ""
        update(database, table, one["place"], **{column: other[column]})
        update(database, table, other["place"], **{column: one[column]})
        return f"{table}.{column} of rows {one['place']} and {other['place']} swapped"


def reorder_log(archive: Archive, chance: random.Random) -> str:
    with archive.database() as database:
        one, other = pick(database, "audit_entry", chance), pick(database, "audit_entry", chance)
        if one["sequence"] == other["sequence"]:
            return ""
        for sequence, place in ((one["sequence"], -1), (other["sequence"], one["sequence"]), (-1, other["sequence"])):
            database.execute("UPDATE audit_entry SET sequence = ? WHERE sequence = ?", (place, sequence))
        return f"entries {one['sequence']} and {other['sequence']} changed places"


def cut_tail(archive: Archive, chance: random.Random) -> str:
    """The newest entries gone, with or without the rows that they speak of."""
    with archive.database() as database:
        entries = entries_of(database)
        number = chance.randrange(1, len(entries) + 1)
        cut = entries[-number:]
        database.execute("DELETE FROM audit_entry WHERE sequence >= ?", (cut[0]["sequence"],))
        consistent = chance.random() < 0.6
        for entry in cut if consistent else ():
            kind, _, row = entry["subject"].partition(":")
            if kind == "observation":
                database.execute("DELETE FROM observation_file WHERE observation_id = ?", (row,))
            if kind in {"observation", "assessment"}:
                database.execute(f"DELETE FROM {kind} WHERE id = ?", (row,))
        return f"the newest {number} entries cut{', with their rows' if consistent else ''}"


def rewrite_log(archive: Archive, chance: random.Random) -> str:
    """One entry changed, left out or put in, and every digest after it made right."""
    with archive.database() as database:
        entries = entries_of(database)
        at = chance.randrange(len(entries))
        way = chance.choice(["actor", "at", "left out", "put in"])
        if way == "actor":
            entries[at]["actor"] = "somebody else"
        elif way == "at":
            entries[at]["at"] = "2020-01-01T00:00:00.000000Z"
        elif way == "left out":
            del entries[at]
        else:
            entries.insert(at, {**entries[at], "subject": "case:99", "action": "case.dismissed", "detail": {}})
        write_log(database, entries)
        return f"log written anew: entry {at + 1} {way}"


def redigest(archive: Archive, chance: random.Random) -> str:
    """A file's content replaced under its right digest; row, manifest and log corrected, each deeper than the last."""
    depth = chance.choice(["row", "manifest", "log"])
    with archive.database() as database:
        file = pick(database, "observation_file", chance)
        data = get(archive, file["digest"])
        if file["name"] == "visit.json" and chance.random() < 0.7:
            recipe = json.loads(data)
            recipe[chance.choice(["started_at", "finished_at", "sealed_at"])] = "2026-01-01T00:00:00.000000Z"
            changed = (json.dumps(recipe, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()
        else:
            changed = mutate(data, chance)
        digest = put(archive, changed)
        update(database, "observation_file", file["place"], digest=digest, size=len(changed))
        if depth != "row":
            _correct_manifest(archive, database, file, digest, log=depth == "log")
        return f"{file['name']} of visit {file['observation_id']} re-digested as deep as its {depth}"


def _correct_manifest(
    archive: Archive, database: sqlite3.Connection, file: dict[str, Any], digest: str, *, log: bool
) -> None:
    number = file["observation_id"]
    (old,) = database.execute("SELECT manifest_digest FROM observation WHERE id = ?", (number,)).fetchone()
    new = put(archive, get(archive, old).replace(file["digest"].encode(), digest.encode()))
    database.execute("UPDATE observation SET manifest_digest = ? WHERE id = ?", (new, number))
    if log:
        entries = json.loads(json.dumps(entries_of(database)).replace(old, new))
        write_log(database, entries)


HARMS = (
    Harm("edit", edit_bytes),
    Harm("edit", edit_row),
    Harm("delete", delete_bytes),
    Harm("delete", delete_row),
    Harm("add", add_bytes),
    Harm("add", add_row),
    Harm("re-digest", redigest),
    Harm("re-digest", rewrite_log),
    Harm("re-date", redate_row),
    Harm("truncate", truncate_bytes),
    Harm("swap", swap_bytes),
    Harm("swap", swap_rows),
    Harm("reorder", reorder_log),
    Harm("cut tail", cut_tail),
)
