"""Designs that rules may be made from: honest pages stay low, and the share of scams caught only rises."""

import json

import pytest

from crawler.detection.score import Level
from tests.designs import loading
from tests.designs.judging import judge_design
from tests.designs.loading import BadDesignError, Design, load_designs

OPEN = load_designs("open") + load_designs("later")
FLOOR = 0.97  # share of open scams at «suspicious» or above; may only rise


@pytest.mark.parametrize("design", [d for d in OPEN if d.label == "benign"], ids=lambda d: d.name)
def test_an_honest_design_is_at_most_watched(design: Design) -> None:
    score = judge_design(design)
    assert not score.level.at_least(Level.SUSPICIOUS), [(s.rule, s.points, s.excerpt) for s in score.signals]


def test_scam_designs_are_caught_at_least_as_often_as_before() -> None:
    scams = [design for design in OPEN if design.label == "scam"]
    missed = [design.name for design in scams if not judge_design(design).level.at_least(Level.SUSPICIOUS)]
    assert 1 - len(missed) / len(scams) >= FLOOR, missed


def test_both_halves_hold_scams_and_honest_pages_of_the_same_categories() -> None:
    kinds = [{(design.category, design.label) for design in load_designs(part)} for part in ("open", "aside")]
    assert kinds[0] == kinds[1] != set()


def test_a_design_with_a_wrong_label_is_named(tmp_path, monkeypatch) -> None:
    folder = tmp_path / "open" / "fake_shop" / "scam-x"
    folder.mkdir(parents=True)
    (folder / "page.html").write_text("<p>x</p>", encoding="utf-8")
    meta = {"url": "https://x.example/", "kind": "page", "label": "benign", "category": "fake_shop"}
    (folder / "meta.json").write_text(json.dumps(meta | {"pattern": "p", "source": "s"}), encoding="utf-8")
    monkeypatch.setattr(loading, "HERE", tmp_path)
    with pytest.raises(BadDesignError, match="scam-x"):
        load_designs("open")
