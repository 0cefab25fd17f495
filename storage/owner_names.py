"""Owners' names as registries gave them: sealed beside the raw answers, markers in the facts, one keyed mark each."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from storage.artifacts import ArtifactStore
from storage.models import DomainRecord, OwnerKey
from storage.sealed_answers import read_answer
from storage.vault import DataKey, Vault

SERVICE = "owner"  # under which the names lie among a record's answers
FIELD = "registrant"
KIND = "registrant_kind"
SEALED, ERASED = "sealed", "erased"
ORGANISATION, UNKNOWN = "organisation", "unknown"
_MARKS_LOCK = 0x6C61_6368_616E_05
_MARKER = re.compile(rf"\[({SEALED}|{ERASED}):({ORGANISATION}|{UNKNOWN}):(\d{{1,3}})\]", re.ASCII)


@dataclass(frozen=True, slots=True)
class Marker:
    """What stands in place of a name. ``kind``: organisation | unknown; equal names of one record have one number."""

    state: str  # sealed | erased
    kind: str
    number: int

    def __str__(self) -> str:
        return f"[{self.state}:{self.kind}:{self.number}]"


def read_marker(value: object) -> Marker | None:
    """None for what is no marker."""
    found = _MARKER.fullmatch(value) if isinstance(value, str) else None
    return Marker(found[1], found[2], int(found[3])) if found else None


def take_names(facts: Mapping[str, Any], state: str = SEALED) -> tuple[dict[str, Any], bytes]:
    """Pure: facts with a marker in place of every owner's name, and the names as JSON; b"" where none is readable."""
    numbers: dict[str, int] = {}
    kind = ORGANISATION if facts.get(KIND) == ORGANISATION else UNKNOWN

    def marker(name: str) -> str:
        return str(Marker(state, kind, numbers.setdefault(comparable_name(name), len(numbers) + 1)))

    kept, names = dict(facts), dict[str, Any]()
    if _is_name(name := facts.get(FIELD)):
        names[FIELD], kept[FIELD] = name, marker(str(name))
    stated = list(facts.get("statements") or ())
    for place, entry in enumerate(stated):
        if isinstance(entry, Mapping) and entry.get("field") == FIELD and _is_name(name := entry.get("value")):
            names[str(place)] = name
            stated[place] = {**entry, "value": marker(str(name))}
    if not names:
        return dict(facts), b""
    return {**kept, "statements": stated}, json.dumps(names, ensure_ascii=False).encode("utf-8", "replace")


def put_names(facts: Mapping[str, Any], names: bytes) -> dict[str, Any]:
    """Pure: ``take_names`` undone."""
    told: dict[str, Any] = json.loads(names)
    stated = [
        {**entry, "value": told[str(place)]} if str(place) in told else entry
        for place, entry in enumerate(facts.get("statements") or ())
    ]
    return {**facts, "statements": stated} | ({FIELD: told[FIELD]} if FIELD in told else {})


def named_facts(store: ArtifactStore, vault: Vault | None, record: DomainRecord) -> dict[str, Any]:
    """The record's facts with the names in them. Raises VaultError where they were erased or the key is not there,
    and what ``ArtifactStore.get`` raises."""
    if SERVICE not in record.sealed:
        return dict(record.facts)
    return put_names(record.facts, read_answer(store, vault, record, SERVICE))


def nameless(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Pure: the facts as if no owner had been named."""
    stated = [e for e in facts.get("statements") or () if not (isinstance(e, Mapping) and e.get("field") == FIELD)]
    return {**facts, FIELD: "", "statements": stated}


def owner_mark(session: Session, vault: Vault, name: str) -> str:
    """By which one owner's domains are known again: a digest that nobody without the key can compare with a guess; ""
    for no name. One key for all marks, made at the first, wrapped by the operator's. Raises VaultError."""
    compared = comparable_name(name)
    return _owner_key(session, vault).blind(compared) if compared else ""


def comparable_name(name: str) -> str:
    """A name without regard to case, blanks, commas and full stops."""
    return " ".join(name.casefold().replace(",", " ").replace(".", " ").split())


def _is_name(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and read_marker(value) is None


def _owner_key(session: Session, vault: Vault) -> DataKey:
    if (row := session.get(OwnerKey, 1)) is None:
        if session.connection().dialect.name == "postgresql":  # SQLite has one writer only
            session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MARKS_LOCK})
        row = session.get(OwnerKey, 1)
    if row is None:
        key = vault.new_data_key()
        operator_key, wrapped = vault.wrap(key)
        session.add(OwnerKey(id=1, key_id=operator_key, wrapped_key=wrapped))
        session.flush()
        return key
    return owner_key(vault, row)


def owner_key(vault: Vault, row: OwnerKey) -> DataKey:
    """The key of all marks. Raises VaultError."""
    return vault.unwrap(row.key_id, row.wrapped_key)
