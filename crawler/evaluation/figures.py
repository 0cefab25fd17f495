"""Recall, false positives and precision of one contrast, each group counted once, with intervals over groups."""

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crawler.evaluation.labelled import Label
from crawler.evaluation.prediction import Outcome
from crawler.evaluation.strata import Contrast

PREVALENCES = (0.01, 0.001)
_DRAWS = 2_000_000  # of one bootstrap, over all its rounds
_ROUNDS = (200, 2_000)  # fewest and most


@dataclass(frozen=True, slots=True)
class Share:
    """A share flagged: the mean over groups, its 95% interval, and the plain share of samples."""

    samples: int
    groups: int
    by_group: float
    low: float
    high: float
    by_sample: float


@dataclass(frozen=True, slots=True)
class Precision:
    """At one prevalence: as measured, and with recall and false positives at the bad ends of their intervals."""

    prevalence: float
    measured: float
    at_least: float


@dataclass(frozen=True, slots=True)
class ContrastFigures:
    """What is known of one contrast. ``ranking``: chance that a fraud scores above an honest sample (AUC)."""

    name: str
    name_vi: str
    recall: Share | None
    false_positives: Share | None
    precision: tuple[Precision, ...] = ()
    ranking: float | None = None


def measure_contrast(contrast: Contrast, outcomes: Iterable[Outcome]) -> ContrastFigures | None:
    """The figures, or None where no sample belongs to either side."""
    sides: dict[Label, list[Outcome]] = {Label.SCAM: [], Label.BENIGN: []}
    for outcome in outcomes:
        side = contrast.side(outcome.sample) if outcome.sample.counts else None
        if side is not None:
            sides[side].append(outcome)
    scam, benign = sides[Label.SCAM], sides[Label.BENIGN]
    if not (scam or benign):
        return None
    recall, alarms = share_flagged(scam), share_flagged(benign)
    both = recall is not None and alarms is not None
    return ContrastFigures(
        contrast.name,
        contrast.name_vi,
        recall,
        alarms,
        tuple(_precision(recall, alarms, rate) for rate in PREVALENCES) if recall and alarms else (),
        ranking(scam, benign) if both else None,
    )


def share_flagged(outcomes: Sequence[Outcome]) -> Share | None:
    """The share at «suspicious» or above; None without samples."""
    if not outcomes:
        return None
    groups: dict[str, list[bool]] = defaultdict(list)
    for outcome in outcomes:
        groups[outcome.sample.group].append(outcome.prediction.flagged)
    shares = [sum(flags) / len(flags) for flags in groups.values()]
    low, high = interval(shares)
    flagged = sum(outcome.prediction.flagged for outcome in outcomes)
    return Share(len(outcomes), len(shares), sum(shares) / len(shares), low, high, flagged / len(outcomes))


def interval(shares: Sequence[float]) -> tuple[float, float]:
    """95% interval of the mean by resampling groups; where all groups agree, by what that many could have missed."""
    count = len(shares)
    if count == 1:  # one group says nothing of others
        return 0.0, 1.0
    missed = 1 - 0.025 ** (1 / count)
    if not any(shares):
        return 0.0, missed
    if all(share == 1 for share in shares):
        return 1 - missed, 1.0
    rounds = max(_ROUNDS[0], min(_ROUNDS[1], _DRAWS // count))
    chance = random.Random(1)  # noqa: S311 - resampling, not secrets
    means = sorted(sum(chance.choices(shares, k=count)) / count for _ in range(rounds))
    return means[int(0.025 * rounds)], means[int(0.975 * rounds)]


def _precision(recall: Share, alarms: Share, prevalence: float) -> Precision:
    return Precision(
        prevalence,
        precision_at(recall.by_group, alarms.by_group, prevalence),
        precision_at(recall.low, alarms.high, prevalence),
    )


def precision_at(recall: float, false_positives: float, prevalence: float) -> float:
    """The share of flagged samples that are frauds, where ``prevalence`` of all are."""
    caught = prevalence * recall
    flagged = caught + (1 - prevalence) * false_positives
    return caught / flagged if flagged else 0.0


def ranking(scam: Sequence[Outcome], benign: Sequence[Outcome]) -> float:
    """Chance that a fraud scores above an honest sample, ties half, every group counted once."""
    rows = sorted([*_weighted(scam, 1), *_weighted(benign, 0)])
    below = ties = total = 0.0
    place = 0
    while place < len(rows):
        end = place
        tied = [0.0, 0.0]
        while end < len(rows) and rows[end][0] == rows[place][0]:
            tied[rows[end][1]] += rows[end][2]
            end += 1
        total += tied[1] * below
        ties += tied[1] * tied[0]
        below += tied[0]
        place = end
    return total + ties / 2


def _weighted(outcomes: Sequence[Outcome], side: int) -> list[tuple[float, int, float]]:
    return [
        (outcome.prediction.score, side, weight)
        for outcome, weight in zip(outcomes, group_weights(outcomes), strict=True)
    ]


def group_weights(outcomes: Sequence[Outcome]) -> list[float]:
    """A weight a sample: every group weighs the same, all together 1."""
    sizes: dict[str, int] = defaultdict(int)
    for outcome in outcomes:
        sizes[outcome.sample.group] += 1
    return [1 / (len(sizes) * sizes[outcome.sample.group]) for outcome in outcomes]
