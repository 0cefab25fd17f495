"""A fitted curve rises, says little where little was seen, and follows what groups show."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.detection.calibration import parse_calibration
from crawler.errors import CrawlerError
from crawler.evaluation.calibrating import calibration_text, fit_knots
from crawler.evaluation.evaluating import EvaluationRequest, calibrated_kind
from crawler.evaluation.labelled import Kind, Label
from crawler.evaluation.prediction import Outcome
from tests.crawler.evaluation.test_figures import outcome

APART = [outcome(n, Label.SCAM, 3.0) for n in range(50)] + [outcome(n + 99, Label.BENIGN, -4.0) for n in range(50)]


def test_it_rises_and_is_readable() -> None:
    curve = parse_calibration(calibration_text(APART, made_at=datetime(2026, 11, 1, tzinfo=UTC), prevalence=0.02))
    assert curve.probability(-4) < 0.02 < curve.probability(3)
    assert curve.probability(99) < 0.9  # fifty groups cannot make anybody sure


def test_more_groups_make_it_surer() -> None:
    few = [*APART[:10], *APART[50:60]]
    assert fit_knots(few, 0.02)[-1][1] < fit_knots(APART, 0.02)[-1][1]


def test_a_kit_of_many_copies_is_one_kit() -> None:
    copies = [outcome(n, Label.SCAM, 3.0, group="kit") for n in range(50)]
    assert fit_knots([*copies, *APART[50:]], 0.02)[-1][1] < fit_knots(APART, 0.02)[-1][1]


def test_one_label_alone_is_refused() -> None:
    with pytest.raises(CrawlerError, match="label both"):
        fit_knots(APART[:50], 0.02)


def test_each_kind_is_fitted_by_itself() -> None:
    names = [_as_name(row) for row in APART]
    assert fit_knots([*names, *APART[:50]], 0.02, Kind.NAME) == fit_knots(APART, 0.02)
    with pytest.raises(CrawlerError, match="one kind"):
        fit_knots([*names, *APART[:50]], 0.02)
    text = calibration_text(names, made_at=datetime(2026, 11, 1, tzinfo=UTC), prevalence=0.02, kind=Kind.NAME)
    assert json.loads(text)["kind"] == "name"


def test_the_only_kind_asked_for_is_the_one_fitted(tmp_path: Path) -> None:
    assert calibrated_kind(EvaluationRequest(tmp_path, kinds=(Kind.TEXT,))) is Kind.TEXT
    assert calibrated_kind(EvaluationRequest(tmp_path)) is Kind.PAGE


def _as_name(row: Outcome) -> Outcome:
    return replace(row, sample=replace(row.sample, kind=Kind.NAME))
