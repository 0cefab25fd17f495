"""Look-alikes: what is opened after a case came down and shares with it what few share is linked to it, once."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import col, select

from storage.audit import verify_audit
from storage.db import write_session
from storage.models import Assessment, AuditEntry, CampaignLink, Case, CaseEvent, DomainRecord
from takedown.campaigns import LookAlike, look_alikes
from takedown.intake import take_in
from takedown.lifecycle import CaseState, transition
from takedown.marks import name_shape
from tests.takedown.desk import NOW

ACCOUNT = ["bank_account", "970436:0123456789", "vietcombank"]


def found(engine: Engine, host: str, *indicators: list[str], days: int = 0, registrant: str = "") -> int:
    """A sweep's assessment, taken in ``days`` later; its case's number."""
    now = NOW + timedelta(days=days)
    with write_session(engine) as session:
        record = DomainRecord(domain=host, host=host, looked_up_at=now, owner_mark=registrant)
        session.add(record)
        session.flush()
        session.add(
            Assessment(
                url=f"https://{host}/", host=host, domain=host, assessed_at=now, level="likely", points=4.0,
                probability=0.9, signals=[], rule_set="abc", indicators=list(indicators), domain_record_id=record.id,
            )
        )  # fmt: skip
        session.flush()
        take_in(session, now=now, threshold="suspicious")
        session.commit()
        return session.exec(select(Case.id).where(Case.host == host).order_by(col(Case.id).desc())).first() or 0


def bring_down(engine: Engine, number: int, days: int = 1) -> None:
    with write_session(engine) as session:
        case = session.get_one(Case, number)
        for state in (CaseState.IN_REVIEW, CaseState.CONFIRMED, CaseState.DOWN):
            transition(session, case, state, actor="x", reason="y", now=NOW + timedelta(days=days))
        session.commit()


def linked(engine: Engine, number: int) -> tuple[tuple[LookAlike, ...], tuple[LookAlike, ...]]:
    with write_session(engine) as session:
        return look_alikes(session, number)


def test_a_new_name_with_the_account_of_a_case_that_is_down_is_linked_to_it(engine: Engine) -> None:
    first = found(engine, "shop-a.example", ACCOUNT)
    bring_down(engine, first)
    second = found(engine, "khac-han.example", ACCOUNT, days=9)
    found(engine, "nguoi-khac.example", ["bank_account", "970436:9999999999", ""], days=9)
    (after,), before = linked(engine, first)
    assert (after.case_id, after.host, after.state, before) == (second, "khac-han.example", "new", ())
    assert after.shared == (("bank_account", "970436:0123456789"),)
    assert [entry.case_id for entry in linked(engine, second)[1]] == [first]
    found(engine, "khac-han.example", ACCOUNT, days=10)  # seen again: the pair is linked once
    with write_session(engine) as session:
        assert len(session.exec(select(CampaignLink)).all()) == 1
        told = session.exec(select(CaseEvent).where(CaseEvent.kind == "look_alike")).all()
        assert {event.case_id for event in told} == {first, second}
        assert session.exec(select(AuditEntry).where(AuditEntry.action == "case.look_alike")).first() is not None
        assert verify_audit(session).holds
        assert session.get_one(Case, second).state == "new", "a look-alike is judged on its own evidence"


@pytest.mark.parametrize(
    ("host", "registrant"),
    [("xakho-thoitrang88.top.example", ""), ("hoan-toan-khac.example", "ab" * 20)],
)
def test_a_look_alike_name_or_the_same_owner_is_enough(sqlite_engine: Engine, host: str, registrant: str) -> None:
    first = found(sqlite_engine, "xakho-thoitrang.top.example", registrant=registrant)
    bring_down(sqlite_engine, first)
    second = found(sqlite_engine, host, days=5, registrant=registrant)
    assert [entry.case_id for entry in linked(sqlite_engine, first)[0]] == [second]
    with write_session(sqlite_engine) as session:  # an owner's mark stays where it can be erased
        kept = str([row.shared for row in session.exec(select(CampaignLink))])
        kept += str([row.detail for row in session.exec(select(AuditEntry))])
        assert "abab" not in kept
        assert ("registrant" in kept) is bool(registrant)


def test_what_was_open_before_or_never_came_down_is_no_look_alike(sqlite_engine: Engine) -> None:
    first = found(sqlite_engine, "shop-a.example", ACCOUNT)
    earlier = found(sqlite_engine, "shop-b.example", ACCOUNT)
    bring_down(sqlite_engine, first)
    found(sqlite_engine, "shop-b.example", ACCOUNT, days=3)  # seen again, opened before
    assert linked(sqlite_engine, first) == linked(sqlite_engine, earlier) == ((), ())


@pytest.mark.parametrize("shared", [["address", "203.0.113.7", ""], ["kit", "markup:00112233445566aa", ""]])
def test_a_shared_host_or_a_kit_alone_says_nothing(sqlite_engine: Engine, shared: list[str]) -> None:
    first = found(sqlite_engine, "mot-trang-gia.example", shared)
    bring_down(sqlite_engine, first)
    found(sqlite_engine, "chuyen-khac-nua.example", shared, days=3)
    assert linked(sqlite_engine, first)[0] == ()


def test_the_host_that_comes_back_after_its_watch_is_linked_to_its_closed_case(sqlite_engine: Engine) -> None:
    first = found(sqlite_engine, "shop-a.example", ACCOUNT)
    bring_down(sqlite_engine, first)
    with write_session(sqlite_engine) as session:
        case = session.get_one(Case, first)
        transition(session, case, CaseState.CLOSED, actor="x", reason="y", now=NOW + timedelta(days=90))
        session.commit()
    again = found(sqlite_engine, "shop-a.example", ACCOUNT, days=120)
    assert again != first
    assert [entry.case_id for entry in linked(sqlite_engine, again)[1]] == [first]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("xakho-thoitrang.example", "www.xakho-thoitrang88.top", True),
        ("vietcombank-xác-thực.top", "vietcombankxacthuc9.site", True),
        ("dien-may-gia-goc.shop", "xakho-thoitrang.shop", False),
        ("shop1.top", "shop2.top", False),  # too short to say anything
    ],
)
def test_the_shape_of_a_name(one: str, other: str, same: bool) -> None:
    assert (name_shape(one) == name_shape(other) != "") is same
