"""Tables are read to their end past rows that hold what no program of ours wrote."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import Engine
from sqlmodel import col, select

from storage.db import read_session
from storage.models import Case
from storage.walk import Unreadable, get_row, readable, walk
from tests.takedown.desk import open_case


@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        ("title = x'ff'", "title holds bytes"),
        ("points = 'many'", "points holds str"),
        ("opened_at = 'garbage'", "ValueError"),
        ("assessment_id = 'q'", "assessment_id holds str"),
    ],
)
def test_a_value_of_another_kind_makes_its_row_unreadable(sqlite_engine: Engine, harm: str, reason: str) -> None:
    for host in ("a.example", "b.example", "c.example"):
        open_case(sqlite_engine, host)
    with closing(sqlite3.connect(str(sqlite_engine.url.database))) as connection:  # no foreign keys are kept here
        connection.execute(f'UPDATE "case" SET {harm} WHERE id = 2')
        connection.commit()
    with read_session(sqlite_engine) as session:
        rows = [row for page in walk(session, select(Case), col(Case.id)) for row in page]
        assert [row.id if isinstance(row, Case) else None for row in rows] == [1, None, 3]
        assert isinstance(rows[1], Unreadable)
        assert rows[1].key == 2
        assert rows[1].reason.startswith(reason)
        assert [row.id for row in readable(session, select(Case), col(Case.id))] == [1, 3]


def test_a_key_that_no_row_can_bear_is_none(engine: Engine) -> None:
    open_case(engine)
    with read_session(engine) as session:
        assert get_row(session, select(Case), col(Case.id), 10**23) is None
        assert get_row(session, select(Case), col(Case.id), 2**31) is None
        assert isinstance(get_row(session, select(Case), col(Case.id), 1), Case)
