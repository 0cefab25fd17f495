"""Fits the curve from points to probability: rising, of few knots, every group counted once, at a stated prevalence."""

import json
import math
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from crawler.detection.rule import rule_set_version
from crawler.errors import CrawlerError
from crawler.evaluation.figures import group_weights
from crawler.evaluation.labelled import Kind, Label
from crawler.evaluation.prediction import Fate, Outcome

# Points at which the curve may bend: the levels' thresholds and a few around them.
_AT = (-4.0, -2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.5, 4.5, 6.0)
_DOUBT = 0.2  # groups of either side, added at each knot, two in all: what nobody saw is not impossible


def fit_knots(outcomes: Sequence[Outcome], prevalence: float, kind: Kind = Kind.PAGE) -> list[tuple[float, float]]:
    """(points, log-odds) of one kind: the share of frauds around each knot, made to rise. Raises CrawlerError."""
    read = {Fate.JUDGED, Fate.FIRST_LOOK}
    rows = [o for o in outcomes if o.sample.kind is kind and o.sample.counts and o.prediction.fate in read]
    sides = {label: [o for o in rows if o.sample.label is label] for label in (Label.SCAM, Label.BENIGN)}
    if not all(sides.values()):
        raise CrawlerError("a calibration needs frauds and honest samples of one kind; label both")
    scam, benign = (_spread(sides[label]) for label in (Label.SCAM, Label.BENIGN))
    rate = math.log(prevalence / (1 - prevalence))
    counts = {label: len({o.sample.group for o in side}) for label, side in sides.items()}
    odds = [
        rate
        + math.log((s * counts[Label.SCAM] + _DOUBT) / (counts[Label.SCAM] + _DOUBT * len(_AT)))
        - math.log((b * counts[Label.BENIGN] + _DOUBT) / (counts[Label.BENIGN] + _DOUBT * len(_AT)))
        for s, b in zip(scam, benign, strict=True)
    ]
    weights = [s + b for s, b in zip(scam, benign, strict=True)]
    return list(zip(_AT, _risen(odds, weights), strict=True))


def _spread(outcomes: Sequence[Outcome]) -> list[float]:
    """The weight near each knot; a score between two knots counts for both by its distance."""
    shares = [0.0] * len(_AT)
    for outcome, weight in zip(outcomes, group_weights(outcomes), strict=True):
        at = min(max(outcome.prediction.score, _AT[0]), _AT[-1])
        place = next(n for n, (_, right) in enumerate(pairwise(_AT)) if at <= right)
        share = (at - _AT[place]) / (_AT[place + 1] - _AT[place])
        shares[place] += weight * (1 - share)
        shares[place + 1] += weight * share
    return shares


def _risen(values: Sequence[float], weights: Sequence[float]) -> list[float]:
    """The nearest rising line: neighbours out of order are pooled."""
    pools: list[tuple[float, float, int]] = []
    for value, weight in zip(values, weights, strict=True):
        pools.append((value, weight + 1e-9, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (one, first, few), (two, second, more) = pools[-2:]
            pools[-2:] = [((one * first + two * second) / (first + second), first + second, few + more)]
    return [value for value, _, count in pools for _ in range(count)]


def calibration_text(
    outcomes: Sequence[Outcome], *, made_at: datetime, prevalence: float, kind: Kind = Kind.PAGE
) -> str:
    """The calibration file: knots, and where they come from."""
    samples = [outcome.sample for outcome in outcomes if outcome.sample.kind is kind and outcome.sample.counts]
    row = {
        "kind": kind.value,
        "made_at": made_at.date().isoformat(),
        "rule_set": rule_set_version(),
        "prevalence": prevalence,
        "groups": {
            label.value: len({sample.group for sample in samples if sample.label is label})
            for label in (Label.SCAM, Label.BENIGN)
        },
        "corpora": sorted({sample.corpus for sample in samples}),
        "note": "Rules were written with the same samples in view: others will be harsher.",
        "knots": [
            {"points": points, "log_odds": round(log_odds, 3)}
            for points, log_odds in fit_knots(outcomes, prevalence, kind)
        ],
    }
    return json.dumps(row, ensure_ascii=False, indent=1) + "\n"
