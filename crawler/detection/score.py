"""From signals to a score: points add up as log-odds, levels have stated meanings, one family never decides alone."""

from dataclasses import dataclass
from enum import StrEnum

from crawler.detection.signal import Category, Signal


class Level(StrEnum):
    """How sure we are. ``UNKNOWN`` is for what could not be read: neither clean nor guilty."""

    UNKNOWN = "unknown"
    CLEAN = "clean"
    WATCH = "watch"
    SUSPICIOUS = "suspicious"
    LIKELY = "likely"
    NEAR_CERTAIN = "near_certain"

    @property
    def rank(self) -> int:
        return list(Level).index(self)

    def at_least(self, other: "Level") -> bool:
        return self.rank >= other.rank


@dataclass(frozen=True, slots=True)
class Score:
    """``points``: log-odds sum with the prior; ``probability``: by the calibration; ``signals``: the explanation."""

    points: float
    probability: float
    level: Level
    categories: tuple[tuple[Category, float], ...] = ()  # ranked, with the points that speak for each
    signals: tuple[Signal, ...] = ()
    deciding_url: str = ""
    deciding_vantage: str = ""
    capped: str = ""  # why the level is lower than the points alone would make it
    rule_set: str = ""  # version: digest of rules and lexicons
