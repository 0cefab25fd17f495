"""Judges a message: points as log-odds from its words, its links, its contacts and its disguises."""

from dataclasses import dataclass

from crawler.detection.brands import BrandIndex
from crawler.detection.calibration import text_calibration
from crawler.detection.fold import Folded
from crawler.detection.names.index import NameIndex
from crawler.detection.score import Level
from crawler.detection.signal import Category, Family, Signal
from crawler.detection.texts.clues import all_clues
from crawler.detection.texts.facts import MessageFacts
from crawler.detection.texts.phrases import find_phrases
from crawler.detection.texts.reading import MessageReading

PRIOR = -3.8  # log-odds of a message about which nothing is known; set where 1 in 200 honest messages passes
LEVELS = ((4.5, Level.NEAR_CERTAIN), (2.5, Level.LIKELY), (0.5, Level.SUSPICIOUS), (-1.5, Level.WATCH))
_SUPPORT = 0.5
_EXCUSES_AT_MOST = -6.0


@dataclass(frozen=True, slots=True)
class TextJudgement:
    """``points``: log-odds with the prior; ``probability``: what they amount to, by the curve of messages;
    ``categories``: the likeliest first; ``signals``: the explanation."""

    facts: MessageFacts
    points: float
    probability: float
    level: Level
    categories: tuple[tuple[Category, float], ...]
    signals: tuple[Signal, ...]


def judge_message(facts: MessageFacts, names: NameIndex, brands: BrandIndex) -> TextJudgement:
    """The judgement of a message. Pure. Nothing to read gives Level.UNKNOWN."""
    if not facts.text.strip():
        return TextJudgement(facts, PRIOR, _chance(PRIOR), Level.UNKNOWN, (), ())
    reading = MessageReading(facts, find_phrases(Folded(facts.text)), names, brands)
    signals = tuple(sorted(all_clues(reading), key=lambda signal: -abs(signal.points)))
    against = sum(signal.points for signal in signals if signal.points > 0)
    excuses = max(sum(signal.points for signal in signals if signal.points < 0), _EXCUSES_AT_MOST)
    points = round(PRIOR + against + excuses, 2)
    return TextJudgement(facts, points, _chance(points), _level(points, signals), _categories(signals), signals)


def _level(points: float, signals: tuple[Signal, ...]) -> Level:
    """One family of evidence alone goes no further than «suspicious»."""
    level = next((level for least, level in LEVELS if points >= least), Level.CLEAN)
    sums: dict[Family, float] = {}
    for signal in signals:
        sums[signal.family] = sums.get(signal.family, 0.0) + max(signal.points, 0.0)
    supporting = sum(points >= _SUPPORT for points in sums.values())
    return level if supporting > 1 or level.rank <= Level.SUSPICIOUS.rank else Level.SUSPICIOUS


def _categories(signals: tuple[Signal, ...]) -> tuple[tuple[Category, float], ...]:
    sums: dict[Category, float] = {}
    for signal in signals:
        for category in signal.categories if signal.points > 0 else ():
            sums[category] = sums.get(category, 0.0) + signal.points
    return tuple(sorted(((kind, round(sum_, 2)) for kind, sum_ in sums.items()), key=lambda row: (-row[1], row[0])))


def _chance(points: float) -> float:
    return round(text_calibration().probability(points), 4)
