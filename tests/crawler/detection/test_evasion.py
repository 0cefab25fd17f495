"""A scam page stays caught however it is spelled, hidden or padded; no spelling makes an honest page suspicious."""

import random
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.detection.firstlook import judge_first_look
from crawler.detection.score import Level, Score
from crawler.parsing.firstlook import first_look
from tests.crawler.detection.evasion import EVASIONS, by_script
from tests.designs.judging import judge_design
from tests.designs.loading import Design, load_designs

OPEN = load_designs("open")
SCAMS = {design.name: design for design in OPEN if design.label == "scam"}
HONEST = {design.name: design for design in OPEN if design.label != "scam"}


@cache
def as_written(name: str) -> Score:
    return judge_design(SCAMS.get(name) or HONEST[name])


def evaded(design: Design, evasion: str, seed: int) -> Score:
    page = EVASIONS[evasion](design.html.decode(), random.Random(seed))
    return judge_design(replace(design, html=page.encode()))


def caught() -> list[str]:
    return [name for name in SCAMS if as_written(name).level.at_least(Level.SUSPICIOUS)]


@pytest.mark.parametrize("evasion", EVASIONS)
def test_a_scam_stays_caught(evasion: str) -> None:
    lost = {
        name: f"{as_written(name).points} to {score.points}"
        for name in caught()
        if not (score := evaded(SCAMS[name], evasion, 1)).level.at_least(Level.SUSPICIOUS)
    }
    assert not lost, f"{evasion}: {lost}"


IN_PIECES = {"hidden noise", "words split by comments", "words split by tags"}
UNSEEN = {"words in descriptions of pictures", "words in labels", "words in titles"}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    name=st.sampled_from(sorted(SCAMS)),
    tricks=st.lists(st.sampled_from(sorted(EVASIONS)), min_size=2, max_size=2, unique=True),
    seed=st.integers(0, 1000),
)
def test_two_tricks_at_once_do_not_clear_a_scam(name: str, tricks: list[str], seed: int) -> None:
    """Both may cost a level, never all; words in pieces that are then put where nobody sees them are read by nobody."""
    if tricks[0] in IN_PIECES and tricks[1] in UNSEEN:
        return
    if not as_written(name).level.at_least(Level.SUSPICIOUS):
        return
    page, dice = SCAMS[name].html.decode(), random.Random(seed)
    for trick in tricks:
        page = EVASIONS[trick](page, dice)
    assert judge_design(replace(SCAMS[name], html=page.encode())).level.at_least(Level.WATCH)


DISGUISES = {"look-alike letters"}  # nobody honest writes half of the words in another alphabet's letters


@pytest.mark.parametrize("evasion", sorted(EVASIONS.keys() - DISGUISES))
def test_no_spelling_makes_an_honest_page_suspicious(evasion: str) -> None:
    """Broken or heavy markup, lost marks and capitals are no evidence against a page that offers nothing wrong."""
    flagged = {
        name: score.points
        for name, design in HONEST.items()
        if not as_written(name).level.at_least(Level.SUSPICIOUS)
        and (score := evaded(design, evasion, 1)).level.at_least(Level.SUSPICIOUS)
    }
    assert not flagged, f"{evasion}: {flagged}"


@pytest.mark.parametrize("name", sorted(SCAMS))
def test_what_only_a_script_writes_is_sent_to_the_browser(name: str) -> None:
    page = by_script(SCAMS[name].html.decode(), random.Random(1))
    verdict = judge_first_look(first_look(page.encode(), url=SCAMS[name].url), ())
    assert verdict.render or verdict.look_closer
