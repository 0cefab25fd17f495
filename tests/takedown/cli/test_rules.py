"""`lachan rules` as a person and a program see it."""

import json

import pytest

from crawler.detection.rule import all_rules, rule_set_version
from crawler.detection.signal import Family
from crawler.evaluation.rule_figures import shipped_figures
from crawler.evaluation.rule_page import PAGE
from takedown.cli.faults import WrongUsageError
from takedown.cli.rules import chosen_rules, rules


def test_the_command_prints_the_committed_page(capsys: pytest.CaptureFixture[str]) -> None:
    rules(markdown=True)
    assert capsys.readouterr().out == PAGE.read_text(encoding="utf-8")


def test_rules_are_chosen_by_id_and_family() -> None:
    assert {rule.family for rule in chosen_rules(["money"])} == {Family.MONEY}
    assert [rule.id for rule in chosen_rules(["money.personal-account"])] == ["money.personal-account"]
    assert chosen_rules([]) == all_rules()
    with pytest.raises(WrongUsageError, match=r"did you mean money\.personal-account"):
        chosen_rules(["money.personal-acount"])


def test_the_command_speaks_json_and_tables(capsys: pytest.CaptureFixture[str]) -> None:
    rules(["money"], as_json=True)
    row = json.loads(capsys.readouterr().out)
    assert row["rule_set"] == rule_set_version()
    assert all(entry["must_spare"] and entry["vi"] and entry["why"] for entry in row["rules"])
    rules(["money.personal-account"], english=True)
    out = capsys.readouterr().out
    assert "money.personal-account" in out
    assert shipped_figures().rule_set in out
