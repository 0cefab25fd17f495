"""Figures count every group once, and say how little a few groups know."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from crawler.detection.score import Level
from crawler.evaluation.figures import interval, measure_contrast, precision_at, ranking, share_flagged
from crawler.evaluation.labelled import Kind, Label, Sample
from crawler.evaluation.prediction import Fate, Outcome, Prediction, Reason
from crawler.evaluation.reliability import measure_reliability
from crawler.evaluation.report import report_on
from crawler.evaluation.rule_hits import count_rule_hits
from crawler.evaluation.strata import CONTRASTS, single_strata


def outcome(
    number: int, label: Label, points: float, *, group: str = "", probability: float = 0.5, **more: object
) -> Outcome:
    level = Level.SUSPICIOUS if points >= 0.5 else Level.CLEAN
    sample = Sample(f"s{number}", Kind.PAGE, label, "", "x:1", group=group or f"g{number}", **more)  # type: ignore[arg-type]
    signals = (Reason("form.x", "form", 1.0),) if points > 0 else ()
    return Outcome(sample, Prediction(sample.id, Fate.JUDGED, points, probability, level, signals=signals))


def test_a_kit_of_many_copies_is_one_kit() -> None:
    rows = [outcome(n, Label.SCAM, 1, group="kit") for n in range(90)] + [outcome(99, Label.SCAM, -4)]
    share = share_flagged(rows)
    assert share is not None
    assert (share.samples, share.groups, share.by_group) == (91, 2, 0.5)
    assert share.by_sample == pytest.approx(90 / 91)


def test_agreeing_groups_leave_room_for_what_they_missed() -> None:
    assert interval([0.0] * 10) == (0.0, pytest.approx(1 - 0.025**0.1))
    assert interval([1.0] * 10)[0] == pytest.approx(0.025**0.1)
    assert interval([1.0]) == (0.0, 1.0)


@given(some.lists(some.floats(0, 1), min_size=2, max_size=30))
def test_an_interval_holds_the_mean(shares: list[float]) -> None:
    low, high = interval(shares)
    assert 0 <= low <= sum(shares) / len(shares) + 1e-9
    assert high >= sum(shares) / len(shares) - 1e-9


def test_precision_is_of_what_is_rare() -> None:
    assert precision_at(0.9, 0.01, 0.5) == pytest.approx(0.989, abs=0.001)
    assert precision_at(0.9, 0.01, 0.001) == pytest.approx(0.0826, abs=0.001)
    assert precision_at(0, 0, 0.01) == 0


def test_ranking_of_sides_apart_and_alike() -> None:
    good, bad = [outcome(1, Label.BENIGN, -4)], [outcome(2, Label.SCAM, 3)]
    assert ranking(bad, good) == 1
    assert ranking(good, bad) == 0
    assert ranking(good, good) == 0.5


def test_grey_samples_are_in_no_figure() -> None:
    rows = [outcome(1, Label.SCAM, 3), outcome(2, Label.SCAM, -4, grey=True)]
    everything = next(contrast for contrast in CONTRASTS if contrast.name == "all pages")
    figures = measure_contrast(everything, rows)
    assert figures is not None
    assert figures.recall is not None
    assert figures.recall.samples == 1
    assert figures.false_positives is None


def test_contrasts_follow_the_fields_alone() -> None:
    rows = [
        outcome(1, Label.SCAM, 3, category="new_bank_phishing", lang="vi"),
        outcome(2, Label.BENIGN, -4, category="login_real", lang="en"),
        outcome(3, Label.BENIGN, -4, category="scam_warning_article", lang="vi"),
    ]
    figures = {row.name: row for row in report_on(rows).contrasts}
    assert figures["phishing / real sign-in"].recall is not None
    assert figures["phishing / real sign-in"].false_positives is not None
    assert figures["Vietnamese"].false_positives is not None
    assert figures["scam warnings"].false_positives is not None
    assert "SMS" not in figures
    assert len(single_strata(row.sample for row in rows)) == 3


def test_the_curve_reweights_to_the_prevalence() -> None:
    rows = [outcome(n, Label.SCAM, 3, probability=0.6) for n in range(10)]
    rows += [outcome(n + 10, Label.BENIGN, 3, probability=0.6) for n in range(10)]
    (only,) = measure_reliability(rows, prevalence=0.02)
    assert only.observed == pytest.approx(0.02)
    assert (only.scam_groups, only.benign_groups) == (10, 10)


def test_a_rule_of_one_kit_is_seen() -> None:
    rows = [outcome(n, Label.SCAM, 1, group="kit") for n in range(9)] + [outcome(10, Label.BENIGN, 1)]
    (hits,) = count_rule_hits(rows)
    assert hits.one_kit
    assert (hits.scam_groups, hits.benign_groups) == (1, 1)
    assert not hits.mostly_honest
    (worse,) = count_rule_hits([*rows, outcome(11, Label.BENIGN, 1), outcome(12, Label.BENIGN, 1)])
    assert worse.mostly_honest


def test_the_report_does_not_depend_on_order() -> None:
    rows = [outcome(n, Label.SCAM if n % 3 else Label.BENIGN, n % 5 - 2) for n in range(40)]
    assert report_on(rows) == report_on(rows[::-1])


def test_errors_are_one_a_group_the_worst_first() -> None:
    rows = [outcome(n, Label.SCAM, -n, group=f"g{n % 2}") for n in range(6)]
    assert [wrong.id for wrong in report_on(rows).misses] == ["s5", "s4"]
