"""Who runs the pages under a shared ending such as *.weebly.com: its own abuse desk is the recipient."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from seeds.brands import FOLDER, check_host
from seeds.model import SeedDataError

KEYS = ("name", "kind", "endings")
KINDS = frozenset(
    {
        "app_builder", "app_host", "blog", "cdn", "dynamic_dns", "marketplace", "preview", "shop_builder", "shortener",
        "site_builder", "social", "static_host", "storage", "tunnel",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class HostingPlatform:
    """A platform and the endings under which customers put up what they like (A-labels, without a leading dot)."""

    id: str
    name: str
    kind: str
    endings: tuple[str, ...]


class HostingPlatforms:
    """Finds the platform of a host; the longest ending decides."""

    def __init__(self, platforms: tuple[HostingPlatform, ...]) -> None:
        self.platforms = platforms
        self._by_ending = {ending: platform for platform in platforms for ending in platform.endings}

    def match(self, host: str) -> HostingPlatform | None:
        """The platform that runs ``host`` (A-labels), the ending itself included; None for a host of its own."""
        labels = host.lower().rstrip(".").split(".")
        names = (".".join(labels[start:]) for start in range(len(labels)))
        return next((self._by_ending[name] for name in names if name in self._by_ending), None)


@lru_cache(maxsize=4)
def load_hosting(path: Path = FOLDER / "hosting.toml") -> HostingPlatforms:
    """The whole table. Raises SeedDataError with file and remedy of every fault."""
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise SeedDataError(f"{path}: {error}; restore the file from the release, or correct that place") from error
    platforms: list[HostingPlatform] = []
    faults: list[str] = []
    taken: dict[str, str] = {}
    for key, entry in table.items():
        try:
            platform = read_platform(f"{path}: [{key}]", key, entry)
            for ending in platform.endings:
                if taken.setdefault(ending, key) != key:
                    raise SeedDataError(f"{path}: [{key}] has the ending {ending} of [{taken[ending]}]; keep one")
            platforms.append(platform)
        except SeedDataError as error:
            faults.append(str(error))
    if faults:
        raise SeedDataError("\n".join(faults))
    return HostingPlatforms(tuple(platforms))


def read_platform(place: str, key: str, entry: Any) -> HostingPlatform:
    """One table as a platform. Raises SeedDataError that begins with ``place``."""
    if not isinstance(entry, dict) or set(entry) != set(KEYS):
        raise SeedDataError(f"{place} must hold {', '.join(KEYS)} and nothing else; correct it")
    name, kind, endings = (entry[part] for part in KEYS)
    if not isinstance(name, str) or not name.strip():
        raise SeedDataError(f"{place} has no name; write one")
    if kind not in KINDS:
        raise SeedDataError(f"{place} has the unknown kind {kind!r}; use one of {', '.join(sorted(KINDS))}")
    if not isinstance(endings, list) or not endings or not all(isinstance(ending, str) for ending in endings):
        raise SeedDataError(f'{place} needs endings, as endings = ["weebly.com"]')
    for ending in endings:
        check_host(place, ending)
    return HostingPlatform(key, name, kind, tuple(endings))
