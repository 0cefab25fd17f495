"""Loads the brands to protect: who they are, their official domains, and how sure we are of each."""

import tomllib
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from seeds.model import SeedDataError, fits
from seeds.target import UnusableTargetError, ascii_host

FOLDER = Path(__file__).parent
REQUIRED = ("id", "type", "name_vi", "domain_confirmed", "domain_source")


@dataclass(frozen=True, slots=True)
class ProtectedBrand:
    """One brand. ``domain_confirmed``: its official domains were seen in a source, ``domain_source`` says which."""

    id: str
    type: str
    name_vi: str
    domain_confirmed: bool
    domain_source: str
    short_names: tuple[str, ...] = ()
    official_domains: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    login_hosts: tuple[str, ...] = ()
    android_packages: tuple[str, ...] = ()
    ios_app_ids: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    bank_code: str = ""
    napas_bin: str = ""
    bin_source: str = ""
    swift: str = ""
    hotline: str = ""
    token_rule: str = ""


@lru_cache(maxsize=4)
def load_brands(path: Path = FOLDER / "brands.toml") -> tuple[ProtectedBrand, ...]:
    """Every [[brand]] of the file. Raises SeedDataError, which names the file and every brand at fault."""
    try:
        tables = tomllib.loads(path.read_text("utf-8")).get("brand", [])
    except (OSError, ValueError, RecursionError) as error:
        raise SeedDataError(f"{path}: {error}; restore the file from the release, or correct that place") from error
    if not isinstance(tables, list) or not tables or not all(isinstance(table, dict) for table in tables):
        raise SeedDataError(f"{path}: holds no [[brand]] tables; restore the file from the release")
    brands: dict[str, ProtectedBrand] = {}
    faults = []
    for number, table in enumerate(tables, start=1):
        try:
            brand = read_brand(path, number, table)
            if brands.setdefault(brand.id, brand) is not brand:
                raise SeedDataError(f"{path}: brand {number} ({brand.id}) has an id that is taken; give it its own")
        except SeedDataError as error:
            faults.append(str(error))
    if faults:
        raise SeedDataError("\n".join(faults))
    return tuple(brands.values())


def read_brand(path: Path, number: int, table: dict[str, Any]) -> ProtectedBrand:
    """One table as a brand; unknown or missing keys are errors."""
    where = f"{path}: brand {number} ({table.get('id', 'no id')})"
    if missing := [name for name in REQUIRED if name not in table]:
        raise SeedDataError(f"{where} lacks {', '.join(missing)}; add them")
    known = {entry.name: entry.type for entry in fields(ProtectedBrand)}
    if unknown := sorted(set(table) - set(known)):
        raise SeedDataError(f"{where} has unknown keys {', '.join(unknown)}; correct or remove them")
    if wrong := [name for name, value in table.items() if not fits(value, known[name])]:
        raise SeedDataError(f"{where}: {', '.join(wrong)} holds another kind of value; see the other brands")
    for host in (*table.get("official_domains", ()), *table.get("login_hosts", ())):
        check_host(where, host)
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in table.items()}
    return ProtectedBrand(**values)


def check_host(where: str, host: str) -> None:
    """Raises SeedDataError unless ``host`` is a full host name as registries write it."""
    try:
        plain = ascii_host(host)
    except UnusableTargetError as error:
        raise SeedDataError(f"{where}: «{host[:80]}»: {error}; {error.remedy}") from error
    if plain != host:
        raise SeedDataError(f"{where}: «{host[:80]}» is not in its plain form; write {plain}")
