"""One scam becomes one case, and two that were thrown together come apart again."""

from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from storage.db import read_session, write_session
from storage.models import Assessment, Case
from takedown.errors import RefusedError
from takedown.gathering import indicators_of, merge, related, sites_of, split
from takedown.intake import take_in
from takedown.lifecycle import CaseState, transition
from tests.takedown.desk import AN, NOW, open_case

ACCOUNT = ["bank_account", "970436:0123456789", "VCB NGUYEN VAN A"]


def assess(engine: Engine, host: str, indicators: list[Any]) -> None:
    with write_session(engine) as session:
        session.add(
            Assessment(
                url=f"https://{host}/",
                host=host,
                domain=host,
                assessed_at=NOW,
                level="likely",
                points=3.5,
                probability=0.97,
                categories=[["fake_shop", 4.0]],
                signals=[],
                rule_set="abc",
                indicators=indicators,
            )
        )
        take_in(session, now=NOW, threshold="suspicious")
        session.commit()


def test_cases_that_share_an_account_are_related(engine: Engine) -> None:
    assess(engine, "a.example", [ACCOUNT, ["phone", "+84912345678", ""]])
    assess(engine, "b.example", [ACCOUNT])
    assess(engine, "c.example", [["phone", "+84999999999", ""]])
    with read_session(engine) as session:
        (found,) = related(session, 1)
        assert (found.case_id, found.host, found.shared[0].value) == (2, "b.example", "970436:0123456789")
        assert related(session, 3) == ()


def test_marks_of_a_kit_relate_as_one(engine: Engine) -> None:
    marks = [["kit", f"markup:{number}", ""] for number in range(3)]
    assess(engine, "a.example", [*marks, ACCOUNT, ["phone", "+84912345678", ""]])
    assess(engine, "kit.example", marks)
    assess(engine, "money.example", [ACCOUNT, ["phone", "+84912345678", ""]])
    with read_session(engine) as session:
        money, kit = related(session, 1)
    assert (money.host, len(money.shared)) == ("money.example", 2)
    assert (kit.host, [entry.kind for entry in kit.shared]) == ("kit.example", ["kit"])


def test_what_everybody_shares_relates_nobody(sqlite_engine: Engine) -> None:
    for index in range(52):
        assess(sqlite_engine, f"s{index}.example", [["nameserver", "ns1.host.example", ""]])
    with read_session(sqlite_engine) as session:
        assert related(session, 1) == ()
        assert indicators_of(session, 1)[0].cases == 52


def test_merged_cases_are_one_and_hear_of_each_others_sites(engine: Engine) -> None:
    assess(engine, "a.example", [ACCOUNT])
    assess(engine, "b.example", [["phone", "+84912345678", ""]])
    with write_session(engine) as session:
        merge(session, 1, 2, reason="cùng tài khoản", actor=AN, now=NOW)
        session.commit()
    assess(engine, "b.example", [["wallet", "momo:0912345678", ""]])
    with read_session(engine) as session:
        assert [site.host for site in sites_of(session, 1)] == ["a.example", "b.example"]
        gone = session.get_one(Case, 2)
        assert (gone.state, gone.merged_into, gone.open_key) == ("duplicate", 1, None)
        assert {entry.kind for entry in indicators_of(session, 1)} == {"bank_account", "phone", "wallet"}
        assert len(session.exec(select(Case)).all()) == 2


def test_a_split_gives_the_other_case_back(engine: Engine) -> None:
    first, second = open_case(engine, "a.example"), open_case(engine, "b.example")
    with write_session(engine) as session:
        merge(session, first, second, reason="giống nhau", actor=AN, now=NOW)
        back = split(session, first, "b.example", reason="khác chủ", actor=AN, now=NOW)
        assert (back.id, back.state, back.open_key, back.merged_into) == (second, "in_review", "b.example", None)
        assert [site.host for site in sites_of(session, first)] == ["a.example"]
        session.commit()


def test_what_cannot_be_merged_or_split(sqlite_engine: Engine) -> None:
    first, waiting = open_case(sqlite_engine, "a.example"), open_case(sqlite_engine, "w.example", CaseState.WAITING)
    with write_session(sqlite_engine) as session:
        for into, gone, words in [(first, first, "itself"), (first, waiting, "other way round")]:
            with pytest.raises(RefusedError, match=words):
                merge(session, into, gone, reason="x", actor=AN, now=NOW)
        with pytest.raises(RefusedError, match="gathers no site"):
            split(session, first, "a.example", reason="x", actor=AN, now=NOW)


def test_a_merged_case_follows_the_others_fate(sqlite_engine: Engine) -> None:
    first, second = open_case(sqlite_engine, "a.example"), open_case(sqlite_engine, "b.example")
    with write_session(sqlite_engine) as session:
        case = merge(session, first, second, reason="giống", actor=AN, now=NOW)
        transition(session, case, CaseState.IN_REVIEW, actor="an", reason="xem", now=NOW)
        transition(session, case, CaseState.FALSE_POSITIVE, actor="an", reason="sạch", now=NOW)
        session.commit()
    assess(sqlite_engine, "b.example", [])  # judged duplicate at the same level: stays settled
    with read_session(sqlite_engine) as session:
        assert len(session.exec(select(Case)).all()) == 2
