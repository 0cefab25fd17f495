"""The calibration rises, is bounded by what was seen, and its file is checked."""

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from crawler.detection.calibration import HERE, page_calibration, parse_calibration
from crawler.detection.engine import LEVELS, PRIOR
from crawler.detection.errors import RuleError


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
