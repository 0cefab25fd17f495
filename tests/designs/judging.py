"""Judges designs as `lachan explain` judges a saved page, and counts what each level catches and flags wrongly."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from crawler.detection.score import Level, Score
from crawler.explaining import explain_html, judge_bytes
from tests.designs.loading import Design

SEEN = datetime(2026, 11, 2, 8, tzinfo=UTC)
LEVELS = (Level.WATCH, Level.SUSPICIOUS, Level.LIKELY, Level.NEAR_CERTAIN)


@dataclass(frozen=True, slots=True)
class Row:
    """Of one category (or all): how many scams and honest pages reach each level."""

    category: str
    scams: int
    honest: int
    caught: tuple[int, ...]  # by LEVELS
    flagged: tuple[int, ...]


def judge_design(design: Design) -> Score:
    """The score of one design, through the real parser and rules."""
    outcome, reason = judge_bytes(design.html)
    return explain_html(design.html, url=design.url, observed_at=SEEN, outcome=outcome, reason=reason).score


def count_levels(judged: Iterable[tuple[Design, Score]]) -> list[Row]:
    """A row for each category, and one for all of them."""
    judged = list(judged)
    categories = sorted({design.category for design, _ in judged})
    return [_row(name, [pair for pair in judged if name in (pair[0].category, "all")]) for name in (*categories, "all")]


def _row(name: str, judged: list[tuple[Design, Score]]) -> Row:
    scams = [score.level for design, score in judged if design.label == "scam"]
    honest = [score.level for design, score in judged if design.label != "scam"]
    return Row(name, len(scams), len(honest), _reach(scams), _reach(honest))


def _reach(levels: list[Level]) -> tuple[int, ...]:
    return tuple(sum(found.at_least(level) for found in levels) for level in LEVELS)
