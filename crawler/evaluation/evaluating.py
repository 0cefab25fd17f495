"""A labelled folder judged in parallel, bounded a sample, and reported on."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from crawler.evaluation.calibrating import calibration_text
from crawler.evaluation.judging import judge_sample
from crawler.evaluation.labelled import BadLine, Kind, Sample, labelled_files, read_samples
from crawler.evaluation.prediction import Outcome, prediction_json
from crawler.evaluation.reliability import PREVALENCE
from crawler.evaluation.report import EvaluationReport, report_on
from crawler.evaluation.rule_figures import figures_text, measure_rules
from crawler.evaluation.workers import judge_all

SECONDS = 20.0  # for one sample: the slowest honest page takes less than one


@dataclass(frozen=True, slots=True)
class EvaluationRequest:
    """What to evaluate. ``kinds``: only these; ``own_host``: see judge_sample."""

    folder: Path
    kinds: tuple[Kind, ...] = tuple(Kind)
    predictions: Path | None = None
    calibrate: Path | None = None
    measure_rules: Path | None = None
    own_host: bool = True
    seconds: float = SECONDS
    processes: int = 0


def evaluate(request: EvaluationRequest, tell: Callable[[Outcome], None] = lambda _: None) -> EvaluationReport:
    """Judge every sample and report. ``tell`` hears of each as it is done."""
    bad_lines: list[BadLine] = []
    outcomes = []
    for outcome in judge_folder(request, bad_lines):
        outcomes.append(outcome)
        tell(outcome)
    if request.predictions is not None:
        write_predictions(request.predictions, outcomes)
    if request.calibrate is not None:
        text = calibration_text(
            outcomes, made_at=datetime.now(UTC), prevalence=PREVALENCE, kind=calibrated_kind(request)
        )
        request.calibrate.write_text(text, encoding="utf-8")
    if request.measure_rules is not None:
        files = [path for kind, path in labelled_files(request.folder) if kind is Kind.PAGE]
        figures = measure_rules(outcomes, files, made_at=datetime.now(UTC))
        request.measure_rules.write_text(figures_text(figures), encoding="utf-8")
    return report_on(outcomes, bad_lines)


def calibrated_kind(request: EvaluationRequest) -> Kind:
    """Each kind has a curve of its own: that of the only kind asked for, else that of pages."""
    return request.kinds[0] if len(request.kinds) == 1 else Kind.PAGE


def judge_folder(request: EvaluationRequest, bad_lines: list[BadLine]) -> Iterator[Outcome]:
    """Outcomes as they are done; faulty lines are added to ``bad_lines``. Raises LabelledDataError."""
    judge = partial(judge_sample, own_host=request.own_host)
    yield from judge_all(read_all(request, bad_lines), judge, seconds=request.seconds, processes=request.processes)


def read_all(request: EvaluationRequest, bad_lines: list[BadLine]) -> Iterator[Sample]:
    """Every sample of the folder; faulty lines are added to ``bad_lines``. Raises LabelledDataError at once."""
    files = [(kind, path) for kind, path in labelled_files(request.folder) if kind in request.kinds]
    return _samples(files, bad_lines)


def _samples(files: list[tuple[Kind, Path]], bad_lines: list[BadLine]) -> Iterator[Sample]:
    for kind, path in files:
        for row in read_samples(kind, path):
            if isinstance(row, BadLine):
                bad_lines.append(row)
            else:
                yield row


def write_predictions(path: Path, outcomes: list[Outcome]) -> None:
    """One JSON line a sample, in a steady order."""
    rows = sorted(outcomes, key=lambda outcome: (outcome.sample.kind, outcome.sample.id))
    with path.open("w", encoding="utf-8") as file:
        for outcome in rows:
            file.write(json.dumps(prediction_json(outcome), ensure_ascii=True) + "\n")
