"""What points amount to: a rising curve from log-odds points to a probability, fitted on labelled pages."""

import json
import math
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from crawler.detection.errors import RuleError

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Calibration:
    """Knots of a rising line from points to log-odds; flat beyond its ends, since nothing is known there."""

    points: tuple[float, ...]
    log_odds: tuple[float, ...]

    def probability(self, points: float) -> float:
        """The chance of fraud that these points stand for."""
        place = bisect_right(self.points, points)
        if place == 0:
            return logistic(self.log_odds[0])
        if place == len(self.points):
            return logistic(self.log_odds[-1])
        left, right = self.points[place - 1], self.points[place]
        share = (points - left) / (right - left)
        return logistic(self.log_odds[place - 1] + share * (self.log_odds[place] - self.log_odds[place - 1]))


def logistic(log_odds: float) -> float:
    """Log-odds as a probability."""
    return 1 / (1 + math.exp(-max(min(log_odds, 50.0), -50.0)))


def parse_calibration(text: str) -> Calibration:
    """The curve in a calibration file. Raises RuleError for one that does not rise or cannot be read."""
    try:
        knots = json.loads(text)["knots"]
        points, log_odds = (tuple(float(knot[name]) for knot in knots) for name in ("points", "log_odds"))
    except (ValueError, KeyError, TypeError) as error:
        raise RuleError(
            f"the calibration cannot be read ({error!r}); fit it with `lachan evaluate --calibrate`"
        ) from error
    if len(points) < 2 or list(points) != sorted(set(points)) or list(log_odds) != sorted(log_odds):
        raise RuleError("the calibration must rise from knot to knot; fit it with `lachan evaluate --calibrate`")
    return Calibration(points, log_odds)


@cache
def page_calibration() -> Calibration:
    """The curve of pages and sites that ships with this version."""
    return parse_calibration((HERE / "calibration.json").read_text(encoding="utf-8"))


@cache
def text_calibration() -> Calibration:
    """The curve of messages: the same points mean another chance there."""
    return parse_calibration((HERE / "texts" / "calibration.json").read_text(encoding="utf-8"))


@cache
def name_calibration() -> Calibration:
    """The curve of host names judged by their letters alone."""
    return parse_calibration((HERE / "names" / "calibration.json").read_text(encoding="utf-8"))
