"""The door for a case's state: legal moves, one winner of two, a line of history and an audit entry each."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine
from sqlmodel import select

import storage.migrations
from storage.audit import verify_audit
from storage.db import read_session, write_session
from storage.models import AuditEntry, Case, CaseEvent
from takedown.errors import CaseChangedError, IllegalTransitionError
from takedown.lifecycle import MOVES, CaseState, transition

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def stored_case(engine: Engine, host: str = "shop.example", state: CaseState = CaseState.NEW) -> int:
    with write_session(engine) as session:
        case = Case(
            host=host,
            domain=host,
            url=f"https://{host}/",
            open_key=host if state.is_open else None,
            state=state,
            level="likely",
            points=3.0,
            opened_at=NOW,
            updated_at=NOW,
        )
        session.add(case)
        session.commit()
        assert case.id is not None
        return case.id


def move(engine: Engine, number: int, *states: CaseState) -> None:
    for state in states:
        with write_session(engine) as session:
            transition(session, session.get_one(Case, number), state, actor="an", reason="đã xem", now=NOW)
            session.commit()


def test_a_verdict_leaves_a_line_of_history_and_an_audit_entry(engine: Engine) -> None:
    number = stored_case(engine)
    move(engine, number, CaseState.IN_REVIEW, CaseState.CONFIRMED)
    with read_session(engine) as session:
        events = session.exec(select(CaseEvent)).all()
        assert [(event.detail["from"], event.detail["to"]) for event in events] == [
            ("new", "in_review"),
            ("in_review", "confirmed"),
        ]
        entries = session.exec(select(AuditEntry)).all()
        assert {(entry.action, entry.subject, entry.actor) for entry in entries} == {
            ("case.transition", f"case {number}", "an")
        }
        assert verify_audit(session).holds


def test_an_unknown_move_changes_nothing(sqlite_engine: Engine) -> None:
    number = stored_case(sqlite_engine)
    with pytest.raises(IllegalTransitionError, match="possible: in_review"):
        move(sqlite_engine, number, CaseState.CONFIRMED)
    with read_session(sqlite_engine) as session:
        assert session.get_one(Case, number).state == "new"
        assert session.exec(select(AuditEntry)).all() == []


@pytest.mark.parametrize(("actor", "reason"), [("", "why"), ("an", " ")])
def test_who_and_why_are_required(sqlite_engine: Engine, actor: str, reason: str) -> None:
    number = stored_case(sqlite_engine)
    with write_session(sqlite_engine) as session, pytest.raises(IllegalTransitionError, match="who makes it and why"):
        transition(session, session.get_one(Case, number), CaseState.IN_REVIEW, actor=actor, reason=reason, now=NOW)


def test_of_two_who_read_the_same_state_only_one_decides(engine: Engine) -> None:
    number = stored_case(engine, state=CaseState.IN_REVIEW)
    with read_session(engine) as session:
        stale = session.get_one(Case, number)
        session.expunge(stale)
    move(engine, number, CaseState.CONFIRMED)
    with write_session(engine) as session:
        mine = session.merge(stale, load=False)
        with pytest.raises(CaseChangedError, match="somebody else"):
            transition(session, mine, CaseState.FALSE_POSITIVE, actor="bình", reason="sạch", now=NOW)
        session.rollback()
    with read_session(engine) as session:
        assert session.get_one(Case, number).state == "confirmed"


def test_an_ended_case_frees_its_host_and_a_reopened_one_takes_it_back(engine: Engine) -> None:
    number = stored_case(engine, state=CaseState.IN_REVIEW)
    move(engine, number, CaseState.FALSE_POSITIVE)
    with read_session(engine) as session:
        assert session.get_one(Case, number).open_key is None
    move(engine, number, CaseState.IN_REVIEW)
    with read_session(engine) as session:
        assert session.get_one(Case, number).open_key == "shop.example"


def test_a_second_open_case_of_one_host_is_refused(engine: Engine) -> None:
    ended = stored_case(engine, state=CaseState.CLOSED)
    stored_case(engine)
    with pytest.raises(IllegalTransitionError, match="another case of"):
        move(engine, ended, CaseState.IN_REVIEW)


def test_the_newest_change_is_dated(sqlite_engine: Engine) -> None:
    number = stored_case(sqlite_engine)
    later = NOW + timedelta(hours=1)
    with write_session(sqlite_engine) as session:
        case = session.get_one(Case, number)
        transition(session, case, CaseState.IN_REVIEW, actor="an", reason="nhận", now=later)
        assert (case.state, case.updated_at) == ("in_review", later)


def test_when_a_case_was_first_down_stays_known_through_its_relapse(engine: Engine) -> None:
    number = stored_case(engine, state=CaseState.CONFIRMED)
    for hours, state in enumerate((CaseState.DOWN, CaseState.CONFIRMED, CaseState.DOWN)):
        with write_session(engine) as session:
            case, now = session.get_one(Case, number), NOW + timedelta(hours=hours)
            transition(session, case, state, actor="verification", reason="đã xem", now=now)
            session.commit()
            assert case.down_at == NOW


def test_when_cases_of_an_older_database_were_first_down_is_read_from_their_history(engine: Engine) -> None:
    numbers = [stored_case(engine, f"{place}.example", CaseState.CLOSED) for place in range(2)]
    with write_session(engine) as session:
        for hours, state in ((3, "down"), (2, "down"), (1, "waiting")):
            at, detail = NOW + timedelta(hours=hours), {"to": state}
            session.add(CaseEvent(case_id=numbers[0], at=at, kind="transition", actor="x", detail=detail))
        session.add(CaseEvent(case_id=numbers[1], at=NOW, kind="note", actor="x", detail={"to": "down"}))
        session.commit()
    config = Config()
    config.set_main_option("script_location", str(Path(storage.migrations.__file__).parent))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0018")
        command.upgrade(config, "head")
        connection.commit()
    with read_session(engine) as session:
        assert [session.get_one(Case, number).down_at for number in numbers] == [NOW + timedelta(hours=2), None]


def test_every_state_can_be_reached_and_every_verdict_taken_back() -> None:
    assert set(MOVES) == set(CaseState)
    reached = {CaseState.NEW}
    while more := {to for state in reached for to in MOVES[state]} - reached:
        reached |= more
    assert reached == set(CaseState)
    for verdict in (CaseState.CONFIRMED, CaseState.FALSE_POSITIVE, CaseState.DUPLICATE, CaseState.POLICE_FIRST):
        assert CaseState.IN_REVIEW in MOVES[verdict]
