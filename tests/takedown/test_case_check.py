"""A case's row that tells otherwise than its history is found; one that went its way through the desk is whole."""

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from storage.db import read_session, write_session
from storage.models import Case, CaseSite
from takedown.case_check import CaseFault, check_cases
from takedown.gathering import merge, split
from takedown.lifecycle import CaseState, transition
from takedown.review import assign, judge, set_blind, undo
from takedown.review import take as take_case
from tests.takedown.desk import AN, CHI, NOW, hire, open_case
from tests.takedown.test_intake import assess, take


def grown(engine: Engine) -> None:
    """Case 1: opened, seen again lower, unreadable since, an older look that came late, in review; case 2: opened."""
    for days, level, points in (
        (0, "likely", 3.5),
        (2, "suspicious", 1.5),
        (3, "unknown", 0.0),
        (1, "near_certain", 9.0),
    ):
        assess(engine, level=level, points=points, assessed_at=NOW + timedelta(days=days))
        take(engine)
    assess(engine, "b.example")
    take(engine)
    with write_session(engine) as session:
        transition(session, session.get_one(Case, 1), CaseState.IN_REVIEW, actor="an", reason="đã xem", now=NOW)
        session.commit()


def found(engine: Engine, case_id: int | None = None) -> list[CaseFault]:
    with read_session(engine) as session:
        return list(check_cases(session, case_id))


def test_rows_that_went_their_way_hold(engine: Engine) -> None:
    grown(engine)
    assert found(engine) == []
    assert found(engine, 1) == []


def test_what_a_case_is_known_by_is_compared_with_its_assessments_and_those_of_what_was_merged(engine: Engine) -> None:
    account, phone = ["bank_account", "970436:0123456789", "VCB"], ["phone", "+84912345678", ""]
    assess(engine, "a.example", indicators=[account])
    assess(engine, "b.example", indicators=[phone, ["handle", f" {'x' * 300} ", ""]])
    take(engine)
    with write_session(engine) as session:
        merge(session, 1, 2, reason="một chủ", actor=AN, now=NOW)
        split(session, 1, "b.example", reason="khác chủ", actor=AN, now=NOW)
        session.commit()
    assert found(engine) == []
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE case_indicator SET value = '970422:99' WHERE case_id = 1 AND kind = 'bank_account'")
        )
        connection.execute(text("DELETE FROM case_indicator WHERE case_id = 2 AND kind = 'phone'"))
    assert [(fault.subject, fault.column, fault.expected, fault.found) for fault in found(engine)] == [
        ("case 1", "bank_account", "970436:0123456789", ""),
        ("case 1", "bank_account", "", "970422:99"),
        ("case 2", "phone", "+84912345678", ""),
    ]


def test_what_people_set_in_a_row_is_compared_and_an_undo_tells_what_it_took_back(engine: Engine) -> None:
    hire(engine, AN)
    grown(engine)
    with write_session(engine) as session:
        set_blind(session, 2, True, actor=CHI, now=NOW)
        set_blind(session, 2, False, actor=CHI, now=NOW)
        assign(session, 1, "an", actor=CHI, now=NOW)
        for verdict, more in ((CaseState.DUPLICATE, {"duplicate_of": 2}), (CaseState.CONFIRMED, {"clean_only": True})):
            take_case(session, 1, actor=AN, now=NOW)
            judge(session, 1, verdict, reason="đã xem", actor=AN, now=NOW, **more)
            session.commit()
            assert list(check_cases(session)) == []
            undo(session, 1, reason="nhầm", actor=AN, now=NOW)
            assert list(check_cases(session)) == []
        merge(session, 2, 1, reason="một chủ", actor=AN, now=NOW)
        session.commit()
    assert found(engine) == []
    with engine.begin() as connection:
        connection.execute(text("UPDATE \"case\" SET merged_into = NULL, assignee = '' WHERE id = 1"))
    assert [(each.column, each.expected, each.found) for each in found(engine)] == [
        ("assignee", "an", ""),
        ("merged_into", "2", "None"),
    ]


def test_histories_that_lead_in_circles_or_to_no_case_are_read_to_their_end(sqlite_engine: Engine) -> None:
    account = ["bank_account", "970436:0123456789", "VCB"]
    assess(sqlite_engine, "a.example", indicators=[account])
    for name in "bcd":
        assess(sqlite_engine, f"{name}.example")
    take(sqlite_engine)
    leads = [(b, a) for b in range(1, 5) for a in (1, 2, 3, 4, 99, 10**30)] * 2
    with closing(sqlite3.connect(str(sqlite_engine.url.database))) as connection:
        line = "INSERT INTO case_event (case_id, at, kind, actor, detail) VALUES (?, ?, 'merged', 'x', ?)"
        for case, elder in leads:
            connection.execute(line, (case, "2026-11-25 03:00:00", f'{{"from": {elder}}}'))
        connection.commit()
    assert {(each.subject, each.column) for each in found(sqlite_engine)} == {
        (f"case {number}", "bank_account") for number in (2, 3, 4)
    }


