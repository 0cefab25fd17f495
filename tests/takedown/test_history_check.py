"""A history that was altered beside the audit log is found; one that grew as it should is whole."""

import pytest
from sqlalchemy import Engine, text

from storage.audit import note_via
from storage.db import read_session, write_session
from storage.models import Case
from takedown.history import record_event
from takedown.history_check import HistoryFault, check_history
from takedown.lifecycle import CaseState, transition
from tests.takedown.desk import NOW, open_case


def grown(engine: Engine) -> None:
    """Two cases: an event with a float and odd characters, a move, one that came in by a token."""
    for host in ("a.example", "b.example"):
        number = open_case(engine, host)
        with write_session(engine) as session:
            case = session.get_one(Case, number)
            record_event(session, case, "seen_again", actor="intake", detail={"points": 3.0, "x": "a\x00b"}, now=NOW)
            note_via(session, "token 7")
            transition(session, case, CaseState.IN_REVIEW, actor="an", reason="đã xem", now=NOW)
            session.commit()


def found(engine: Engine, case_id: int | None = None) -> list[HistoryFault]:
    with read_session(engine) as session:
        return list(check_history(session, case_id))


def test_a_history_as_it_was_written_holds(engine: Engine) -> None:
    grown(engine)
    assert found(engine) == []
    assert found(engine, 1) == []


@pytest.mark.parametrize(
    ("harm", "kinds"),
    [
        ("UPDATE case_event SET detail = '{}' WHERE id = 2", ["altered"]),
        ("UPDATE case_event SET actor = 'binh' WHERE id = 2", ["altered"]),
        ("UPDATE case_event SET kind = 'note' WHERE id = 2", ["altered"]),
        ("DELETE FROM case_event WHERE id = 1", ["missing"]),
        ("UPDATE case_event SET case_id = 2 WHERE id = 1", ["missing", "added"]),
        (
            """INSERT INTO case_event (case_id, at, kind, actor, detail)
            SELECT case_id, at, kind, actor, detail FROM case_event WHERE id = 2""",
            ["added"],
        ),
        (
            """INSERT INTO case_event (id, case_id, at, kind, actor, detail)
            SELECT -1, case_id, at, kind, 'chi', detail FROM case_event WHERE id = 2""",
            ["added"],
        ),
    ],
)
def test_what_was_done_to_it_is_named(engine: Engine, harm: str, kinds: list[str]) -> None:
    grown(engine)
    with engine.begin() as connection:
        connection.execute(text(harm))
    assert [fault.kind for fault in found(engine)] == kinds
    assert found(engine)[0].subject == "case 1"
    assert found(engine, 1)


@pytest.mark.parametrize("harm", ["at = 'garbage'", "detail = 'no json'"])
def test_a_line_that_cannot_be_read_is_named_and_hides_no_other(sqlite_engine: Engine, harm: str) -> None:
    grown(sqlite_engine)
    with sqlite_engine.begin() as connection:
        connection.execute(text(f"UPDATE case_event SET {harm} WHERE id = 1"))
        connection.execute(text("UPDATE case_event SET actor = 'x' WHERE id = 4"))
    kinds = {(fault.subject, fault.kind) for fault in found(sqlite_engine)}
    assert kinds == {("case 1", "unreadable"), ("case 1", "missing"), ("case 2", "altered")}
