"""The words of ``words.toml``, read once."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from crawler.detection.errors import LexiconError
from crawler.detection.signal import Category

_FILE = Path(__file__).parent / "words.toml"


@dataclass(frozen=True, slots=True)
class Alias:
    """Other names of a brand: ``inside`` count within a longer word too, ``word`` as a word of their own."""

    brand: str
    inside: tuple[str, ...]
    word: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lure:
    """A group of words that one kind of fraud is named by; ``points``: log-odds that one of them brings."""

    id: str
    category: Category
    vi: str
    en: str
    points: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NameWords:
    """All words that names are judged by."""

    aliases: tuple[Alias, ...]
    never: frozenset[str]
    word_only: frozenset[str]
    far: frozenset[str]
    ordinary: frozenset[str]
    strong_bait: frozenset[str]
    weak_bait: frozenset[str]
    lures: tuple[Lure, ...]
    farmed: frozenset[str]
    very_risky: frozenset[str]
    risky: frozenset[str]
    carriers: frozenset[str]


@cache
def load_name_words() -> NameWords:
    """The words. Raises LexiconError naming what the file lacks."""
    try:
        data = tomllib.loads(_FILE.read_text(encoding="utf-8"))
        return NameWords(
            aliases=tuple(
                Alias(row["brand"], tuple(row.get("inside", ())), tuple(row.get("word", ()))) for row in data["alias"]
            ),
            never=frozenset(data["tokens"]["never"]),
            word_only=frozenset(data["tokens"]["word"]),
            far=frozenset(data["tokens"]["far"]),
            ordinary=frozenset(data["tokens"]["ordinary"]),
            strong_bait=frozenset(data["bait"]["strong"]),
            weak_bait=frozenset(data["bait"]["weak"]),
            lures=tuple(
                Lure(row["id"], Category(row["category"]), row["vi"], row["en"], row["points"], tuple(row["words"]))
                for row in data["lure"]
            ),
            farmed=frozenset(data["suffix"]["farmed"]),
            very_risky=frozenset(data["suffix"]["very_risky"]),
            risky=frozenset(data["suffix"]["risky"]),
            carriers=frozenset(data["suffix"]["carriers"]),
        )
    except (OSError, tomllib.TOMLDecodeError, KeyError, ValueError) as error:
        raise LexiconError(f"names/words.toml: {error}; mend the file or restore it from the repository") from error
