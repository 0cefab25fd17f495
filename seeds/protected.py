"""Whom never to report: official domains, public bodies, newsrooms, platforms that everybody shares."""

import csv
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from seeds.brands import FOLDER, check_host
from seeds.model import SeedDataError

COLUMNS = ("name", "kind", "reason", "source", "confirmed", "last_verified")
VERIFIED = re.compile(r"\d{4}-\d\d(?:-\d\d)?", re.ASCII)
KINDS = frozenset({"suffix", "official", "government", "platform", "platform_root", "news", "reporting"})


@dataclass(frozen=True, slots=True)
class ProtectedEntry:
    """A domain, a host, or with kind «suffix» an ending such as ``.gov.vn``. Of a «platform_root» only the name itself
    and its www are protected: what customers put under it is theirs."""

    name: str
    kind: str
    reason: str
    source: str
    confirmed: bool
    last_verified: str


@dataclass(frozen=True, slots=True)
class ProtectedMatch:
    """Why a host is protected; ``reason`` is fit for a person to read."""

    entry: ProtectedEntry
    reason: str


class Protected:
    """Answers whether a host is one never to report."""

    def __init__(self, entries: tuple[ProtectedEntry, ...]) -> None:
        self.entries = entries
        self._by_name = {entry.name.lstrip("."): entry for entry in entries}

    def match(self, host: str) -> ProtectedMatch | None:
        """The entry that protects ``host`` (A-label form): itself, a parent domain of it, or an official ending."""
        labels = host.lower().rstrip(".").split(".")
        for start in range(len(labels)):
            entry = self._by_name.get(".".join(labels[start:]))
            if entry is not None and covers(entry, labels[:start]):
                return ProtectedMatch(entry, f"{entry.name}: {entry.reason} ({entry.kind})")
        return None


def covers(entry: ProtectedEntry, below: list[str]) -> bool:
    """Whether an entry speaks for a host that has the labels ``below`` in front of its name."""
    if entry.kind == "platform_root":
        return below in ([], ["www"])
    return bool(below) if entry.kind == "suffix" else True


@lru_cache(maxsize=4)
def load_protected(path: Path = FOLDER / "protected.csv") -> Protected:
    """The whole list. Raises SeedDataError with file, line and remedy of every fault: a list that protects all but one
    is not used."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SeedDataError(f"{path}: {error}; restore the file from the release") from error
    if not lines or tuple(lines[0].split(",")) != COLUMNS:
        raise SeedDataError(f"{path}:1: the header must be {','.join(COLUMNS)}; correct it")
    entries: dict[str, ProtectedEntry] = {}
    faults = []
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            entry = read_entry(path, number, line)
            if entries.setdefault(entry.name.lstrip("."), entry) is not entry:
                raise SeedDataError(f"{path}:{number}: {entry.name} stands here a second time; keep one of the lines")
        except SeedDataError as error:
            faults.append(str(error))
    if faults:
        raise SeedDataError("\n".join(faults))
    return Protected(tuple(entries.values()))


def read_entry(path: Path, number: int, line: str) -> ProtectedEntry:
    """One line as an entry."""
    try:
        cells = next(csv.reader([line], strict=True))
    except csv.Error as error:
        raise SeedDataError(f"{path}:{number}: is not CSV ({error}); close its quotation marks") from error
    if len(cells) != len(COLUMNS):
        raise SeedDataError(f"{path}:{number}: {len(cells)} cells instead of {len(COLUMNS)}; quote cells with commas")
    name, kind, reason, source, confirmed, last_verified = (cell.strip() for cell in cells)
    if kind not in KINDS:
        raise SeedDataError(f"{path}:{number}: unknown kind «{kind}»; use one of {', '.join(sorted(KINDS))}")
    if confirmed not in {"yes", "no"} or not reason or not source:
        raise SeedDataError(f"{path}:{number}: lacks a reason, a source, or yes or no; fill them in")
    if confirmed == "yes" and not VERIFIED.fullmatch(last_verified):
        raise SeedDataError(f"{path}:{number}: is confirmed, but not when; write last_verified as 2026-11")
    if name.startswith(".") != (kind == "suffix"):
        raise SeedDataError(f"{path}:{number}: a suffix, and nothing else, begins with a dot; correct name or kind")
    check_host(f"{path}:{number}", name.lstrip(".") if kind != "suffix" else f"x{name}")
    return ProtectedEntry(name, kind, reason, source, confirmed == "yes", last_verified)
