"""People and roles, for administrators: added, changed, blocked, their sign-ins ended."""

from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse

from takedown.actor import Role
from takedown.four_eyes import confirm_person, namesakes, waiting_for
from takedown.staff import add_person, find_row, list_people, set_active, set_password, set_roles
from takedown.web.access import ADMINISTER, VOUCH, Pages, desk_of, visitor_of
from takedown.web.rendering import render
from takedown.web.sessions import end_session, sessions_of

pages = Pages()
Name = Annotated[str, Form(max_length=64)]
Secret = Annotated[str, Form(max_length=500)]


@pages.page("/people", ADMINISTER)
def people(request: Request) -> Response:
    """Everybody, with the sign-ins that hold."""
    desk = desk_of(request)
    with desk.reading() as session:
        found = list_people(session)
        open_now = {person.name: sessions_of(session, person.name, now=desk.clock()) for person in found}
    return render(request, "people.html", people=found, sessions=open_now, roles=list(Role))


@pages.change("/people", ADMINISTER)
def add(
    request: Request,
    name: Name = "",
    full_name: Annotated[str, Form(max_length=200)] = "",
    password: Secret = "",
    roles: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """A new person."""
    desk, visitor = desk_of(request), visitor_of(request)
    with desk.writing() as session:
        add_person(
            session,
            name=name,
            full_name=full_name,
            roles=roles or [],
            password=password,
            actor=visitor.actor,
            now=desk.clock(),
        )
    return RedirectResponse("/people", 303)


@pages.change("/people/roles", ADMINISTER)
def change_roles(request: Request, name: Name = "", roles: Annotated[list[str] | None, Form()] = None) -> Response:
    """Other roles; open sign-ins end."""
    desk, visitor = desk_of(request), visitor_of(request)
    with desk.writing() as session:
        set_roles(session, name=name, roles=roles or [], actor=visitor.actor, now=desk.clock())
    return RedirectResponse("/people", 303)


@pages.change("/people/password", ADMINISTER)
def change_password(request: Request, name: Name = "", password: Secret = "") -> Response:
    """A new password; open sign-ins end."""
    desk, visitor = desk_of(request), visitor_of(request)
    with desk.writing() as session:
        set_password(session, name=name, password=password, actor=visitor.actor, now=desk.clock())
    return RedirectResponse("/people", 303)


@pages.change("/people/active", ADMINISTER)
def block(request: Request, name: Name = "", active: Annotated[bool, Form()] = False) -> Response:
    """Blocks, or lets in again."""
    desk, visitor = desk_of(request), visitor_of(request)
    with desk.writing() as session:
        set_active(session, name=name, active=active, actor=visitor.actor, now=desk.clock())
    return RedirectResponse("/people", 303)


@pages.page("/people/waiting", VOUCH)
def waiting(request: Request) -> Response:
    """Accounts that one person alone made or opened, for a second one to confirm."""
    desk, visitor = desk_of(request), visitor_of(request)
    with desk.reading() as session:
        theirs = waiting_for(session, visitor.actor)
        found = [person for person in list_people(session) if person.unconfirmed_by]
        alike = {person.name: namesakes(session, find_row(session, person.name)) for person in found}
    return render(request, "people_waiting.html", people=found, theirs=theirs, alike=alike)


@pages.change("/people/confirm", VOUCH)
def confirm(request: Request, name: Name = "", only_account: Annotated[bool, Form()] = False) -> Response:
    """The second person's word that an account is somebody's."""
    desk, visitor = desk_of(request), visitor_of(request)
    with desk.writing() as session:
        confirm_person(session, name=name, only_account=only_account, actor=visitor.actor, now=desk.clock())
    return RedirectResponse("/people/waiting", 303)


@pages.change("/people/sessions/end", ADMINISTER)
def end(request: Request, session_id: Annotated[int, Form()] = 0) -> Response:
    """Ends one sign-in."""
    desk, visitor = desk_of(request), visitor_of(request)
    with desk.writing() as session:
        end_session(session, session_id, actor=visitor.actor, now=desk.clock())
    return RedirectResponse("/people", 303)
