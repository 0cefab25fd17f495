"""One judge a case, reasons for everything, verdicts that can be taken back within the rules."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from storage.audit import verify_audit
from storage.db import read_session, write_session
from storage.models import Case, CaseEvent
from takedown.actor import Actor
from takedown.errors import CaseLockedError, NotAllowedError, RefusedError, TakedownError
from takedown.lifecycle import CaseState
from takedown.review import assign, judge, judge_many, move, opinions, release, set_blind, take, undo
from tests.takedown.desk import AN, BINH, CHI, DUNG, NOW, hire, open_case


def judged(
    engine: Engine, number: int, verdict: CaseState, actor: Actor, *, now: datetime = NOW, clean_only: bool = False
) -> str:
    with write_session(engine) as session:
        take(session, number, actor=actor, now=now)
        case = judge(session, number, verdict, reason="đã xem", actor=actor, now=now, clean_only=clean_only)
        session.commit()
        return case.state


def test_a_case_that_is_open_at_one_person_is_closed_to_others(engine: Engine) -> None:
    number = open_case(engine)
    with write_session(engine) as session:
        take(session, number, actor=AN, now=NOW)
        session.commit()
    with write_session(engine) as session:
        with pytest.raises(CaseLockedError, match="open at an"):
            take(session, number, actor=BINH, now=NOW)
        with pytest.raises(CaseLockedError, match="take case"):
            judge(session, number, CaseState.CONFIRMED, reason="x", actor=BINH, now=NOW)
        take(session, number, actor=BINH, now=NOW + timedelta(minutes=31))  # the lock ran out
        session.commit()
    with write_session(engine) as session, pytest.raises(CaseLockedError):
        judge(session, number, CaseState.CONFIRMED, reason="x", actor=AN, now=NOW + timedelta(minutes=32))


def test_of_many_who_take_a_case_at_once_one_has_it(engine: Engine) -> None:
    number = open_case(engine)

    def attempt(actor: Actor) -> bool:
        with write_session(engine) as session:
            try:
                take(session, number, actor=actor, now=NOW)
            except CaseLockedError:
                return False
            session.commit()
            return True

    people = [Actor(f"r{index}", AN.roles) for index in range(6)]
    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(attempt, people)) == 1


def test_a_verdict_frees_the_lock_and_stands_in_the_chain(engine: Engine) -> None:
    number = open_case(engine)
    assert judged(engine, number, CaseState.CONFIRMED, AN, clean_only=True) == "confirmed"
    with read_session(engine) as session:
        case = session.get_one(Case, number)
        assert (case.lock_holder, case.lock_until, case.handling) == ("", None, "clean_only")
        kinds = [event.kind for event in session.exec(select(CaseEvent))]
        assert kinds == ["transition", "transition", "handling"]
        assert verify_audit(session).holds


def test_an_auditor_judges_nothing(sqlite_engine: Engine) -> None:
    number = open_case(sqlite_engine)
    with write_session(sqlite_engine) as session, pytest.raises(NotAllowedError, match="reviewer or approver"):
        take(session, number, actor=DUNG, now=NOW)


def test_giving_back_returns_the_case_to_the_queue(sqlite_engine: Engine) -> None:
    number = open_case(sqlite_engine)
    with write_session(sqlite_engine) as session:
        take(session, number, actor=AN, now=NOW)
        with pytest.raises(NotAllowedError):
            release(session, number, actor=BINH, now=NOW)
        assert release(session, number, actor=CHI, now=NOW).state == "new"


def test_an_assigned_case_is_its_assignees(sqlite_engine: Engine) -> None:
    hire(sqlite_engine, AN, BINH)
    number = open_case(sqlite_engine)
    with write_session(sqlite_engine) as session:
        assign(session, number, "an", actor=CHI, now=NOW)
        with pytest.raises(CaseLockedError, match="assigned to an"):
            take(session, number, actor=BINH, now=NOW)
        assert take(session, number, actor=AN, now=NOW).lock_holder == "an"


def test_two_blind_reviewers_do_not_see_each_other_and_must_agree(engine: Engine) -> None:
    number = open_case(engine)
    with write_session(engine) as session:
        set_blind(session, number, True, actor=CHI, now=NOW)
        session.commit()
    assert judged(engine, number, CaseState.CONFIRMED, AN) == "in_review"
    with write_session(engine) as session:
        case = session.get_one(Case, number)
        assert opinions(session, case, "binh") == ()
        assert [entry.verdict for entry in opinions(session, case, "an")] == ["confirmed"]
        take(session, number, actor=AN, now=NOW)
        with pytest.raises(NotAllowedError, match="another person"):
            judge(session, number, CaseState.CONFIRMED, reason="x", actor=AN, now=NOW)
    assert judged(engine, number, CaseState.CONFIRMED, BINH, now=NOW + timedelta(hours=1)) == "confirmed"


def test_a_dispute_is_settled_by_an_approver(engine: Engine) -> None:
    number = open_case(engine)
    with write_session(engine) as session:
        set_blind(session, number, True, actor=CHI, now=NOW)
        session.commit()
    judged(engine, number, CaseState.CONFIRMED, AN)
    assert judged(engine, number, CaseState.FALSE_POSITIVE, BINH) == "in_review"
    third = Actor("third", AN.roles)
    with pytest.raises(NotAllowedError, match="approver"):
        judged(engine, number, CaseState.CONFIRMED, third)
    assert judged(engine, number, CaseState.FALSE_POSITIVE, CHI) == "false_positive"


def test_many_are_judged_with_one_reason_and_the_rest_named(engine: Engine) -> None:
    numbers = [open_case(engine, f"shop-{index}.example") for index in range(3)]
    done = open_case(engine, "done.example", CaseState.CLOSED)
    with write_session(engine) as session:
        take(session, numbers[1], actor=BINH, now=NOW)
        report = judge_many(
            session, [*numbers, done, 999], CaseState.FALSE_POSITIVE, reason="cùng một báo", actor=AN, now=NOW
        )
        session.commit()
    assert report.judged == (numbers[0], numbers[2])
    assert [number for number, _ in report.refused] == [numbers[1], done, 999]


@pytest.mark.parametrize(
    ("who", "hours", "allowed"), [(AN, 1, True), (AN, 25, False), (BINH, 1, False), (CHI, 100, True)]
)
def test_undo_is_for_the_judge_within_a_day_or_for_an_approver(
    sqlite_engine: Engine, who: Actor, hours: int, allowed: bool
) -> None:
    number = open_case(sqlite_engine)
    judged(sqlite_engine, number, CaseState.FALSE_POSITIVE, AN)
    with write_session(sqlite_engine) as session:
        later = NOW + timedelta(hours=hours)
        if not allowed:
            with pytest.raises(NotAllowedError):
                undo(session, number, reason="nhầm", actor=who, now=later)
            return
        assert undo(session, number, reason="nhầm", actor=who, now=later).state == "in_review"


@pytest.mark.parametrize(
    ("verdict", "options"),
    [
        (CaseState.REQUESTED, {}),
        (CaseState.CONFIRMED, {"duplicate_of": 1}),
        (CaseState.FALSE_POSITIVE, {"clean_only": True}),
        (CaseState.DUPLICATE, {"duplicate_of": 999}),
    ],
)
def test_what_is_no_verdict(sqlite_engine: Engine, verdict: CaseState, options: dict[str, object]) -> None:
    number = open_case(sqlite_engine)
    with write_session(sqlite_engine) as session:
        take(session, number, actor=AN, now=NOW)
        with pytest.raises(TakedownError):
            judge(session, number, verdict, reason="x", actor=AN, now=NOW, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("state", "to", "moves"),
    [
        (CaseState.WAITING, CaseState.REFUSED, True),
        (CaseState.POLICE_FIRST, CaseState.CONFIRMED, True),
        (CaseState.REFUSED, CaseState.CLOSED, True),
        (CaseState.IN_REVIEW, CaseState.CONFIRMED, False),
        (CaseState.WAITING, CaseState.DOWN, False),
        (CaseState.NEW, CaseState.CLOSED, False),
    ],
)
def test_moves_by_hand_are_an_approvers_and_no_way_round_a_verdict(
    sqlite_engine: Engine, state: CaseState, to: CaseState, moves: bool
) -> None:
    number = open_case(sqlite_engine, state=state)
    with write_session(sqlite_engine) as session:
        with pytest.raises(NotAllowedError):
            move(session, number, to, reason="x", actor=AN, now=NOW)
        if moves:
            assert move(session, number, to, reason="từ chối", actor=CHI, now=NOW).state == to
        else:
            with pytest.raises(TakedownError):
                move(session, number, to, reason="x", actor=CHI, now=NOW)


def test_a_judged_case_is_not_taken_again(sqlite_engine: Engine) -> None:
    number = open_case(sqlite_engine, state=CaseState.CONFIRMED)
    with write_session(sqlite_engine) as session, pytest.raises(RefusedError, match="undo it"):
        take(session, number, actor=AN, now=NOW)
