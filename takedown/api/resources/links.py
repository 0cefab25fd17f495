"""Who enters through the office's sign-in provider: listed, linked, unlinked by administrators, as at the desk."""

from datetime import datetime
from typing import Annotated

from fastapi import Response
from pydantic import BaseModel, Field
from sqlmodel import Session

from storage.models import StaffIdentity
from takedown.api.calls import Body, CallNow, Calls, Done, Key, MaybeKey, Row, Tag, answer
from takedown.api.problems import ProblemError
from takedown.api.resources.accounts import AccountName
from takedown.api.scopes import Scope
from takedown.api.tags import link_tag
from takedown.oidc import links
from takedown.web.access import ADMINISTER

calls = Calls(tags=["sign-in links"])


class Link(Row):
    """``subject``: what the provider calls the person (`sub`)."""

    staff_name: str
    issuer: str
    subject: str
    linked_by: str
    linked_at: datetime


class Links(BaseModel):
    """By name. ``issuer``: the provider that is set, "" for none: then nobody can be linked."""

    issuer: str
    items: list[Link]


class Linked(Body):
    """Whom the provider's ``subject`` is to enter as."""

    name: AccountName
    subject: Annotated[str, Field(min_length=1, max_length=255)]


@calls.read("/sign-in-links", ADMINISTER, Scope.PEOPLE_LINK, Links)
def listed(call: CallNow) -> Response:
    """Everybody who is linked, and to which provider."""
    with call.desk.reading() as session:
        found = links.list_links(session)
    return answer(Links(issuer=_issuer(call), items=[Link.model_validate(row) for row in found]))


@calls.read("/sign-in-links/{name}", ADMINISTER, Scope.PEOPLE_LINK, Links)
def shown(call: CallNow, name: AccountName) -> Response:
    """One person's links, with the ETag that their end brings along."""
    with call.desk.reading() as session:
        found = _of(session, name)
    items = [Link.model_validate(row) for row in found]
    return answer(Links(issuer=_issuer(call), items=items), link_tag(found))


@calls.change("/sign-in-links", ADMINISTER, Scope.PEOPLE_LINK, Link)
def made(call: CallNow, body: Linked, key: Key) -> Response:
    """Link a person: every sign-in of theirs ends, and the account waits for a second person's word."""

    def act(session: Session) -> Done:
        words = {"name": body.name, "issuer": _issuer(call), "subject": body.subject}
        row = links.link_person(session, actor=call.actor, now=call.now, **words)
        return Done(Link.model_validate(row), link_tag([row]))

    return call.change(act, key=key)


@calls.change("/sign-in-links/{name}/end", ADMINISTER, Scope.PEOPLE_LINK, Links)
def ended(call: CallNow, name: AccountName, tag: Tag, key: MaybeKey = None) -> Response:
    """End a person's links and with them every sign-in; their password goes on."""

    def act(session: Session) -> Done:
        links.unlink_person(session, name=name, actor=call.actor, now=call.now)
        return Done(Links(issuer=_issuer(call), items=[]))

    return call.change(act, key=key, expected=tag, tag=lambda session: link_tag(_of(session, name)))


def _issuer(call: CallNow) -> str:
    return call.desk.provider.settings.issuer if call.desk.provider is not None else ""


def _of(session: Session, name: str) -> list[StaffIdentity]:
    found = [row for row in links.list_links(session) if row.staff_name == name]
    if not found:
        raise ProblemError("missing", f"không liên kết / {name} is linked to no sign-in provider")
    return found
