"""When a score that is read again says something else than what was recorded."""

from dataclasses import replace

import pytest

from crawler.detection.score import Level, Score
from crawler.recording import same_score
from storage.models import Assessment

SCORE = Score(-1.5, 0.02, Level.WATCH, rule_set="r1")


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({}, True),
        ({"rule_set": "r2"}, True),
        ({"points": -1.4}, False),  # the prior moved, or a signal that is not listed
        ({"probability": 0.03}, False),  # the calibration was fitted anew
        ({"level": Level.CLEAN}, False),
    ],
)
def test_every_change_of_a_score_is_a_change(change: dict[str, object], same: bool) -> None:
    recorded = Assessment(level="watch", points=-1.5, probability=0.02, signals=[])
    assert same_score(recorded, replace(SCORE, **change)) is same
