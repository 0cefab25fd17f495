"""Loads the brands to protect: who they are, their official domains, and how sure we are of each."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from seeds.model import SeedDataError

FOLDER = Path(__file__).parent
LISTS = frozenset(
    {"short_names", "official_domains", "keywords", "login_hosts", "android_packages", "ios_app_ids", "notes"}
)
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
    """Every [[brand]] of the file. Raises SeedDataError, which names the file and the brand."""
    try:
        tables = tomllib.loads(path.read_text("utf-8")).get("brand", [])
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise SeedDataError(f"{path}: {error}; restore the file from the release, or correct that place") from error
    brands = tuple(read_brand(path, number, table) for number, table in enumerate(tables, start=1))
    ids = [brand.id for brand in brands]
    if repeated := sorted({name for name in ids if ids.count(name) > 1}):
        raise SeedDataError(f"{path}: brand ids used twice: {', '.join(repeated)}; give each its own")
    return brands


def read_brand(path: Path, number: int, table: dict[str, Any]) -> ProtectedBrand:
    """One table as a brand; unknown or missing keys are errors."""
    where = f"{path}: brand {number} ({table.get('id', 'no id')})"
    if missing := [name for name in REQUIRED if name not in table]:
        raise SeedDataError(f"{where} lacks {', '.join(missing)}; add them")
    if unknown := sorted(set(table) - set(ProtectedBrand.__dataclass_fields__)):
        raise SeedDataError(f"{where} has unknown keys {', '.join(unknown)}; correct or remove them")
    values: dict[str, Any] = {name: tuple(value) if name in LISTS else value for name, value in table.items()}
    return ProtectedBrand(**values)
