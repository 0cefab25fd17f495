"""Who may open which page: every route states it where it is made, and one gate asks."""

import hmac
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, cast

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from takedown.actor import Actor, Role
from takedown.errors import NotAllowedError
from takedown.staff import Person
from takedown.web.desk import Desk
from takedown.web.sessions import find_session, touch_session
from takedown.words import word

COOKIE = "lachan_session"
LANGUAGE_COOKIE = "lachan_language"


@dataclass(frozen=True, slots=True)
class Access:
    """``roles`` None: anybody, signed in or not; else one of them is needed."""

    name: str
    roles: frozenset[Role] | None

    @property
    def wanted_vi(self) -> str:
        """The roles that open it, in Vietnamese."""
        return " hoặc ".join(sorted(word("role", role, "vi").lower() for role in self.roles or ()))


PUBLIC = Access("public", None)
ANYBODY = Access("anybody signed in", frozenset(Role))
CASES = Access("reads cases", frozenset({Role.REVIEWER, Role.APPROVER, Role.AUDITOR, Role.ADMINISTRATOR}))
REVIEW = Access("works on cases", frozenset({Role.REVIEWER, Role.APPROVER}))
APPROVE = Access("releases and decides", frozenset({Role.APPROVER}))
CONTACTS = Access("decides about contacts", frozenset({Role.APPROVER, Role.ADMINISTRATOR}))
VOUCH = Access("confirms accounts", frozenset({Role.APPROVER, Role.ADMINISTRATOR}))
ADMINISTER = Access("administers", frozenset({Role.ADMINISTRATOR}))
AUDIT = Access("reads the audit log", frozenset({Role.AUDITOR, Role.ADMINISTRATOR}))
RECORDS = Access("knows of owner-record requests", frozenset(Role))  # the list shows police their own alone
LOOKS = Access("sees who looked at whose data", frozenset({Role.AUDITOR, Role.APPROVER, Role.ADMINISTRATOR}))
MAKE_RECORDS = Access("asks for owner records", frozenset({Role.POLICE, Role.REVIEWER, Role.APPROVER}))

_BEFORE_OWN_PASSWORD = frozenset({"/me", "/me/password", "/sign-out"})

# the bar at the top: (path, Vietnamese, English, who sees it)
MENU: tuple[tuple[str, str, str, Access], ...] = (
    ("/cases", "Hàng chờ", "Queue", CASES),
    ("/notices", "Thông báo", "Notices", CASES),
    ("/records", "Hồ sơ chủ thể", "Owner records", RECORDS),
    ("/outbox", "Hộp gửi", "Outbox", CASES),
    ("/appeals", "Khiếu nại", "Appeals", CASES),
    ("/dashboard", "Tổng quan", "Dashboard", CASES),
    ("/recipients", "Nơi nhận", "Recipients", CASES),
    ("/people", "Người dùng", "People", ADMINISTER),
    ("/audit", "Nhật ký", "Audit log", AUDIT),
    ("/settings", "Thiết lập", "Settings", AUDIT),
)


class SignInNeededError(Exception):
    """Nobody is signed in, or no longer."""


class OwnPasswordNeededError(Exception):
    """Somebody else set the password: the account page comes first."""


class ForgedRequestError(Exception):
    """A change that does not bring the session's token along."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who looks at a page. ``person`` is None on public pages without a sign-in."""

    person: Person | None
    session_id: int | None
    csrf: str
    language: str

    @property
    def actor(self) -> Actor:
        """Raises SignInNeededError."""
        if self.person is None:
            raise SignInNeededError
        return self.person.actor

    def may(self, access: Access) -> bool:
        """Whether a link to such a page is shown."""
        return access.roles is None or (self.person is not None and bool(access.roles & set(self.person.roles)))


class Pages(APIRouter):
    """A router whose every route states its access; ``change`` is a POST that must bring the token along."""

    def page(self, path: str, access: Access) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """A page that changes nothing."""
        return self._add(path, access, "GET", HTMLResponse, Depends(_gate(access)))

    def change(self, path: str, access: Access) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """A change from a form."""
        return self._add(path, access, "POST", HTMLResponse, Depends(_gate(access)), Depends(_checked_token))

    def _add(
        self, path: str, access: Access, method: str, response: type[Any], *gates: Any
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        def register(endpoint: Callable[..., Any]) -> Callable[..., Any]:
            self.add_api_route(
                path, endpoint, methods=[method], response_class=response, dependencies=list(gates), response_model=None
            )
            cast(Any, self.routes[-1]).access = access
            return endpoint

        return register


def access_of(route: BaseRoute) -> Access | None:
    """What a route states; None for one that states nothing, which a test does not allow."""
    return getattr(route, "access", None)


def routes_of(app: FastAPI) -> list[APIRoute]:
    """Every route of ours; newer versions of the framework keep those of a router inside it. Raises RuntimeError for
    none: whoever checks them all must not be told that there is nothing to check."""
    found = list(_routes(app.routes))
    if not found:
        raise RuntimeError("no route was found: this version of FastAPI keeps them elsewhere")
    return found


def _routes(routes: Iterable[BaseRoute]) -> Iterator[APIRoute]:
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        elif (inner := getattr(route, "original_router", None)) is not None:
            yield from _routes(inner.routes)


def desk_of(request: Request) -> Desk:
    """The desk that the application was made for."""
    return cast(Desk, request.app.state.desk)


def visitor_of(request: Request) -> Visitor:
    """Who looks; set by the gate before any page runs."""
    return cast(Visitor, request.state.visitor)


def identify(request: Request) -> Visitor:
    """Reads the cookie; whoever is not signed in is nobody."""
    desk = desk_of(request)
    language = request.cookies.get(LANGUAGE_COOKIE, desk.language)
    language = language if language in {"vi", "en"} else "vi"
    token, now = request.cookies.get(COOKIE, ""), desk.clock()
    if not token:
        return Visitor(None, None, "", language)
    with desk.reading() as session:
        found = find_session(session, token, now=now)
    if found is None:
        return Visitor(None, None, "", language)
    if found.stale:
        with desk.writing() as session:
            touch_session(session, found.session_id, now=now)
    return Visitor(found.person, found.session_id, found.csrf, language)


def _gate(access: Access) -> Callable[[Request], None]:
    def open_or_raise(request: Request) -> None:
        visitor = request.state.visitor = identify(request)
        if access.roles is None:
            return
        if visitor.person is None:
            raise SignInNeededError
        if visitor.person.must_change and request.url.path not in _BEFORE_OWN_PASSWORD:
            raise OwnPasswordNeededError
        if not visitor.may(access):
            raise NotAllowedError(
                f"«{visitor.person.name}» may not open this page: it takes one who {access.name}",
                f"«{visitor.person.name}» không được mở trang này: cần vai {access.wanted_vi}",
            )

    return open_or_raise


async def _checked_token(request: Request) -> None:
    """The token of a signed-in person's session; before sign-in the origin alone speaks, see ``guarding``."""
    visitor = visitor_of(request)
    if visitor.person is None:
        return
    form = await request.form()
    given = str(form.get("csrf") or request.headers.get("x-csrf") or "")
    if not hmac.compare_digest(given.encode(), visitor.csrf.encode()):
        raise ForgedRequestError
