"""Harms copies of the archive one after the other and asks the checks each time."""

import random
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.tamper.archive import Archive
from tests.tamper.bundles import BUNDLE_HARMS, judged
from tests.tamper.mutations import HARMS, Harm


@dataclass(slots=True)
class Found:
    """``kinds``: how many of each kind were done; ``by``: which check objected; ``missed``: in words, with the seed."""

    kinds: Counter[str] = field(default_factory=Counter)
    by: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)


def run(archive: Archive, folder: Path, number: int, seed: int) -> Found:
    """``number`` mutations, three in four of the store and the database, the others of the bundle."""
    found = Found()
    for index in range(number):
        chance = random.Random(f"{seed}:{index}")
        of_bundle = index % 4 == 3
        copied = archive.copy(folder / "harmed")
        try:
            harm, words = _harm(copied, chance, BUNDLE_HARMS if of_bundle else HARMS)
            found.kinds[f"{'bundle' if of_bundle else 'archive'}: {harm.kind}"] += 1
            by = judged(copied) if of_bundle else _first(copied)
            if by:
                found.by[by] += 1
            else:
                found.missed.append(f"seed {seed}:{index}: {words}")
        finally:
            shutil.rmtree(copied.folder)
    return found


def _harm(archive: Archive, chance: random.Random, harms: Sequence[Harm]) -> tuple[Harm, str]:
    while True:
        harm = chance.choice(harms)
        words = harm.do(archive, chance)
        if words:
            return harm, words


def _first(archive: Archive) -> str:
    faults = archive.faults()
    return f"verify: {faults[0].kind}" if faults else ""
