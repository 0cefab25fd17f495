"""What may not be asked, and of whom: each rule fires where it should and keeps still where it should not."""

from dataclasses import replace
from datetime import timedelta

import pytest

from takedown.guards import Effect, GuardFacts, Protection, check_guards, may_request
from tests.takedown.desk import NOW

GOOD = GuardFacts(state="confirmed", now=NOW, seen_at=NOW - timedelta(hours=2), sealed=True)


def test_a_confirmed_case_with_fresh_evidence_may_be_requested() -> None:
    assert check_guards(GOOD) == ()
    assert may_request(check_guards(GOOD))


@pytest.mark.parametrize(
    ("changes", "rule", "effect"),
    [
        ({"state": "in_review"}, "not-confirmed", Effect.REFUSE),
        ({"state": "police_first"}, "not-confirmed", Effect.REFUSE),
        ({"protected": (Protection("bank.vn", "official", "ngân hàng"),)}, "protected", Effect.REFUSE),
        ({"protected": (Protection("zalo.me", "platform_root", "mạng xã hội"),)}, "platform-root", Effect.REFUSE),
        ({"seen_at": None}, "no-evidence", Effect.WAIT),
        ({"sealed": False}, "no-evidence", Effect.WAIT),
        ({"seen_at": NOW - timedelta(hours=73)}, "stale-evidence", Effect.WAIT),
        ({"clean_only": True}, "hacked-site", Effect.NARROW),
        ({"shared_platform": "Weebly"}, "shared-platform", Effect.NARROW),
        ({"neighbours": ("a.example", "b.example")}, "blast-radius", Effect.WARN),
        ({"tax_codes": ("0100109106",)}, "registered-business", Effect.WARN),
        ({"badge": True}, "registered-business", Effect.WARN),
    ],
)
def test_each_rule_has_its_effect(changes: dict[str, object], rule: str, effect: Effect) -> None:
    (finding,) = check_guards(replace(GOOD, **changes))  # type: ignore[arg-type]
    assert (finding.rule, finding.effect) == (rule, effect)
    assert finding.message("vi") != finding.message("en")
    assert may_request((finding,)) is (effect in {Effect.NARROW, Effect.WARN})


def test_one_neighbour_is_no_blast() -> None:
    assert check_guards(replace(GOOD, neighbours=("a.example",))) == ()
