"""Answers that cite no code: attached by a person to a notice, a case or a letter, or dismissed for a reason."""

from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse

from storage.vault import Vault
from takedown.delivery.replies import ReplyState
from takedown.delivery.unmatched import Place, attach_reply, attach_to_letter, dismiss_reply, list_replies
from takedown.errors import RefusedError
from takedown.web.access import REVIEW, Pages, desk_of, visitor_of
from takedown.web.choices import PLACE
from takedown.web.rendering import render

pages = Pages()
Reason = Annotated[str, Form(max_length=2000)]
LETTER = "letter"
SHOWN = (ReplyState.UNMATCHED, ReplyState.ATTACHED, ReplyState.DISMISSED)
MAX_NUMBER = 2**31 - 1


@pages.page("/replies", REVIEW)
def listed(request: Request, state: str = "", before: int | None = None) -> Response:
    """The newest first."""
    desk, visitor = desk_of(request), visitor_of(request)
    wanted = ReplyState(state) if state in set(SHOWN) else ReplyState.UNMATCHED
    until = before if before is None or 0 < before <= MAX_NUMBER else None
    with desk.reading() as session:
        found = list_replies(session, actor=visitor.actor, state=wanted, before=until)
    names = {value: (vi, en) for value, vi, en in PLACE.options}
    return render(request, "replies.html", found=found, state=wanted, states=SHOWN, names=names, later=until is None)


@pages.change("/replies/{number}/attach", REVIEW)
def attached(
    request: Request,
    number: int,
    place: Annotated[str, Form(max_length=10)] = "",
    target: Annotated[int, Form(ge=1, le=MAX_NUMBER)] = 1,
    reason: Reason = "",
) -> Response:
    """Where it belongs, in the words of whoever read it."""
    desk, visitor = desk_of(request), visitor_of(request)
    if place not in {value for value, *_ in PLACE.options}:
        raise RefusedError("Say what it is attached to.", "Chọn gắn vào thông báo, vụ hay công văn.")
    actor, now = visitor.actor, desk.clock()
    with desk.writing() as session:
        if place == LETTER:
            vault = Vault.load(desk.records_key_file)
            attach_to_letter(session, desk.store, vault, number, target, reason=reason, actor=actor, now=now)
        else:
            attach_reply(session, number, Place(place), target, reason=reason, actor=actor, now=now)
    return RedirectResponse("/replies", 303)


@pages.change("/replies/{number}/dismiss", REVIEW)
def dismissed(request: Request, number: int, reason: Reason = "") -> Response:
    """It belongs to nothing here."""
    desk, visitor = desk_of(request), visitor_of(request)
    with desk.writing() as session:
        dismiss_reply(session, number, reason=reason, actor=visitor.actor, now=desk.clock())
    return RedirectResponse("/replies", 303)