def test_a_row_that_nothing_opened_is_added(engine: Engine) -> None:
    grown(engine)
    number = open_case(engine, "put-in.example")
    assert [(fault.subject, fault.kind) for fault in found(engine)] == [(f"case {number}", "added")]


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE assessment SET categories = '[1]' WHERE id = 2",
        "UPDATE assessment SET categories = '{}' WHERE id = 2",
        "UPDATE assessment SET host = x'ff' WHERE id = 2",
        """UPDATE case_event SET detail = '{"assessment": 99999999999999999999999}' WHERE id = 1""",
        """UPDATE case_event SET detail = '{"assessment": 9999999999}' WHERE id = 1""",
        "UPDATE case_event SET detail = '7' WHERE id = 1",
        "UPDATE case_event SET kind = x'ff' WHERE id = 1",
    ],
)
def test_rows_of_other_tables_that_cannot_be_read_stop_no_comparison(sqlite_engine: Engine, harm: str) -> None:
    grown(sqlite_engine)
    with closing(sqlite3.connect(str(sqlite_engine.url.database))) as connection:
        connection.execute("""UPDATE "case" SET state = 'closed', open_key = NULL WHERE id = 2""")
        connection.execute(harm)
        connection.commit()
    assert ("case 2", "altered", "state") in {(each.subject, each.kind, each.column) for each in found(sqlite_engine)}


@pytest.mark.parametrize(
    ("harm", "columns"),
    [
        ("level = 'near_certain'", ["level"]),
        ("points = 9.5", ["points"]),
        ("state = 'closed'", ["state"]),
        ("category = 'gambling'", ["category"]),
        ("handling = 'clean_only'", ["handling"]),
        ("assignee = 'an'", ["assignee"]),
        ("blind = true", ["blind"]),
        ("merged_into = 2", ["merged_into"]),
        ("down_at = opened_at", ["down_at"]),
        ("host = 'other.example'", ["host"]),
        ("url = 'https://honest.example/'", ["url"]),
        ("domain = 'honest.example'", ["domain"]),
        ("open_key = 'again.example'", ["open_key"]),
        ("opened_at = '2020-01-01 00:00:00.000000'", ["opened_at"]),
        ("assessment_id = NULL", ["assessment_id"]),
        ("assessment_id = 1, level = 'likely', points = 3.5", ["assessment_id", "level", "points"]),
    ],
)
def test_what_was_done_to_a_row_is_named(engine: Engine, harm: str, columns: list[str]) -> None:
    grown(engine)
    with engine.begin() as connection:
        connection.execute(text(f'UPDATE "case" SET {harm} WHERE id = 1'))
    assert [(fault.subject, fault.kind, fault.column) for fault in found(engine)] == [
        ("case 1", "altered", column) for column in columns
    ]
    assert found(engine, 1)
    assert found(engine, 2) == []


def test_a_case_that_a_split_made_is_compared_with_what_the_split_wrote(engine: Engine) -> None:
    grown(engine)
    with write_session(engine) as session:
        session.add(
            CaseSite(
                case_id=1, host="c.example", domain="c.example", url="https://c.example/", added_by="an", added_at=NOW
            )
        )
        session.flush()
        made = split(session, 1, "c.example", reason="khác chủ", actor=AN, now=NOW).id
        session.commit()
    assert found(engine) == []
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE \"case\" SET url = 'https://x.example/', points = 0 WHERE id = {made}"))
    assert {fault.column for fault in found(engine, made)} == {"url", "points"}


def test_a_row_that_is_gone_or_cannot_be_read_is_named(sqlite_engine: Engine) -> None:
    grown(sqlite_engine)
    with closing(sqlite3.connect(str(sqlite_engine.url.database))) as connection:  # no foreign keys are kept here
        connection.execute('DELETE FROM "case" WHERE id = 1')
        connection.execute("""UPDATE "case" SET opened_at = 'garbage' WHERE id = 2""")
        connection.commit()
    assert {(fault.subject, fault.kind) for fault in found(sqlite_engine)} == {
        ("case 1", "missing"),
        ("case 2", "unreadable"),
    }
