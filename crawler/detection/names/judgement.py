"""What a name by itself says: points, a level, the brand it borrows, and each reason."""

from dataclasses import dataclass

from crawler.detection.calibration import name_calibration
from crawler.detection.facts import Brand
from crawler.detection.score import Level
from crawler.detection.signal import Category, Signal


@dataclass(frozen=True, slots=True)
class NameJudgement:
    """``points``: log-odds with the prior. ``level`` is at most «suspicious»: a name alone proves nothing."""

    host: str
    points: float
    level: Level
    signals: tuple[Signal, ...] = ()
    brand: Brand | None = None

    @property
    def probability(self) -> float:
        """The chance of fraud that the points stand for, by the curve of names."""
        return round(name_calibration().probability(self.points), 4)

    @property
    def categories(self) -> tuple[Category, ...]:
        """Kinds of fraud that the reasons point to, the weightiest first."""
        return tuple(dict.fromkeys(kind for signal in self.signals for kind in signal.categories))
