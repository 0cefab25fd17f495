"""Everything an evaluation says, from the outcomes alone."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from crawler.evaluation.figures import ContrastFigures, measure_contrast
from crawler.evaluation.labelled import BadLine, Kind, Label
from crawler.evaluation.prediction import Fate, Outcome, Reason
from crawler.evaluation.reliability import PREVALENCE, Bin, measure_reliability
from crawler.evaluation.rule_hits import RuleHits, count_rule_hits
from crawler.evaluation.strata import CONTRASTS, single_strata

_LOST = (Fate.TIMED_OUT, Fate.CRASHED, Fate.FAILED)
_WORST = 10  # of each kind of error, one a group


@dataclass(frozen=True, slots=True)
class WrongOne:
    """A sample on the wrong side, with what was said of it."""

    id: str
    kind: Kind
    label: Label
    corpus: str
    category: str
    group: str
    level: str
    score: float
    outcome: str
    signals: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class EvaluationReport:
    """``curves``: the calibration curve of each kind; ``fates``: how judging ended, how often."""

    samples: int
    counted: int
    unlabelled: int
    prevalence: float
    contrasts: tuple[ContrastFigures, ...]
    strata: tuple[ContrastFigures, ...]
    curves: tuple[tuple[Kind, tuple[Bin, ...]], ...]
    rules: tuple[RuleHits, ...]
    false_alarms: tuple[WrongOne, ...]
    misses: tuple[WrongOne, ...]
    fates: tuple[tuple[str, int], ...]
    bad_lines: tuple[BadLine, ...]
    left_out: bool = False  # was the learned part refitted without each sample's own group?

    @property
    def is_whole(self) -> bool:
        """Was every line read and every sample judged?"""
        lost = {fate.value for fate in _LOST}
        return not self.bad_lines and not any(count for fate, count in self.fates if fate in lost)


def report_on(
    outcomes: Sequence[Outcome], bad_lines: Sequence[BadLine] = (), *, left_out: bool = False
) -> EvaluationReport:
    """All figures. The order of ``outcomes`` does not matter."""
    rows = sorted(outcomes, key=lambda outcome: (outcome.sample.kind, outcome.sample.id))
    kinds = sorted({outcome.sample.kind for outcome in rows})
    return EvaluationReport(
        samples=len(rows),
        counted=sum(outcome.sample.counts for outcome in rows),
        unlabelled=sum(outcome.sample.label is Label.UNKNOWN for outcome in rows),
        prevalence=PREVALENCE,
        contrasts=tuple(filter(None, (measure_contrast(contrast, rows) for contrast in CONTRASTS))),
        strata=tuple(filter(None, (measure_contrast(one, rows) for one in single_strata(o.sample for o in rows)))),
        curves=tuple((kind, measure_reliability([o for o in rows if o.sample.kind is kind])) for kind in kinds),
        rules=count_rule_hits(rows),
        false_alarms=_worst(rows, Label.BENIGN),
        misses=_worst(rows, Label.SCAM),
        fates=tuple(sorted(Counter(outcome.prediction.fate.value for outcome in rows).items())),
        bad_lines=tuple(bad_lines),
        left_out=left_out,
    )


def _worst(outcomes: Sequence[Outcome], label: Label) -> tuple[WrongOne, ...]:
    """The wrong ones of each kind, the most wrong first, one a group."""
    is_scam = label is Label.SCAM
    wrong = [o for o in outcomes if o.sample.counts and o.sample.label is label and o.prediction.flagged is not is_scam]
    wrong.sort(key=lambda o: o.prediction.score if is_scam else -o.prediction.score)
    first = {(outcome.sample.kind, outcome.sample.group): outcome for outcome in reversed(wrong)}
    chosen = [outcome for outcome in wrong if first[outcome.sample.kind, outcome.sample.group] is outcome]
    return tuple(_wrong(o) for kind in Kind for o in [o for o in chosen if o.sample.kind is kind][:_WORST])


def _wrong(outcome: Outcome) -> WrongOne:
    sample, said = outcome.sample, outcome.prediction
    return WrongOne(
        sample.id,
        sample.kind,
        sample.label,
        sample.corpus,
        sample.category,
        sample.group,
        said.level.value,
        said.score,
        said.fate.value,
        said.signals,
    )
