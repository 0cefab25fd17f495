"""Seeds of marketplaces, groups and app stores: nearly-data files that their spiders read."""

import tomllib
from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

from seeds.brands import FOLDER
from seeds.model import SeedDataError, SeedProblem, fits
from seeds.target import parse_target

MAX_PAGES = 20  # of one search: a spider that reads more is no polite guest


@dataclass(frozen=True, slots=True)
class Marketplace:
    """Where to search a marketplace. ``search_url`` holds ``{query}``; ``topics`` maps a category to queries."""

    id: str
    name: str
    base_url: str
    search_url: str
    topics: dict[str, list[str]]
    pages_per_query: int = 2
    needs_browser: bool = False
    confirmed: bool = False  # whether the search address was tried on the live site
    note: str = ""


@dataclass(frozen=True, slots=True)
class GroupSearch:
    """Where public groups and channels are found. No group is accused here: ``queries`` are topics to search for."""

    id: str
    name: str
    platform: str  # telegram | facebook | zalo | tiktok | youtube
    search_url: str
    topics: dict[str, list[str]]
    page_url: str = ""  # a public group's page, with {name}
    needs_browser: bool = False
    public_only: bool = True  # nothing behind a sign-in is read
    confirmed: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class AppStore:
    """Where apps are searched; a brand's name on an app whose package is not the brand's is the sign looked for."""

    id: str
    name: str
    search_url: str
    topics: dict[str, list[str]]
    detail_url: str = ""  # with {package}
    brand_types: tuple[str, ...] = ()  # brands of brands.toml whose names are searched too
    needs_browser: bool = False
    confirmed: bool = False
    note: str = ""


Kind = TypeVar("Kind", Marketplace, GroupSearch, AppStore)


def load_marketplaces(folder: Path = FOLDER / "marketplaces") -> tuple[Marketplace, ...]:
    """Every file of the folder. Raises SeedDataError with file and remedy."""
    return load_folder(folder, Marketplace)


def load_groups(folder: Path = FOLDER / "groups") -> tuple[GroupSearch, ...]:
    """Every file of the folder. Raises SeedDataError with file and remedy."""
    return load_folder(folder, GroupSearch)


def load_apps(folder: Path = FOLDER / "apps") -> tuple[AppStore, ...]:
    """Every file of the folder. Raises SeedDataError with file and remedy."""
    return load_folder(folder, AppStore)


def load_folder(folder: Path, kind: type[Kind]) -> tuple[Kind, ...]:
    """One entry a file, by file name."""
    return tuple(load_entry(path, kind) for path in sorted(folder.glob("*.toml")))


def load_entry(path: Path, kind: type[Kind]) -> Kind:
    """One file as an entry, every key checked."""
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise SeedDataError(f"{path}: {error}; correct that place") from error
    known = {entry.name: entry for entry in fields(kind)}
    needed = [name for name, entry in known.items() if entry.default is MISSING]
    if missing := [name for name in needed if name not in table]:
        raise SeedDataError(f"{path}: lacks {', '.join(missing)}; add them")
    if unknown := sorted(set(table) - set(known)):
        raise SeedDataError(f"{path}: unknown keys {', '.join(unknown)}; use {', '.join(known)}")
    if wrong := [name for name, value in table.items() if not fits(value, known[name].type)]:
        raise SeedDataError(f"{path}: {', '.join(wrong)} holds another kind of value; see the other files here")
    check_values(path, table)
    build: Callable[..., Kind] = kind
    return build(**{name: tuple(value) if isinstance(value, list) else value for name, value in table.items()})


def check_values(path: Path, table: dict[str, Any]) -> None:
    """Addresses are addresses, topics are lists of words, the id is the file's name."""
    if table["id"] != path.stem:
        raise SeedDataError(f'{path}: id «{table["id"]}» is not the file\'s name; write id = "{path.stem}"')
    if not 1 <= table.get("pages_per_query", 1) <= MAX_PAGES:
        raise SeedDataError(f"{path}: pages_per_query is not between 1 and {MAX_PAGES}; correct it")
    if "{query}" not in table["search_url"]:
        raise SeedDataError(f"{path}: search_url has no {{query}}; put it where the words go")
    for key in ("base_url", "search_url", "page_url", "detail_url"):
        filled = str(table.get(key) or "https://www.example.com/").replace("{query}", "x").replace("{name}", "x")
        problem = parse_target(filled.replace("{package}", "x"), path=str(path))
        if isinstance(problem, SeedProblem):
            raise SeedDataError(f"{problem} (key {key})")
    topics = table["topics"]
    if not topics or not all(words and all(word.strip() for word in words) for words in topics.values()):
        raise SeedDataError(f'{path}: topics must map categories to lists of words, as fake_shop = ["xả kho"]')
