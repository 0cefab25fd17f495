"""The calibration rises, is bounded by what was seen, and its file is checked."""

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from crawler.detection.calibration import (
    HERE,
    Calibration,
    name_calibration,
    page_calibration,
    parse_calibration,
    text_calibration,
)
from crawler.detection.errors import RuleError
from crawler.detection.names.judgement import NameJudgement
from crawler.detection.rating import LEVELS, PRIOR
from crawler.detection.score import Level


@given(some.floats(-60, 60), some.floats(-60, 60))
def test_more_points_are_never_less_likely(one: float, two: float) -> None:
    low, high = sorted((one, two))
    curve = page_calibration()
    assert 0 < curve.probability(low) <= curve.probability(high) < 1


def test_levels_stand_for_rising_chances() -> None:
    chances = [page_calibration().probability(least) for least, _ in reversed(LEVELS)]
    assert all(low < high for low, high in pairwise([page_calibration().probability(PRIOR), *chances]))


def test_the_file_says_where_it_comes_from() -> None:
    row = json.loads((HERE / "calibration.json").read_text("utf-8"))
    assert {"made_at", "rule_set", "prevalence", "groups", "corpora"} <= row.keys()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        '{"knots": [{"points": 1, "log_odds": 1}]}',
        '{"knots": [{"points": 1, "log_odds": 1}, {"points": 2, "log_odds": 0}]}',
        '{"knots": [{"points": 1, "log_odds": 1}, {"points": 1, "log_odds": 2}]}',
    ],
)
def test_a_curve_that_does_not_rise_is_refused(text: str) -> None:
    with pytest.raises(RuleError, match="calibrate"):
        parse_calibration(text)


@pytest.mark.parametrize(("folder", "kind"), [("texts", "text"), ("names", "name")])
def test_messages_and_names_have_curves_of_their_own(folder: str, kind: str) -> None:
    row = json.loads((HERE / folder / "calibration.json").read_text("utf-8"))
    assert row["kind"] == kind
    assert {"made_at", "rule_set", "prevalence", "groups", "corpora"} <= row.keys()


@pytest.mark.parametrize("curve", [text_calibration(), name_calibration()])
def test_a_suspicious_message_or_name_is_likelier_than_one_without_a_sign(curve: Calibration) -> None:
    chances = [curve.probability(points) for points in (PRIOR, 0.5, 4.5)]
    assert 0 < chances[0] < 0.05
    assert chances[0] < chances[1] <= chances[2] < 1


def test_a_judged_name_states_its_chance_by_the_curve_of_names() -> None:
    judged = NameJudgement("a.example", 0.5, Level.SUSPICIOUS)
    assert judged.probability == pytest.approx(name_calibration().probability(0.5), abs=1e-4)
