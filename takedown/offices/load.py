"""Loads the files of legal bases, agencies and signers, and names file and entry of whatever is wrong."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from takedown.errors import OfficeDataError
from takedown.offices.model import Act, Agency, LegalBasis, Offices, Row, Signer

FOLDER = Path(__file__).parent
_FILES = {"legal_bases.toml": LegalBasis, "agencies.toml": Agency, "signers.toml": Signer}


@lru_cache(maxsize=4)
def load_offices(folder: Path = FOLDER) -> Offices:
    """Every row that ships. Raises OfficeDataError naming file, entry and remedy."""
    offices = Offices(
        legal=_read(folder / "legal_bases.toml", LegalBasis),
        agencies=_read(folder / "agencies.toml", Agency),
        signers=_read(folder / "signers.toml", Signer),
    )
    known = {signer.id for signer in offices.signers}
    for agency in offices.agencies:
        if agency.signer not in known:
            raise OfficeDataError(f"{folder / 'agencies.toml'}: {agency.id}: no signer `{agency.signer}`; add it")
    return offices


def _read(path: Path, kind: type[Row]) -> tuple[Row, ...]:
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise OfficeDataError(f"{path}: {error}; correct that place") from error
    rows = []
    for number, table in enumerate(tables.get("row", ()), start=1):
        rows.append(build_row(kind, table, f"{path}: row {number} ({table.get('id', 'without id')})"))
    if not rows:
        raise OfficeDataError(f"{path}: holds no [[row]]; restore the file from the release")
    return tuple(rows)


def build_row(kind: type[Row], table: Mapping[str, Any], where: str) -> Row:
    """One checked row. Raises OfficeDataError that begins with ``where``."""
    known = {entry.name: entry for entry in fields(kind)}
    if unknown := sorted(set(table) - set(known)):
        raise OfficeDataError(f"{where}: unknown keys {', '.join(unknown)}; use {', '.join(known)}")
    if missing := [name for name, entry in known.items() if entry.default is MISSING and name not in table]:
        raise OfficeDataError(f"{where}: lacks {', '.join(missing)}; add them")
    values: dict[str, Any] = {name: _value(name, value, where) for name, value in table.items()}
    for act in (*values.get("acts", ()), *((values["act"],) if "act" in values else ())):
        if act not in set(Act):
            raise OfficeDataError(f"{where}: unknown act `{act}`; use {', '.join(Act)}")
    if values.get("confirmed") and not (values.get("last_verified") and values.get("verified_by")):
        raise OfficeDataError(f"{where}: is confirmed, but not when and by whom; fill in last_verified, verified_by")
    begins, ends = values["valid_from"], values.get("valid_to")
    if ends is not None and ends < begins:
        raise OfficeDataError(f"{where}: valid_to is before valid_from; correct them")
    build: Callable[..., Row] = kind
    return build(**values)


def _value(name: str, value: Any, where: str) -> Any:
    if name in {"valid_from", "valid_to"}:
        if isinstance(value, str):
            try:
                return date.fromisoformat(value)
            except ValueError as error:
                raise OfficeDataError(f"{where}: {name} is no day; write 2026-07-01") from error
        if not isinstance(value, date):
            raise OfficeDataError(f"{where}: {name} is no day; write 2026-07-01")
        return value
    if isinstance(value, list):
        return tuple(str(entry) for entry in value)
    return str(value) if name == "last_verified" else value
