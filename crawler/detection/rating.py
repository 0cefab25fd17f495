"""From signals to points, a level and kinds: points add up as log-odds, and no family of evidence decides alone."""

from dataclasses import dataclass

from crawler.detection.score import Adjustment, Level
from crawler.detection.signal import FAMILY_NAMES, Category, Family, Signal

PRIOR = -4.0  # log-odds of a page about which nothing is known: about 2 in 100 of what is swept
# Each level from these log-odds on. What they mean to a person is in ``explain.MEANINGS``.
LEVELS = ((4.5, Level.NEAR_CERTAIN), (2.5, Level.LIKELY), (0.5, Level.SUSPICIOUS), (-1.5, Level.WATCH))
_COUNTS_AS_SUPPORT = 0.5  # points from which a second family supports the first
_INNOCENT_AT_MOST = -3.0  # all excuses together, but for a host that is the brand's own
_WORDS_AT_MOST = 4.4  # words alone, the learned model's among them, put nobody past «watch»: anyone may quote them
_READS_WORDS = frozenset({Family.WORDING, Family.LEARNED})  # bounded together: the model reads mostly words
_OFFICIAL = "innocent.official-domain"


@dataclass(frozen=True, slots=True)
class Rating:
    """What signals amount to. ``adjustments``: all that stands between their sum and ``points``, and what held the
    level down, which costs no points."""

    points: float
    level: Level
    adjustments: tuple[Adjustment, ...]


def rate(signals: tuple[Signal, ...]) -> Rating:
    """The rating of signals that each count once: their points and the adjustments add up to its points."""
    parts = adjust(signals)
    points = round(sum(signal.points for signal in signals) + sum(part.points for part in parts), 2)
    level = judge_level(points)
    if level.rank > Level.SUSPICIOUS.rank and len(families := supporting_families(signals)) < 2:
        return Rating(points, Level.SUSPICIOUS, (*parts, _one_family(families)))
    return Rating(points, level, parts)


def judge_level(points: float) -> Level:
    """The level that these log-odds stand for."""
    return next((level for least, level in LEVELS if points >= least), Level.CLEAN)


def adjust(signals: tuple[Signal, ...]) -> tuple[Adjustment, ...]:
    """All that enters the sum beside the signals themselves, so that who adds up what is shown gets the score."""
    parts = [Adjustment(PRIOR, "điểm khởi đầu của mọi trang", "where every page starts")]
    words = sum(signal.points for signal in signals if signal.family in _READS_WORDS)
    if (over := round(words - _WORDS_AT_MOST, 2)) > 0:
        parts.append(
            Adjustment(
                -over,
                f"riêng lời lẽ chỉ được tính đến {_WORDS_AT_MOST:+.1f}; phần vượt không tính",
                f"words alone count up to {_WORDS_AT_MOST:+.1f}; what is over does not",
            )
        )
    excuses = sum(signal.points for signal in signals if signal.points < 0 and signal.rule != _OFFICIAL)
    if (under := round(_INNOCENT_AT_MOST - excuses, 2)) > 0:
        parts.append(
            Adjustment(
                under,
                f"dấu hiệu ngay thẳng chỉ được trừ đến {_INNOCENT_AT_MOST:+.1f}; phần vượt không trừ",
                f"innocent signs count down to {_INNOCENT_AT_MOST:+.1f}; what is over does not",
            )
        )
    return tuple(parts)


def _one_family(families: frozenset[Family]) -> Adjustment:
    """No level above «suspicious» on one family's word alone."""
    name_vi, name_en = FAMILY_NAMES[next(iter(families))] if families else ("không có", "none")
    return Adjustment(
        0.0,
        f"chỉ một loại chứng cứ ({name_vi.lower()}) đủ nặng: mức dừng ở «đáng ngờ»",
        f"one family of evidence alone ({name_en.lower()}) has weight: the level stops at «suspicious»",
    )


def supporting_families(signals: tuple[Signal, ...]) -> frozenset[Family]:
    """Families that speak against the site with some weight. What was learned supports no other."""
    sums: dict[Family, float] = {}
    for signal in signals:
        if signal.points > 0 and signal.family is not Family.LEARNED:
            sums[signal.family] = sums.get(signal.family, 0.0) + signal.points
    return frozenset(family for family, points in sums.items() if points >= _COUNTS_AS_SUPPORT)


def rank_categories(signals: tuple[Signal, ...]) -> tuple[tuple[Category, float], ...]:
    """Kinds of fraud by the points that speak for each, the most likely first."""
    sums: dict[Category, float] = {}
    for signal in signals:
        for category in signal.categories if signal.points > 0 else ():
            sums[category] = sums.get(category, 0.0) + signal.points / len(signal.categories) ** 0.5
    return tuple(sorted(((kind, round(points, 2)) for kind, points in sums.items()), key=lambda row: (-row[1], row[0])))
