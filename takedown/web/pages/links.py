"""Who enters through the sign-in provider: linked and unlinked by administrators."""

from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse

from takedown.oidc.links import link_person, list_links, unlink_person
from takedown.staff import list_people
from takedown.web.access import ADMINISTER, Pages, desk_of, visitor_of
from takedown.web.rendering import render

pages = Pages()
Name = Annotated[str, Form(max_length=64)]


@pages.page("/people/links", ADMINISTER)
def links(request: Request) -> Response:
    """Everybody who is linked, and the form for one more."""
    desk = desk_of(request)
    with desk.reading() as session:
        found, people = list_links(session), list_people(session)
    settings = desk.provider.settings if desk.provider is not None else None
    linked = {row.staff_name for row in found if settings is not None and row.issuer == settings.issuer}
    free = [person for person in people if person.name not in linked]
    return render(request, "people_links.html", links=found, free=free, provider=settings)


@pages.change("/people/links", ADMINISTER)
def link(request: Request, name: Name = "", subject: Annotated[str, Form(max_length=400)] = "") -> Response:
    """One more."""
    desk, actor = desk_of(request), visitor_of(request).actor
    issuer = desk.provider.settings.issuer if desk.provider is not None else ""
    with desk.writing() as session:
        link_person(session, name=name, issuer=issuer, subject=subject.strip(), actor=actor, now=desk.clock())
    return RedirectResponse("/people/links", 303)


@pages.change("/people/links/end", ADMINISTER)
def unlink(request: Request, name: Name = "") -> Response:
    """One fewer; their sign-ins end."""
    desk, actor = desk_of(request), visitor_of(request).actor
    with desk.writing() as session:
        unlink_person(session, name=name, actor=actor, now=desk.clock())
    return RedirectResponse("/people/links", 303)
