"""How long pages stay up, by Kaplan and Meier: those still up count for as long as they were watched."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

_Z = 1.959964  # of 95%


@dataclass(frozen=True, slots=True)
class Life:
    """``count`` pages: ``hours`` from the start to their removal, or to now where they are still up."""

    hours: float
    ended: bool
    count: int = 1


@dataclass(frozen=True, slots=True)
class Step:
    """The share that is still up after ``hours``, with a 95% interval (log-log, Greenwood's variance)."""

    hours: float
    at_risk: int
    removed: int
    share: float
    low: float
    high: float


def kaplan_meier(lives: Iterable[Life]) -> tuple[Step, ...]:
    """One step for each time at which something was removed. Negative or endless times raise ValueError."""
    known = sorted(lives, key=lambda life: life.hours)
    if any(not math.isfinite(life.hours) or life.hours < 0 for life in known):
        raise ValueError("a life lasts a finite number of hours, none below zero")
    steps: list[Step] = []
    share, variance, at_risk = 1.0, 0.0, sum(life.count for life in known)
    for hours, group in groupby(known, key=lambda life: life.hours):
        same = tuple(group)
        removed = sum(life.count for life in same if life.ended)
        if removed:
            share *= 1 - removed / at_risk
            variance += removed / (at_risk * (at_risk - removed)) if at_risk > removed else 0.0
            low, high = _interval(share, variance)
            steps.append(Step(hours, at_risk, removed, share, low, high))
        at_risk -= sum(life.count for life in same)
    return tuple(steps)


def median_hours(steps: Iterable[Step]) -> float | None:
    """When half were removed; None where more than half are still up."""
    return next((step.hours for step in steps if step.share <= 0.5), None)


def share_up(steps: Iterable[Step], hours: float) -> float:
    """The share that is still up after so many hours."""
    share = 1.0
    for step in steps:
        if step.hours > hours:
            break
        share = step.share
    return share


def _interval(share: float, variance: float) -> tuple[float, float]:
    if share <= 0:
        return 0.0, 0.0
    if share >= 1 or variance == 0:
        return share, share
    spread = _Z * math.sqrt(variance) / abs(math.log(share))
    return share ** math.exp(spread), share ** math.exp(-spread)
