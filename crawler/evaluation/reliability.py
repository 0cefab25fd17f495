"""The calibration curve: what share of samples is fraud where the engine says so many in a hundred."""

import math
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from crawler.evaluation.figures import group_weights
from crawler.evaluation.labelled import Label
from crawler.evaluation.prediction import Fate, Outcome

PREVALENCE = 0.02  # of what is swept, as in the engine's prior
_EDGES = (0.0, 0.003, 0.01, 0.03, 0.1, 0.3, 0.5, 0.7, 0.9, 0.97, 0.99, 1.0)
_ROUNDS = 200


@dataclass(frozen=True, slots=True)
class Bin:
    """Samples whose stated probability lies together. ``observed`` is re-weighted to the prevalence."""

    stated: float
    observed: float
    low: float
    high: float
    scam_groups: int
    benign_groups: int


@dataclass(frozen=True, slots=True)
class _Weighed:
    stated: float
    is_scam: bool
    weight: float
    group: str


def measure_reliability(outcomes: Sequence[Outcome], prevalence: float = PREVALENCE) -> tuple[Bin, ...]:
    """The curve over judged samples that count: groups weigh alike, frauds together ``prevalence``."""
    rows = weigh(outcomes, prevalence)
    return tuple(
        _bin(part)
        for place, (low, high) in enumerate(pairwise(_EDGES))
        if (
            part := [
                row for row in rows if low <= row.stated < high or (row.stated == high and place == len(_EDGES) - 2)
            ]
        )
    )


def weigh(outcomes: Sequence[Outcome], prevalence: float) -> list[_Weighed]:
    """Judged samples that count, weighed."""
    judged = [o for o in outcomes if o.sample.counts and o.prediction.fate in {Fate.JUDGED, Fate.FIRST_LOOK}]
    rows = []
    for label, total in ((Label.SCAM, prevalence), (Label.BENIGN, 1 - prevalence)):
        side = [outcome for outcome in judged if outcome.sample.label is label]
        for outcome, weight in zip(side, group_weights(side), strict=True):
            stated = outcome.prediction.probability
            rows.append(_Weighed(stated, label is Label.SCAM, weight * total, outcome.sample.group))
    return rows


def _bin(rows: list[_Weighed]) -> Bin:
    groups: dict[str, list[_Weighed]] = defaultdict(list)
    for row in rows:
        groups[row.group].append(row)
    parts = [(sum(r.weight for r in g if r.is_scam), sum(r.weight for r in g)) for g in groups.values()]
    chance = random.Random(1)  # noqa: S311 - resampling, not secrets
    drawn = sorted(_share(chance.choices(parts, k=len(parts))) for _ in range(_ROUNDS))
    weight = math.fsum(row.weight for row in rows)
    return Bin(
        stated=math.fsum(row.stated * row.weight for row in rows) / weight,
        observed=_share(parts),
        low=drawn[int(0.025 * _ROUNDS)],
        high=drawn[int(0.975 * _ROUNDS)],
        scam_groups=len({row.group for row in rows if row.is_scam}),
        benign_groups=len({row.group for row in rows if not row.is_scam}),
    )


def _share(parts: Sequence[tuple[float, float]]) -> float:
    return math.fsum(scam for scam, _ in parts) / math.fsum(total for _, total in parts)
