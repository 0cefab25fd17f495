"""People and cases for the tests of the desk."""

from datetime import UTC, datetime

from sqlalchemy import Engine

from storage.db import write_session
from storage.models import Case
from takedown.actor import CONSOLE, Actor, Role
from takedown.lifecycle import CaseState
from takedown.staff import add_person

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)  # a Tuesday, 10:00 in Vietnam
AN = Actor("an", frozenset({Role.REVIEWER}))
BINH = Actor("binh", frozenset({Role.REVIEWER}))
CHI = Actor("chi", frozenset({Role.APPROVER}))
DUNG = Actor("dung", frozenset({Role.AUDITOR}))


def hire(engine: Engine, *people: Actor) -> None:
    """Makes the people, each with the password «mot mat khau dai»."""
    with write_session(engine) as session:
        for person in people:
            add_person(
                session,
                name=person.name,
                full_name=person.name.title(),
                roles=person.roles,
                password="mot mat khau dai",
                actor=CONSOLE,
                now=NOW,
            )
        session.commit()


def open_case(engine: Engine, host: str = "shop.example", state: CaseState = CaseState.NEW) -> int:
    """A stored case's number."""
    with write_session(engine) as session:
        case = Case(
            host=host,
            domain=host,
            url=f"https://{host}/",
            open_key=host if state.is_open else None,
            state=state,
            level="likely",
            points=3.0,
            category="fake_shop",
            title=f"Cửa hàng giả: {host}",
            opened_at=NOW,
            updated_at=NOW,
        )
        session.add(case)
        session.commit()
        assert case.id is not None
        return case.id
