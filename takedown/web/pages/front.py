"""The way in, the language, and the sign of life."""

from fastapi import Request, Response
from fastapi.responses import PlainTextResponse, RedirectResponse

from takedown.web.access import ANYBODY, CASES, LANGUAGE_COOKIE, PUBLIC, Pages, desk_of, visitor_of
from takedown.web.links import own_path

pages = Pages()
_YEAR = 365 * 86400


@pages.page("/", ANYBODY)
def front(request: Request) -> Response:
    """Everybody's first page by role."""
    return RedirectResponse("/cases" if visitor_of(request).may(CASES) else "/welcome", 303)


@pages.page("/language", PUBLIC)
def language(request: Request, to: str = "vi", back: str = "/") -> Response:
    """Vietnamese or English, from here on."""
    answer = RedirectResponse(own_path(back), 303)
    if to in {"vi", "en"}:
        secure = desk_of(request).secure
        answer.set_cookie(LANGUAGE_COOKIE, to, max_age=_YEAR, secure=secure, httponly=True, samesite="lax")
    return answer


@pages.page("/health", PUBLIC)
def health(request: Request) -> Response:
    """For a watchdog: the database answers."""
    from sqlalchemy import text

    with desk_of(request).reading() as session:
        session.execute(text("SELECT 1"))
    return PlainTextResponse("ok\n")
