"""The measure of the pace sees a limit that is not kept, and no fault in questions that were held up on their way."""

import random

import pytest

from tests.bench.paces import ahead, paces


def test_questions_that_are_held_up_on_their_way_are_no_fault() -> None:
    chance = random.Random(1)
    moments = sorted(place * 0.1 + chance.random() * 0.6 for place in range(1000))
    assert ahead(moments, 0.1) < 8
    assert paces({"a": moments}, 0.1, 8)["limit_broken"] == []


@pytest.mark.parametrize("faster", [1.05, 2.0, 100.0])
def test_a_pace_that_is_not_kept_is_named_for_its_server_alone(faster: float) -> None:
    kept = [place * 0.1 for place in range(400)]
    told = paces({"kept": kept, "broken": [moment / faster for moment in kept], "once": [1.0]}, 0.1, 8)
    assert told["limit_broken"] == ["broken"]
    assert set(told["servers"]) == {"kept", "broken"}


def test_one_limit_over_two_servers_hides_neither() -> None:
    """Over both together the gaps would look as if one limit for all were kept, or as if none were."""
    one, other = [place * 0.1 for place in range(100)], [place * 0.1 + 0.001 for place in range(100)]
    assert paces({"one": one, "other": other}, 0.1, 8)["limit_broken"] == []
    assert paces({"both": sorted(one + other)}, 0.1, 8)["limit_broken"] == ["both"]
