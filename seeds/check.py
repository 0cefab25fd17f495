"""Reads everything in a seeds folder and says what is wrong with it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from seeds.book import load_seeds
from seeds.brands import FOLDER, load_brands
from seeds.model import SeedDataError, SeedProblem
from seeds.platforms import AppStore, GroupSearch, Kind, Marketplace, load_entry
from seeds.protected import load_protected


@dataclass(frozen=True, slots=True)
class SeedReport:
    """``files``: each file read with the number of entries in it."""

    files: tuple[tuple[str, int], ...]
    problems: tuple[SeedProblem, ...]

    @property
    def seeds(self) -> int:
        """Entries of all files together."""
        return sum(count for _, count in self.files)


def check_all(folder: Path = FOLDER) -> SeedReport:
    """Every seed and data file under ``folder``; all problems, not the first alone."""
    files: list[tuple[str, int]] = []
    problems: list[SeedProblem] = []
    for path in sorted((folder / "domains").glob("*.csv")) + sorted((folder / "domains").glob("*.toml")):
        book = load_seeds([path])
        files.append((str(path), len(book.seeds)))
        problems.extend(book.problems)
    for path, count in data_files(folder, problems):
        files.append((str(path), count))
    return SeedReport(tuple(files), tuple(problems))


def data_files(folder: Path, problems: list[SeedProblem]) -> list[tuple[Path, int]]:
    """The data files with how many entries each holds; what is wrong is added to ``problems``."""
    found: list[tuple[Path, int]] = []
    for path, load in loaders(folder):
        try:
            found.append((path, load()))
        except SeedDataError as error:
            problems.extend(read_fault(path, line) for line in str(error).split("\n"))
    return found


def read_fault(path: Path, text: str) -> SeedProblem:
    """One line of a SeedDataError, which begins with the path and maybe a line, and ends in a remedy."""
    rest = text.removeprefix(str(path))
    place = re.match(r":(\d+): ", rest)
    message, _, remedy = rest[place.end() if place else len(": ") :].rpartition("; ")
    return SeedProblem(str(path), int(place[1]) if place else 0, message or text, remedy)


def loaders(folder: Path) -> Iterator[tuple[Path, Callable[[], int]]]:
    """Each data file with a call that loads it and counts its entries."""
    brands, protected = folder / "brands.toml", folder / "protected.csv"
    yield brands, lambda: len(load_brands(brands))
    yield protected, lambda: len(load_protected(protected).entries)
    for path in sorted((folder / "marketplaces").glob("*.toml")):
        yield path, partial(count_entry, path, Marketplace)
    for path in sorted((folder / "groups").glob("*.toml")):
        yield path, partial(count_entry, path, GroupSearch)
    for path in sorted((folder / "apps").glob("*.toml")):
        yield path, partial(count_entry, path, AppStore)


def count_entry(path: Path, kind: type[Kind]) -> int:
    """1, when the file holds a valid entry."""
    load_entry(path, kind)
    return 1
