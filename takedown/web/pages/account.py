"""One's own account: password, second factor, and where one is signed in."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from takedown import second_factor
from takedown.api.scopes import MEANINGS, scopes_for
from takedown.api.tokens import tokens_of
from takedown.errors import StaffError, TakedownError
from takedown.one_time_codes import enrolment_address, new_secret
from takedown.staff import Person, SignInState, confirm_password, find_person, set_password, weigh_password
from takedown.web.access import ANYBODY, Pages, desk_of, visitor_of
from takedown.web.pages.signin import open_session, why_not, with_cookie
from takedown.web.qr import qr_path
from takedown.web.rendering import render
from takedown.web.sessions import end_session, sessions_of
from takedown.words import fault_words

pages = Pages()
Code = Annotated[str, Form(max_length=20)]


@pages.page("/me", ANYBODY)
def mine(request: Request, done: str = "") -> Response:
    """The page."""
    return shown_account(request, done=done)


@pages.change("/me/password", ANYBODY)
def password(
    request: Request,
    old: Annotated[str, Form(max_length=500)] = "",
    new: Annotated[str, Form(max_length=500)] = "",
    again: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """A new password: every other sign-in ends, this one goes on under a fresh cookie."""
    desk, actor = desk_of(request), visitor_of(request).actor
    now = desk.clock()
    if (said := wrong_password(request, old)) is not None:
        return shown_account(request, 422, said=said)
    if new != again:
        return shown_account(request, 422, said="Hai lần nhập mật khẩu mới khác nhau. / The two new passwords differ.")
    return _fresh(request, lambda session: set_password(session, name=actor.name, password=new, actor=actor, now=now))


@pages.change("/me/code", ANYBODY)
def begin_code(request: Request, secret: Annotated[str, Form(max_length=64)] = "", code: Code = "") -> Response:
    """Switches the second factor on, once the telephone has shown a right code."""
    desk, actor = desk_of(request), visitor_of(request).actor

    def begin(session: Session) -> Person:
        second_factor.begin(session, secret=secret, code=code, actor=actor, now=desk.clock())
        return find_person(session, actor.name)

    return _fresh(request, begin)


@pages.change("/me/code/end", ANYBODY)
def end_code(request: Request, code: Code = "") -> Response:
    """Switches it off with a last code."""
    desk, actor = desk_of(request), visitor_of(request).actor
    now = desk.clock()

    def end(session: Session) -> Person:
        second_factor.end(session, name=actor.name, code=code, actor=actor, now=now)
        return find_person(session, actor.name)

    return _fresh(request, end)


@pages.change("/me/sessions/{number}/end", ANYBODY)
def end_one(request: Request, number: int) -> Response:
    """Signs oneself out elsewhere; an administrator signs out anybody."""
    desk, visitor = desk_of(request), visitor_of(request)
    with desk.writing() as session:
        end_session(session, number, actor=visitor.actor, now=desk.clock())
    return RedirectResponse("/me?done=session", 303)


def wrong_password(request: Request, password: str) -> str | None:
    """Asks once more for the password of who is signed in; why it is not right, in words, or None where it is."""
    desk, actor = desk_of(request), visitor_of(request).actor
    words = {"name": actor.name, "password": password, "now": desk.clock()}
    with desk.reading() as session:
        weighed = weigh_password(session, **words)  # type: ignore[arg-type]
    with desk.writing() as session:
        tried = confirm_password(session, weighed=weighed, **words)  # type: ignore[arg-type]
    if tried.state is SignInState.OK:
        return None
    return why_not(request, tried, "Mật khẩu cũ chưa đúng.", "The old password is wrong.")


def _fresh(request: Request, change: Callable[[Session], Person]) -> Response:
    """Makes the change, which ends every sign-in, and signs in anew whoever made it."""
    desk = desk_of(request)
    try:
        with desk.writing() as session:
            person = change(session)
            token = open_session(session, request, person, now=desk.clock())
    except TakedownError as error:
        return shown_account(request, 422, said=fault_words(error, visitor_of(request).language))
    return with_cookie(request, RedirectResponse("/me?done=account", 303), token)


def shown_account(request: Request, status: int = 200, *, said: str = "", done: str = "", fresh: str = "") -> Response:
    """The page; ``fresh``: a token that was just made, which is shown this once."""
    desk, visitor = desk_of(request), visitor_of(request)
    person = visitor.person
    if person is None:
        raise StaffError("nobody is signed in", "chưa ai đăng nhập")
    with desk.reading() as session:
        sessions = sessions_of(session, person.name, now=desk.clock())
        tokens = tokens_of(session, person.name, now=desk.clock())
    secret = "" if person.has_code else new_secret()
    return render(
        request,
        "account.html",
        status,
        person=person,
        sessions=sessions,
        secret=secret,
        qr=qr_path(enrolment_address(person.name, secret)) if secret else None,
        said=said,
        done=done,
        tokens=tokens,
        scopes=[(scope, MEANINGS[scope]) for scope in scopes_for(person.roles)],
        fresh=fresh,
    )
