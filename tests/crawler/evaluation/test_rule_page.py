"""The page on the rules is made from the rules; what it says is what they are."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.detection.rule import all_rules, rule_set_version
from crawler.errors import CrawlerError
from crawler.evaluation.labelled import Kind, Label, Sample
from crawler.evaluation.prediction import Fate, Outcome, Prediction, Reason
from crawler.evaluation.rule_figures import (
    Hits,
    RuleFigures,
    figures_text,
    measure_rules,
    parse_figures,
    shipped_figures,
)
from crawler.evaluation.rule_page import PAGE, draw_page, load_spared

NONE = RuleFigures("2026-11-01", "0" * 12, "0" * 64, 10, 20, {})


def test_the_committed_page_is_current() -> None:
    drawn = draw_page(shipped_figures(), load_spared())
    assert PAGE.read_text(encoding="utf-8").rstrip("\n") == drawn.rstrip("\n"), "the rules have changed: `make rules`"


def test_every_rule_has_its_section_and_a_page_that_it_must_spare() -> None:
    page = draw_page(NONE, load_spared())
    for rule in all_rules():
        section = page.partition(f"### {rule.id}\n")[2].partition("\n### ")[0]
        assert f"**{rule.points:+.2f}**" in section
        assert f"rules/{rule.id}/innocent.html" in section


def test_rules_without_figures_are_named_and_never_shown_as_zero() -> None:
    first, second, *_ = all_rules()
    figures = RuleFigures("2026-11-01", "0" * 12, "0" * 64, 10, 20, {first.id: Hits(1, 1, 0)})
    page = draw_page(figures, {}, (first, second))
    assert f"not measured yet: `{second.id}`." in page
    assert "1/10 lừa đảo · frauds (1 nguồn · corpora), 0/20 ngay thẳng · honest; nặng đo được" in page
    assert "measured weight +1.7; chỉ một nhóm · one group only" in page
    assert page.count("chưa đo · not yet") == 1


def test_a_rule_weighs_what_its_groups_tell() -> None:
    figures = RuleFigures("2026-11-01", "0" * 12, "0" * 64, 99, 999, {"a": Hits(9, 2, 9), "b": Hits(0, 0, 0)})
    assert figures.weight("a") == pytest.approx(2.303, abs=0.001)
    assert figures.weight("b") is None
    assert figures.weight("c") is None


def test_words_of_a_page_stay_words() -> None:
    rule = all_rules()[0]
    assert "\\<b\\>\\[x\\](y)" in draw_page(NONE, {rule.id: "<b>[x](y)"}, (rule,))


def test_figures_count_groups_of_pages_and_name_what_was_measured(tmp_path: Path) -> None:
    pages = tmp_path / "pages.jsonl"
    pages.write_text("{}\n")
    rule = all_rules()[0]
    outcomes = [
        _outcome("a", Label.SCAM, "kit", rule.id),
        _outcome("b", Label.SCAM, "kit", rule.id),
        _outcome("c", Label.BENIGN, "shop", ""),
    ]
    figures = measure_rules(outcomes, [pages], made_at=datetime(2026, 11, 2, tzinfo=UTC))
    assert (figures.measured_on, figures.rule_set) == ("2026-11-02", rule_set_version())
    assert (figures.scam_groups, figures.benign_groups) == (1, 1)
    assert figures.rules[rule.id] == Hits(1, 1, 0)
    assert figures.rules.keys() == {entry.id for entry in all_rules()}
    assert parse_figures(figures_text(figures)) == figures


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"rules": 1}'])
def test_figures_that_cannot_be_read_name_the_remedy(text: str) -> None:
    with pytest.raises(CrawlerError, match="lachan evaluate --measure-rules"):
        parse_figures(text)


def _outcome(name: str, label: Label, group: str, rule: str) -> Outcome:
    sample = Sample(name, Kind.PAGE, label, "", "x:1", corpus="kits", group=group)
    return Outcome(sample, Prediction(name, Fate.JUDGED, signals=(Reason(rule, "money", 1.0),) if rule else ()))
