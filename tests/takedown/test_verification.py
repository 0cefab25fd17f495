"""«Down» is proven, never hoped: each outcome by itself, then vantages that agree over time."""

from datetime import timedelta

import pytest

from takedown.verification import (
    RELAPSE_GAPS,
    Before,
    RegistryWord,
    Seen,
    Verdict,
    agrees_over_time,
    judge,
    next_gap,
)
from tests.takedown.desk import NOW

BEFORE = Before(title="Xả kho 90%")
HEALTHY = (Seen(90, "fetch", "read", NOW),)


def seen(outcome: str, vantage: str = "fetch", number: int = 1, **words: object) -> Seen:
    return Seen(number, vantage, outcome, NOW, **words)  # type: ignore[arg-type]


def both(outcome: str, **words: object) -> tuple[Seen, Seen]:
    return seen(outcome, **words), seen(outcome, "phone", 2, **words)


@pytest.mark.parametrize(
    ("visits", "epp", "verdict", "acted"),
    [
        (both("http_error", status=404), (), Verdict.REMOVED, "owner_or_host"),
        (both("http_error", status=410), (), Verdict.REMOVED, "owner_or_host"),
        (both("not_found", status=200), (), Verdict.REMOVED, "owner_or_host"),
        (both("dns_failed", reason="x: Name or service not known"), (), Verdict.REMOVED, "dns"),
        (both("dns_failed", reason="NXDOMAIN"), ("clientHold",), Verdict.DNS_HOLD, "registrar"),
        (both("dns_failed", reason="Temporary failure in name resolution"), (), Verdict.UNKNOWN, ""),
        (both("suspended"), (), Verdict.SUSPENDED, "host"),
        (both("parked"), (), Verdict.PARKED, "owner_or_host"),
        (both("read", title="Account Suspended"), (), Verdict.CHANGED, ""),
        (both("read", title="Tài khoản đã bị khóa", level="likely"), (), Verdict.LIVE, ""),
        (both("login_wall"), (), Verdict.UNKNOWN, ""),
        (both("login_wall", level="near_certain"), (), Verdict.LIVE, ""),
        (both("truncated", title="Xả kho 90%"), (), Verdict.LIVE, ""),
        (both("too_heavy"), (), Verdict.UNKNOWN, ""),
        (both("http_error", status=403, title="Tài khoản đã bị khóa"), (), Verdict.SUSPENDED, "host"),
        (both("http_error", status=503), (), Verdict.UNKNOWN, ""),
        (both("http_error", status=500), (), Verdict.UNKNOWN, ""),
        (both("timed_out"), (), Verdict.UNKNOWN, ""),
        (both("connect_failed"), (), Verdict.UNKNOWN, ""),
        (both("challenge"), (), Verdict.CHALLENGE, ""),
        (both("browser_failed"), (), Verdict.OUR_FAULT, ""),
        (both("egress_refused"), (), Verdict.OUR_FAULT, ""),
        ((), (), Verdict.OUR_FAULT, ""),
        (both("read", level="likely"), (), Verdict.LIVE, ""),
        (both("read", title="Xả kho 90%", level="clean"), (), Verdict.LIVE, ""),
        (both("read", title="Trang khác", level="clean"), (), Verdict.CHANGED, ""),
    ],
)
def test_each_outcome(visits: tuple[Seen, ...], epp: tuple[str, ...], verdict: Verdict, acted: str) -> None:
    word = judge(visits, control=HEALTHY, before=BEFORE, registry=RegistryWord(epp))
    assert (word.verdict, word.acted) == (verdict, acted)
    assert word.reason


def test_a_name_that_left_the_registry_was_taken_by_its_registrar() -> None:
    gone = RegistryWord(unregistered=True)
    word = judge(both("dns_failed", reason="NXDOMAIN"), control=HEALTHY, before=BEFORE, registry=gone)
    assert (word.verdict, word.acted) == (Verdict.REMOVED, "registrar")


def test_a_page_that_only_a_phone_sees_is_cloaked_not_down() -> None:
    visits = (seen("http_error", status=404), seen("read", "phone", 2, level="likely"))
    assert judge(visits, control=HEALTHY, before=BEFORE).verdict is Verdict.CLOAKED


def test_one_vantage_alone_never_says_down() -> None:
    word = judge((seen("http_error", status=404),), control=HEALTHY, before=BEFORE)
    assert word.verdict is Verdict.UNKNOWN
    assert "one vantage" in word.reason


def test_a_vantage_that_failed_by_our_fault_leaves_the_other_alone() -> None:
    visits = (seen("http_error", status=404), seen("browser_failed", "phone", 2))
    assert judge(visits, control=HEALTHY, before=BEFORE).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("control", [(), (seen("timed_out"),), (seen("dns_failed"),)])
def test_a_blind_crawler_finds_nothing_down(control: tuple[Seen, ...]) -> None:
    word = judge(both("http_error", status=404), control=control, before=BEFORE)
    assert word.verdict is Verdict.OUR_FAULT


def test_rounds_must_agree_for_long_enough() -> None:
    down, hours = Verdict.REMOVED, timedelta(hours=1)
    assert not agrees_over_time([])
    assert not agrees_over_time([(NOW, down)])
    assert not agrees_over_time([(NOW, down), (NOW - 10 * hours, down)])
    assert agrees_over_time([(NOW, down), (NOW - 10 * hours, Verdict.PARKED), (NOW - 21 * hours, down)])
    assert not agrees_over_time([(NOW, down), (NOW - 10 * hours, Verdict.UNKNOWN), (NOW - 30 * hours, down)])
    assert not agrees_over_time([(NOW, Verdict.LIVE), (NOW - 30 * hours, down), (NOW - 60 * hours, down)])


def test_gaps_grow_and_the_relapse_watch_ends() -> None:
    gaps = [next_gap("relapse", step) for step in range(len(RELAPSE_GAPS) + 1)]
    assert gaps[:-1] == sorted(gap for gap in gaps if gap is not None)
    assert gaps[-1] is None
    assert next_gap("takedown", 100) == timedelta(hours=48)


def test_the_words_for_outcomes_are_the_crawlers() -> None:
    """takedown may not import the crawler: what it compares with must still be a word that the crawler writes."""
    from crawler.visit import Outcome
    from takedown.verification import JUDGED

    assert set(Outcome) >= JUDGED
    assert {outcome for outcome in Outcome if outcome.ours} <= JUDGED
