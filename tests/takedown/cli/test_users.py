"""The people of the desk from the command line: whose word an account waits for, and what is asked before it counts."""

import json
from collections.abc import Callable

import pytest
from sqlmodel import select

from storage.db import open_engine, write_session
from storage.models import AuditEntry, Staff
from tests.takedown.desk import AN, CHI, hire

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def waiting(sqlite_url: str) -> str:
    """A reviewer whose account «hoa» made, and an approver."""
    engine = open_engine(sqlite_url)
    hire(engine, AN, CHI)
    with write_session(engine) as session:
        session.exec(select(Staff).where(Staff.name == "an")).one().unconfirmed_by = ["hoa"]
        session.commit()
    engine.dispose()
    return sqlite_url


def entries(url: str) -> list[AuditEntry]:
    engine = open_engine(url)
    with write_session(engine) as session:
        found = list(session.exec(select(AuditEntry).where(AuditEntry.action == "staff.confirmed")))
    engine.dispose()
    return found


def test_whoever_confirms_says_that_it_is_the_only_account(run: Run, waiting: str) -> None:
    code, out, err = run("users", "confirm", "an", "--as", "chi")
    assert (code, out, "--only-account" in err) == (2, "", True), err
    code, out, _ = run("users", "confirm", "an", "--only-account", "--as", "chi")
    assert (code, out.strip()) == (0, "an: đã xác nhận")
    (entry,) = entries(waiting)
    assert (entry.actor, entry.detail["changed_by"], entry.detail["only_account"]) == ("chi", ["hoa"], True)
    code, out, err = run("users", "confirm", "an", "--only-account", "--en")
    assert (code, "waits for nobody" in err) == (2, True), err
    people = json.loads(run("users", "list", "--json")[1])
    assert all(not person["unconfirmed_by"] for person in people)


def test_nobody_confirms_themselves_and_a_reviewer_nobody(run: Run, waiting: str) -> None:
    code, _, err = run("users", "confirm", "an", "--only-account", "--as", "an")
    assert (code, entries(waiting)) == (2, []), err
    assert run("users", "confirm", "nobody", "--only-account")[0] == 2
