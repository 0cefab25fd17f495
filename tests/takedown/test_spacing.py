"""Whose turn it is: rungs, clocks, bounces, and those who keep nobody waiting."""

from dataclasses import replace
from datetime import timedelta

import pytest

from takedown.offices.model import Act
from takedown.recipients import load_recipients
from takedown.routing import Step
from takedown.spacing import Told, turns
from tests.takedown.desk import NOW

HOURS = timedelta(hours=1)


def step(role: str, name: str, problem: str = "") -> Step:
    recipient = load_recipients().get("cloudflare")
    assert recipient is not None
    named = replace(recipient, id=name, name=name)
    return Step(role, named, Act.REPORT, None, (), 48 * HOURS, False, (), "", "", problem)


STEPS = (step("host", "h"), step("owner", "o"), step("registrar", "r"), step("isp", "i"), step("bank", "b"))


@pytest.mark.parametrize(
    ("told", "due"),
    [
        ({}, "hb"),
        ({"h": Told(None)}, "hb"),  # released, not sent: no clock runs
        ({"h": Told(NOW + HOURS)}, "hb"),
        ({"h": Told(NOW)}, "hob"),
        ({"h": Told(None, bounced=True)}, "hob"),
        ({"h": Told(NOW), "o": Told(NOW)}, "horb"),
        ({"h": Told(NOW), "o": Told(NOW), "r": Told(NOW - HOURS)}, "horib"),
        ({"o": Told(NOW), "r": Told(NOW)}, "hb"),  # who was told out of turn opens no turn past the host
    ],
)
def test_whose_turn_it_is(told: dict[str, Told], due: str) -> None:
    found = turns(STEPS, told, now=NOW)
    assert "".join(name for name, turn in found.items() if turn.due) == due
    assert all(turn.due for turn in turns(STEPS, told, now=NOW, urgent=True).values())


def test_who_cannot_be_reached_keeps_nobody_waiting() -> None:
    found = turns((step("host", "h", "no confirmed channel"), step("registrar", "r")), {}, now=NOW)
    assert found["r"].due


def test_the_time_is_named_where_every_clock_runs() -> None:
    found = turns(STEPS, {"h": Told(NOW + HOURS)}, now=NOW)
    assert (found["o"].until, found["o"].after) == (NOW + HOURS, ("h",))
    assert found["r"].until is None, "the owner was not told yet"
