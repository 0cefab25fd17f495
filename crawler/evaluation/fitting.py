"""Fits the learned model to lessons, groups kept apart: the one place that needs scikit-learn."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from crawler.detection.learned.features import BUCKETS, UNREAD_LANGUAGE
from crawler.detection.learned.model import STATEMENT, LearnedModel
from crawler.errors import CrawlerError
from crawler.evaluation.labelled import Label, Sample
from crawler.evaluation.lessons import Lesson

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

FOLDS = 5
_STRENGTH = 3.0  # inverse of the penalty
_FEW = 60  # as in the model
_STEPS = 127  # of a stored weight, either way
Pair = tuple[Sample, Lesson]
Split = tuple[Sequence[int], Sequence[int]]


class TrainingError(CrawlerError):
    """There is nothing to learn from, or nothing to learn with."""


def check_tools() -> None:
    """Raises TrainingError where scikit-learn is not installed."""
    try:
        import sklearn  # noqa: F401
    except ImportError as error:
        raise TrainingError(
            "training needs scikit-learn: uv sync --extra train (or pip install scikit-learn)",
            "huấn luyện cần scikit-learn: uv sync --extra train (hoặc pip install scikit-learn)",
        ) from error


def usable(pairs: Iterable[Pair]) -> list[Pair]:
    """Pages to learn from. Raises TrainingError unless both labels have at least as many groups as there are folds."""
    chosen = [(sample, lesson) for sample, lesson in pairs if sample.counts and lesson.features is not None]
    for label in (Label.SCAM, Label.BENIGN):
        groups = {sample.group for sample, _ in chosen if sample.label is label}
        if len(groups) < FOLDS:
            raise TrainingError(
                f"{len(groups)} groups of pages labelled {label}; at least {FOLDS} are needed",
                f"{len(groups)} nhóm trang mang nhãn {label}; cần ít nhất {FOLDS}",
            )
    return chosen


def fit(pairs: Sequence[Pair], splits: Sequence[Split] | None = None) -> tuple[LearnedModel, list[float]]:
    """The model of all pages, calibrated on what it said of pages kept out; with what it said of each of them."""
    matrix, names = _matrix(pairs)
    truth = [int(sample.label is Label.SCAM) for sample, _ in pairs]
    weights = balanced_weights([sample for sample, _ in pairs])
    kept_out = [0.0] * len(pairs)
    for train, test in splits or group_splits(pairs):
        line = _regression(matrix, truth, weights, train)
        for place, value in zip(test, line.decision_function(matrix[test]), strict=True):
            kept_out[place] = float(value)
    slope, offset = _platt(kept_out, truth, weights)
    final = _regression(matrix, truth, weights, range(len(pairs)))
    return _packed(final, names, slope, offset), [slope * value + offset for value in kept_out]


def group_splits(pairs: Sequence[Pair], folds: int = FOLDS) -> list[Split]:
    """Train and test places; no group is on both sides."""
    from sklearn.model_selection import StratifiedGroupKFold

    truth = [int(sample.label is Label.SCAM) for sample, _ in pairs]
    groups = [sample.group for sample, _ in pairs]
    chosen = StratifiedGroupKFold(folds, shuffle=True, random_state=1).split(truth, truth, groups)
    return [(list(map(int, train)), list(map(int, test))) for train, test in chosen]


def corpus_splits(pairs: Sequence[Pair]) -> Iterator[Split]:
    """One whole corpus of frauds out at a time, with a share of the honest groups, so that a source is never known."""
    corpora = sorted({sample.corpus for sample, _ in pairs if sample.label is Label.SCAM})
    honest = {
        group: place % len(corpora)
        for place, group in enumerate(sorted({sample.group for sample, _ in pairs if sample.label is Label.BENIGN}))
    }
    for place, corpus in enumerate(corpora):
        out = [
            sample.corpus == corpus if sample.label is Label.SCAM else honest[sample.group] == place
            for sample, _ in pairs
        ]
        yield [n for n, is_out in enumerate(out) if not is_out], [n for n, is_out in enumerate(out) if is_out]


def balanced_weights(samples: Sequence[Sample]) -> list[float]:
    """Weights by which both labels count alike within Vietnamese and within all else, so that no language is a clue.

    A group counts less than its pages, but more than one of them.
    """
    sizes = Counter(sample.group for sample in samples)
    raw = [sizes[sample.group] ** -0.5 for sample in samples]
    sums: dict[tuple[bool, Label], float] = {}
    for weight, sample in zip(raw, samples, strict=True):
        cell = (sample.lang == UNREAD_LANGUAGE, sample.label)
        sums[cell] = sums.get(cell, 0.0) + weight
    weights = []
    for weight, sample in zip(raw, samples, strict=True):
        vietnamese = sample.lang == UNREAD_LANGUAGE
        both = sum(sums.get((vietnamese, label), 0.0) for label in (Label.SCAM, Label.BENIGN))
        weights.append(weight * both / (2 * sums[vietnamese, sample.label]))
    return weights


def _matrix(pairs: Sequence[Pair]) -> tuple["csr_matrix", tuple[str, ...]]:
    from scipy.sparse import csr_matrix

    read = [lesson.features for _, lesson in pairs if lesson.features is not None]
    names = tuple(sorted({name for features in read for name in features.structure}))
    place = {name: BUCKETS + number for number, name in enumerate(names)}
    columns: list[int] = []
    values: list[float] = []
    ends = [0]
    for features in read:
        buckets = sorted({bucket for pieces in features.words.values() for bucket in pieces})
        columns += buckets + [place[name] for name in features.structure]
        values += [max(len(buckets), _FEW) ** -0.5] * len(buckets) + [STATEMENT] * len(features.structure)
        ends.append(len(columns))
    return csr_matrix((values, columns, ends), shape=(len(read), BUCKETS + len(names))), names


def _regression(matrix: "csr_matrix", truth: list[int], weights: list[float], places: Sequence[int]) -> Any:
    from sklearn.linear_model import LogisticRegression

    rows = list(places)
    line = LogisticRegression(C=_STRENGTH, solver="liblinear", random_state=1, max_iter=500)
    return line.fit(matrix[rows], [truth[n] for n in rows], sample_weight=[weights[n] for n in rows])


def _platt(values: Sequence[float], truth: Sequence[int], weights: Sequence[float]) -> tuple[float, float]:
    """Slope and offset that make what was said of pages kept out log-odds at even chances; the slope is not below 0."""
    from sklearn.linear_model import LogisticRegression

    line = LogisticRegression(C=1e3).fit([[value] for value in values], truth, sample_weight=list(weights))
    return max(0.0, float(line.coef_[0][0])), float(line.intercept_[0])


def _packed(line: Any, names: tuple[str, ...], slope: float, offset: float) -> LearnedModel:
    weights = [float(value) for value in line.coef_[0]]
    scale = max(map(abs, weights[:BUCKETS])) / _STEPS or 1.0
    steps = tuple(round(value / scale) for value in weights[:BUCKETS])
    structure = dict(zip(names, weights[BUCKETS:], strict=True))
    return LearnedModel(float(line.intercept_[0]), slope, offset, scale, steps, structure)
