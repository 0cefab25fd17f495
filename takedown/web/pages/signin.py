"""Sign-in with a password and, where a person has one, a second factor; sign-out."""

from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse

from takedown.staff import SignInState, sign_in
from takedown.web.access import ANYBODY, COOKIE, PUBLIC, Pages, desk_of, visitor_of
from takedown.web.links import own_path
from takedown.web.rendering import render, shown_time
from takedown.web.sessions import LONGEST, drop_old_sessions, end_session, start_session

pages = Pages()


@pages.page("/sign-in", PUBLIC)
def ask(request: Request, to: str = "/") -> Response:
    """The form."""
    return render(request, "sign_in.html", to=own_path(to), said="", name="")


@pages.change("/sign-in", PUBLIC)
def enter(
    request: Request,
    name: Annotated[str, Form(max_length=64)] = "",
    password: Annotated[str, Form(max_length=500)] = "",
    to: Annotated[str, Form(max_length=2000)] = "/",
) -> Response:
    """Whoever fails is told no more than that, or until when to wait."""
    desk, visitor = desk_of(request), visitor_of(request)
    now = desk.clock()
    with desk.writing() as session:
        tried = sign_in(session, name=name.strip().lower(), password=password, now=now)
        if tried.state is SignInState.OK and tried.person is not None:
            drop_old_sessions(session, now=now)
            token = start_session(session, tried.person, address=_address(request), now=now)
    if tried.state is SignInState.OK:
        answer = RedirectResponse(own_path(to), 303)
        answer.set_cookie(
            COOKIE,
            token,
            max_age=int(LONGEST.total_seconds()),
            secure=desk.secure,
            httponly=True,
            samesite="lax",
            path="/",
        )
        return answer
    vi, en = "Sai tên hoặc mật khẩu.", "Wrong name or password."
    if tried.state is SignInState.LOCKED:
        until = shown_time(tried.until)
        vi, en = f"Sai nhiều lần: thử lại sau {until}.", f"Too many wrong tries: wait until {until}."
    said = en if visitor.language == "en" else vi
    return render(request, "sign_in.html", 401, to=own_path(to), said=said, name=name)


@pages.change("/sign-out", ANYBODY)
def leave(request: Request) -> Response:
    """Ends this session on the server."""
    desk, visitor = desk_of(request), visitor_of(request)
    with desk.writing() as session:
        end_session(session, visitor.session_id or 0, actor=visitor.actor, now=desk.clock())
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(COOKIE, path="/")
    return answer


@pages.page("/welcome", ANYBODY)
def welcome(request: Request) -> Response:
    """For those who have no queue."""
    return render(request, "welcome.html")


def _address(request: Request) -> str:
    return request.client.host if request.client is not None else ""
