"""One administrator alone is never two people, whichever accounts they make, open or enter."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from storage.artifacts import ArtifactStore
from storage.db import read_session, write_session
from storage.models import AuditEntry, Notice, Staff
from takedown import second_factor
from takedown.actor import CONSOLE, Actor, Role
from takedown.drafting import draft_notices
from takedown.errors import NotAllowedError, StaffError
from takedown.four_eyes import confirm_person, namesakes, waiting_for
from takedown.notices import release_notice
from takedown.staff import add_person, set_active, set_password, set_roles
from tests.takedown.desk import AN, CHI, HEAD, NOW, hire, proven_case

LAN = Actor("lan", frozenset({Role.ADMINISTRATOR, Role.APPROVER}))  # would pass four eyes alone
MAI = Actor("mai", frozenset({Role.ADMINISTRATOR}))
GHOST = Actor("ghost", frozenset({Role.REVIEWER, Role.APPROVER}))
FIRST, SECOND = "mot mat khau dai", "hai dong song lon"
Change = Callable[[Session], object]


@pytest.fixture
def office(sqlite_engine: Engine) -> Engine:
    """Two administrators, a reviewer and an approver, made at the console."""
    hire(sqlite_engine, LAN, MAI, AN, CHI)
    return sqlite_engine


def invent(session: Session, actor: Actor = LAN, person: Actor = GHOST, roles: frozenset[Role] = GHOST.roles) -> None:
    """An account that its maker enters, as whom they choose its password."""
    words = {"name": person.name, "full_name": "", "roles": roles, "password": FIRST}
    add_person(session, **words, actor=actor, now=NOW)  # type: ignore[arg-type]
    set_password(session, name=person.name, password=SECOND, actor=person, now=NOW)


def draft(session: Session, store: ArtifactStore, case: int, actor: Actor) -> int:
    (made,) = draft_notices(session, store, case, head=HEAD, actor=actor, now=NOW, recipients=["pa05_hcm"])
    return made.id or 0


@pytest.mark.parametrize(("first", "second"), [(LAN, GHOST), (GHOST, LAN)])
def test_an_invented_person_is_neither_the_first_nor_the_second(
    office: Engine, artifact_store: ArtifactStore, first: Actor, second: Actor
) -> None:
    case = proven_case(office, artifact_store)
    with write_session(office) as session:
        invent(session)
        notice = draft(session, artifact_store, case, first)
        with pytest.raises(NotAllowedError, match="made or changed by «lan»"):
            release_notice(session, notice, actor=second, now=NOW)
        assert session.get_one(Notice, notice).state == "draft"
        confirm_person(session, name="ghost", only_account=True, actor=CHI, now=NOW)
        assert release_notice(session, notice, actor=second, now=NOW).approved_by == second.name
        session.commit()
    with read_session(office) as session:
        (told,) = session.exec(select(AuditEntry).where(AuditEntry.action == "staff.confirmed")).all()
    assert (told.actor, told.subject) == ("chi", "staff ghost")
    assert told.detail == {
        "changed_by": ["lan"],
        "roles": ["approver", "reviewer"],
        "only_account": True,
        "same_name": [],
    }


def test_whoever_has_another_account_is_not_confirmed_as_a_second_person(office: Engine) -> None:
    with write_session(office) as session:
        invent(session)
        for row in session.exec(select(Staff).where(col(Staff.name).in_(("ghost", "lan")))):
            row.full_name = "Nguyễn  Lan" if row.name == "ghost" else "nguyễn lan"
        with pytest.raises(StaffError, match="another account"):
            confirm_person(session, name="ghost", only_account=False, actor=CHI, now=NOW)
        ghost = session.exec(select(Staff).where(Staff.name == "ghost")).one()
        assert (ghost.unconfirmed_by, namesakes(session, ghost)) == (["lan"], ("lan",))
        confirm_person(session, name="ghost", only_account=True, actor=CHI, now=NOW)
        told = session.exec(select(AuditEntry).where(AuditEntry.action == "staff.confirmed")).one()
        assert told.detail["same_name"] == ["lan"], "and the log keeps what the confirmer was shown"


@pytest.mark.parametrize(
    "change",
    [
        lambda s: set_password(s, name="chi", password=SECOND, actor=LAN, now=NOW),
        lambda s: second_factor.end(s, name="chi", code="", actor=LAN, now=NOW),
        lambda s: set_roles(s, name="chi", roles=["approver", "reviewer"], actor=LAN, now=NOW),
    ],
    ids=["password", "codes", "roles"],
)
def test_an_account_that_was_opened_waits_for_another_person(office: Engine, change: Change) -> None:
    with write_session(office) as session:
        change(session)
        set_password(session, name="chi", password=FIRST, actor=CHI, now=NOW)
        assert waiting_for(session, MAI) == ("chi",)
        for alone in (LAN, CHI):
            assert waiting_for(session, alone) == ()
            with pytest.raises(NotAllowedError):
                confirm_person(session, name="chi", only_account=True, actor=alone, now=NOW)
        with pytest.raises(NotAllowedError):
            confirm_person(session, name="chi", only_account=True, actor=AN, now=NOW)  # a reviewer
        confirm_person(session, name="chi", only_account=True, actor=MAI, now=NOW)
        with pytest.raises(StaffError, match="waits for nobody"):
            confirm_person(session, name="chi", only_account=True, actor=MAI, now=NOW)


def test_fewer_roles_a_block_and_ones_own_password_leave_an_account_as_it_is(office: Engine) -> None:
    with write_session(office) as session:
        set_roles(session, name="lan", roles=["administrator"], actor=MAI, now=NOW)
        set_active(session, name="chi", active=False, actor=LAN, now=NOW)
        set_active(session, name="chi", active=True, actor=LAN, now=NOW)
        set_password(session, name="chi", password=SECOND, actor=CHI, now=NOW)
        assert [row.name for row in session.exec(select(Staff)) if row.unconfirmed_by] == []


def test_a_chain_of_invented_administrators_confirms_and_administers_nobody(office: Engine) -> None:
    puppet = Actor("puppet", frozenset({Role.ADMINISTRATOR}))
    acts: list[Change] = [
        lambda s: confirm_person(s, name="ghost", only_account=True, actor=puppet, now=NOW),
        lambda s: invent(s, puppet, Actor("third", GHOST.roles)),
        lambda s: set_roles(s, name="an", roles=["approver"], actor=puppet, now=NOW),
        lambda s: set_password(s, name="an", password=SECOND, actor=puppet, now=NOW),
        lambda s: set_active(s, name="an", active=False, actor=puppet, now=NOW),
        lambda s: second_factor.end(s, name="an", code="", actor=puppet, now=NOW),
    ]
    with write_session(office) as session:
        invent(session)
        invent(session, person=puppet, roles=puppet.roles)
        for act in acts:
            with pytest.raises(NotAllowedError, match="made or changed by «lan»"):
                act(session)


def test_nobody_is_confirmed_while_an_administrator_knows_the_password(office: Engine) -> None:
    with write_session(office) as session:
        set_password(session, name="chi", password=SECOND, actor=LAN, now=NOW)
        with pytest.raises(StaffError, match="change it at /me first"):
            confirm_person(session, name="chi", only_account=True, actor=MAI, now=NOW)


def test_two_hands_on_one_account_are_both_no_witness(office: Engine) -> None:
    with write_session(office) as session:
        invent(session)
        set_roles(session, name="ghost", roles=["approver", "reviewer", "auditor"], actor=MAI, now=NOW)
        for hand in (LAN, MAI):
            with pytest.raises(NotAllowedError, match="another person confirms"):
                confirm_person(session, name="ghost", only_account=True, actor=hand, now=NOW)
        confirm_person(session, name="ghost", only_account=True, actor=CHI, now=NOW)


def test_a_small_office_begins_at_the_console_and_nobody_is_called_like_it(sqlite_engine: Engine) -> None:
    hire(sqlite_engine, LAN)
    with write_session(sqlite_engine) as session:
        invent(session)
        confirm_person(session, name="ghost", only_account=True, actor=CONSOLE, now=NOW)
        for name in ("console", "system"):
            with pytest.raises(StaffError, match="choose another name"):
                invent(session, person=Actor(name, frozenset({Role.ADMINISTRATOR})))
