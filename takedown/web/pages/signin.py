"""Sign-in with a password and, where a person has one, a second factor; sign-out."""

from datetime import datetime
from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from takedown.staff import Person, SignIn, SignInState, sign_in, weigh_password
from takedown.web.access import ANYBODY, COOKIE, PUBLIC, Pages, desk_of, visitor_of
from takedown.web.links import own_path
from takedown.web.rendering import render, shown_time
from takedown.web.sessions import LONGEST, drop_old_sessions, end_session, start_session

pages = Pages()


@pages.page("/sign-in", PUBLIC)
def ask(request: Request, to: str = "/", out: bool = False) -> Response:
    """The form; ``out``: somebody has just signed out."""
    return render(request, "sign_in.html", to=own_path(to), said="", name="", out=out)


@pages.change("/sign-in", PUBLIC)
def enter(
    request: Request,
    name: Annotated[str, Form(max_length=64)] = "",
    password: Annotated[str, Form(max_length=500)] = "",
    code: Annotated[str, Form(max_length=20)] = "",
    to: Annotated[str, Form(max_length=2000)] = "/",
) -> Response:
    """Whoever fails is told no more than that, or until when to wait. A person's tries are counted by the service, an
    address's here: a list of names is guessed as slowly as one of passwords."""
    desk = desk_of(request)
    now, address, tries = desk.clock(), address_of(request), request.app.state.sign_ins
    tried, token = SignIn(SignInState.LOCKED, until=tries.closed_until(address, now=now)), ""
    if tried.until is None:
        who = name.strip().lower()
        with desk.reading() as session:
            weighed = weigh_password(session, name=who, password=password, now=now)
        with desk.writing() as session:
            tried = sign_in(session, name=who, password=password, code=code, now=now, weighed=weighed)
            if tried.state is SignInState.OK and tried.person is not None:
                drop_old_sessions(session, now=now)
                token = open_session(session, request, tried.person, now=now)
    if tried.state is SignInState.OK:
        return with_cookie(request, RedirectResponse(own_path(to), 303), token)
    tries.count(address, now=now)
    said = why_not(request, tried, "Sai tên, mật khẩu hoặc mã.", "Wrong name, password or code.")
    return render(request, "sign_in.html", 401, to=own_path(to), said=said, name=name, out=False)


@pages.change("/sign-out", ANYBODY)
def leave(request: Request) -> Response:
    """Ends this session on the server."""
    desk, visitor = desk_of(request), visitor_of(request)
    with desk.writing() as session:
        end_session(session, visitor.session_id or 0, actor=visitor.actor, now=desk.clock())
    answer = RedirectResponse("/sign-in?out=1" if desk.provider is not None else "/sign-in", 303)
    answer.delete_cookie(COOKIE, path="/")
    answer.headers["Clear-Site-Data"] = '"cache"'  # pictures, and a case that was fetched ahead
    return answer


@pages.page("/welcome", ANYBODY)
def welcome(request: Request) -> Response:
    """For those who have no queue."""
    return render(request, "welcome.html")


def open_session(session: Session, request: Request, person: Person, *, now: datetime) -> str:
    """A fresh sign-in from where the request comes; the cookie's value."""
    return start_session(session, person, address=address_of(request), now=now)


def with_cookie(request: Request, answer: Response, token: str) -> Response:
    """The answer that hands the cookie over: no script reads it, no other site's form sends it."""
    answer.set_cookie(
        COOKIE,
        token,
        max_age=int(LONGEST.total_seconds()),
        secure=desk_of(request).secure,
        httponly=True,
        samesite="lax",
        path="/",
    )
    return answer


def why_not(request: Request, tried: SignIn, vi: str, en: str) -> str:
    """In words: that it is wrong, or until when to wait."""
    if tried.state is SignInState.LOCKED:
        until = shown_time(tried.until)
        vi, en = f"Sai nhiều lần: thử lại sau {until}.", f"Too many wrong tries: wait until {until}."
    return en if visitor_of(request).language == "en" else vi


def address_of(request: Request) -> str:
    """Where it comes from, as throttles count it."""
    return request.client.host if request.client is not None else ""
