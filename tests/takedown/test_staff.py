"""Who works here: roles, passwords, and how long a guesser waits."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from storage.db import read_session, write_session
from storage.models import AuditEntry, Staff
from takedown.actor import CONSOLE, Role
from takedown.errors import NotAllowedError, StaffError
from takedown.staff import SignInState, add_person, set_active, set_password, set_roles, sign_in
from takedown.staff import _hasher as product_seal  # before the conftest puts a quick one in its place
from tests.takedown.desk import AN, NOW, hire

PASSWORD = "mot mat khau dai"


def test_a_person_signs_in_with_their_password_alone(engine: Engine) -> None:
    hire(engine, AN)
    with write_session(engine) as session:
        right = sign_in(session, name="an", password=PASSWORD, now=NOW)
        assert right.state is SignInState.OK
        assert right.person is not None
        assert right.person.actor == AN
        assert sign_in(session, name="an", password="wrong", now=NOW).state is SignInState.WRONG
        assert sign_in(session, name="nobody", password=PASSWORD, now=NOW).state is SignInState.WRONG
        session.commit()
    with read_session(engine) as session:
        assert session.exec(select(Staff)).one().password_hash.startswith("$argon2id$")
        assert PASSWORD not in str([entry.detail for entry in session.exec(select(AuditEntry))])


def test_a_guess_costs_what_a_graphics_card_cannot_hide() -> None:
    sealed = product_seal().hash(PASSWORD)
    cost = re.match(r"\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$", sealed)  # RFC 9106, 4: the second choice
    assert cost, sealed
    assert int(cost[1]) >= 65536
    assert int(cost[2]) >= 3


def test_a_guesser_waits_longer_and_longer_and_the_right_password_waits_too(sqlite_engine: Engine) -> None:
    hire(sqlite_engine, AN)
    with write_session(sqlite_engine) as session:
        for _ in range(5):
            sign_in(session, name="an", password="a wrong one", now=NOW)
        locked = sign_in(session, name="an", password=PASSWORD, now=NOW)
        assert (locked.state, locked.until) == (SignInState.LOCKED, NOW + timedelta(minutes=1))
        sign_in(session, name="an", password="a wrong one", now=NOW + timedelta(minutes=2))
        again = sign_in(session, name="an", password=PASSWORD, now=NOW + timedelta(minutes=3))
        assert again.until == NOW + timedelta(minutes=4)
        assert sign_in(session, name="an", password=PASSWORD, now=NOW + timedelta(minutes=4)).state is SignInState.OK


def test_a_blocked_person_is_out_and_their_sessions_end(sqlite_engine: Engine) -> None:
    hire(sqlite_engine, AN, CONSOLE_KEEPER)
    with write_session(sqlite_engine) as session:
        blocked = set_active(session, name="an", active=False, actor=CONSOLE, now=NOW)
        assert (blocked.active, blocked.epoch) == (False, 1)
        assert sign_in(session, name="an", password=PASSWORD, now=NOW).state is SignInState.WRONG


CONSOLE_KEEPER = type(CONSOLE)("keeper", frozenset({Role.ADMINISTRATOR}))


def test_the_last_administrator_stays(sqlite_engine: Engine) -> None:
    hire(sqlite_engine, CONSOLE_KEEPER)
    with write_session(sqlite_engine) as session, pytest.raises(StaffError, match="last administrator"):
        set_roles(session, name="keeper", roles=["auditor"], actor=CONSOLE, now=NOW)


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ({"name": "An Nguyen"}, "no sign-in name"),
        ({"roles": ["boss"]}, "unknown role boss"),
        ({"roles": []}, "unknown role"),
        ({"password": "short"}, "12 to 200"),
        ({"password": "aaaaaaaaaaaaaaaa"}, "easily guessed"),
        ({"password": "lananh-lananh-12"}, "easily guessed"),
    ],
)
def test_bad_people_are_refused(sqlite_engine: Engine, words: dict[str, object], fault: str) -> None:
    good = {"name": "lananh", "full_name": "Lan Anh", "roles": ["reviewer"], "password": PASSWORD}
    with write_session(sqlite_engine) as session, pytest.raises(StaffError, match=fault):
        add_person(session, **{**good, **words}, actor=CONSOLE, now=NOW)  # type: ignore[arg-type]


def test_only_administrators_manage_people(sqlite_engine: Engine) -> None:
    hire(sqlite_engine, AN)
    with write_session(sqlite_engine) as session:
        with pytest.raises(NotAllowedError, match="administrator"):
            set_roles(session, name="an", roles=["administrator"], actor=AN, now=NOW)
        assert set_password(session, name="an", password="mot mat khau khac", actor=AN, now=NOW).epoch == 1
