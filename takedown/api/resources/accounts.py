"""Accounts that wait for a second person's word. Links to the sign-in provider are in `links.py`; everything else about
people is done at the desk or the console."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import Path, Response
from pydantic import BaseModel
from sqlmodel import Session

from storage.models import Staff
from takedown.actor import Role
from takedown.api.calls import Body, CallNow, Calls, Done, MaybeKey, Tag, answer
from takedown.api.problems import ProblemError
from takedown.api.scopes import Scope
from takedown.api.tags import staff_tag
from takedown.errors import StaffError
from takedown.four_eyes import confirm_person, namesakes, waiting_for
from takedown.staff import find_row
from takedown.web.access import VOUCH

calls = Calls(tags=["accounts"])
AccountName = Annotated[str, Path(pattern=r"^[a-z][a-z0-9._-]{1,63}$")]


class Account(BaseModel):
    """``unconfirmed_by``: whose hands made or changed it, empty once it is confirmed; ``own_password``: its person
    chose it; ``same_name``: other accounts that bear the full name, perhaps the same person's."""

    name: str
    full_name: str
    roles: list[Role]
    active: bool
    unconfirmed_by: list[str]
    own_password: bool
    same_name: list[str]
    created_at: datetime


class Accounts(BaseModel):
    """By name; those that the token's owner may confirm."""

    items: list[Account]


class Vouched(Body):
    """``only_account``: the person was asked, and has no other account here."""

    only_account: Literal[True]


@calls.read("/accounts/waiting", VOUCH, Scope.PEOPLE_CONFIRM, Accounts)
def waiting(call: CallNow) -> Response:
    """Accounts that one person alone made or opened, and that the token's owner may confirm."""
    with call.desk.reading() as session:
        names = waiting_for(session, call.actor)
        items = [_account(session, find_row(session, name)) for name in names]
    return answer(Accounts(items=items))


@calls.read("/accounts/{name}", VOUCH, Scope.PEOPLE_CONFIRM, Account)
def account(call: CallNow, name: AccountName) -> Response:
    """One account, with the ETag that a confirmation brings along: it changes with its roles and its password."""
    with call.desk.reading() as session:
        row = _known(session, name)
        return answer(_account(session, row), staff_tag(row))


@calls.change("/accounts/{name}/confirmation", VOUCH, Scope.PEOPLE_CONFIRM, Account)
def confirm(call: CallNow, name: AccountName, body: Vouched, tag: Tag, key: MaybeKey = None) -> Response:
    """Say as a second person that the account is somebody's, with these roles, and their only one."""

    def act(session: Session) -> Done:
        confirm_person(session, name=name, only_account=body.only_account, actor=call.actor, now=call.now)
        row = find_row(session, name)
        return Done(_account(session, row), staff_tag(row))

    return call.change(act, key=key, expected=tag, tag=lambda s: staff_tag(_known(s, name)))


def _known(session: Session, name: str) -> Staff:
    try:
        return find_row(session, name)
    except StaffError as error:
        raise ProblemError("missing", f"không có tài khoản này / there is no account {name}") from error


def _account(session: Session, row: Staff) -> Account:
    return Account(
        name=row.name,
        full_name=row.full_name,
        roles=[Role(role) for role in row.roles],
        active=row.active,
        unconfirmed_by=list(row.unconfirmed_by),
        own_password=not row.password_by,
        same_name=list(namesakes(session, row)),
        created_at=row.created_at,
    )
