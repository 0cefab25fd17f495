"""Tokens of one's own, on the account page: made after the password was asked once more, and revoked."""

from datetime import timedelta
from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse

from takedown.api.tokens import make_token, revoke_token
from takedown.errors import TakedownError
from takedown.web.access import ANYBODY, Pages, desk_of, visitor_of
from takedown.web.pages.account import shown_account, wrong_password
from takedown.words import fault_words

pages = Pages()


@pages.change("/me/tokens", ANYBODY)
def make(
    request: Request,
    label: Annotated[str, Form(max_length=200)] = "",
    scopes: Annotated[list[str] | None, Form()] = None,
    days: Annotated[int, Form(ge=1, le=366)] = 90,
    password: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """A token outlives the sign-in that made it: whoever found a desk unlocked makes none."""
    desk, actor = desk_of(request), visitor_of(request).actor
    if (said := wrong_password(request, password)) is not None:
        return shown_account(request, 422, said=said)
    try:
        with desk.writing() as session:
            made = make_token(
                session,
                label=label,
                scopes=(scopes or [])[:50],
                valid_for=timedelta(days=days),
                actor=actor,
                now=desk.clock(),
            )
    except TakedownError as error:
        return shown_account(request, 422, said=fault_words(error, visitor_of(request).language))
    return shown_account(request, fresh=made.secret)


@pages.change("/me/tokens/{number}/revoke", ANYBODY)
def revoke(request: Request, number: int) -> Response:
    """Ends one of one's own."""
    desk, visitor = desk_of(request), visitor_of(request)
    with desk.writing() as session:
        revoke_token(session, number, actor=visitor.actor, now=desk.clock())
    return RedirectResponse("/me#h-tokens", 303)
