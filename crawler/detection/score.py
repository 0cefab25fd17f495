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
class Adjustment:
    """A part of the sum that no signal gives: where every page starts, and what the bounds leave out."""

    points: float
    message_vi: str
    message_en: str

    def message(self, language: str = "vi") -> str:
        """What it is for, in ``vi`` (default) or ``en``."""
        return self.message_en if language == "en" else self.message_vi


@dataclass(frozen=True, slots=True)
class Score:
    """``points``: log-odds, the sum of ``signals`` and ``adjustments``; ``probability``: by the calibration."""

    points: float
    probability: float
    level: Level
    categories: tuple[tuple[Category, float], ...] = ()  # ranked, with the points that speak for each
    signals: tuple[Signal, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
    deciding_url: str = ""
    deciding_vantage: str = ""
    rule_set: str = ""  # version: digest of rules and lexicons
