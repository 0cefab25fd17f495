"""The outbox: what left, what waits, and what only a person can settle."""

from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse

from takedown.delivery.outbox import MailState, list_mails, settle_mail
from takedown.errors import RefusedError
from takedown.web.access import APPROVE, CASES, Pages, desk_of, visitor_of
from takedown.web.rendering import render

pages = Pages()
OPEN = (MailState.UNKNOWN, "held", MailState.FAILED)


@pages.page("/outbox", CASES)
def listed(request: Request, state: str = "") -> Response:
    """The newest first."""
    desk = desk_of(request)
    wanted = state if state in set(MailState) else None
    with desk.reading() as session:
        rows = list_mails(session, wanted)
    return render(request, "outbox.html", rows=rows, state=wanted or "", states=list(MailState), unsettled=OPEN)


@pages.change("/outbox/{number}/settle", APPROVE)
def settle(
    request: Request,
    number: int,
    became: Annotated[str, Form(max_length=10)] = "",
    reason: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Whether it left; nobody but a person can know."""
    desk, visitor = desk_of(request), visitor_of(request)
    if became not in {"sent", "again"}:
        raise RefusedError("Say whether it was sent or goes out again.", "Chọn đã gửi hay gửi lại.")
    with desk.writing() as session:
        settle_mail(session, number, was_sent=became == "sent", reason=reason, actor=visitor.actor, now=desk.clock())
    return RedirectResponse("/outbox", 303)
