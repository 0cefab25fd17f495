"""Mailed answers to owner-record requests: opened for a reason, entered as answers or dismissed."""

from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse

from storage.vault import Vault
from takedown.records import mails
from takedown.records.answers import AnswerState
from takedown.web.access import REVIEW, Pages, desk_of, visitor_of
from takedown.web.pages.record_fields import chosen, fact_lines
from takedown.web.pages.records import Words
from takedown.web.rendering import render

pages = Pages()


@pages.page("/records/mails", REVIEW)
def listed(request: Request) -> Response:
    """Mails that wait for a person; nothing sealed is shown."""
    with desk_of(request).reading() as session:
        rows = mails.waiting_mails(session)
    return render(request, "record_mails.html", rows=rows)


@pages.change("/records/mails/{number}/open", REVIEW)
def opened(request: Request, number: int, reason: Words = "") -> Response:
    """One mail unsealed, for one reason; the look stands in the audit chain before anything is shown."""
    desk, visitor = desk_of(request), visitor_of(request)
    vault, now = Vault.load(desk.records_key_file), desk.clock()
    with desk.writing() as session:
        view = mails.open_mail(session, desk.store, vault, number, reason=reason, actor=visitor.actor, now=now)
    return render(request, "record_mail.html", view=view, row=view.mail, states=list(AnswerState))


@pages.change("/records/mails/{number}/accept", REVIEW)
def accepted(
    request: Request,
    number: int,
    about: Words = "",
    facts: Annotated[str, Form(max_length=50_000)] = "",
    state: Words = "found",
    source: Words = "",
) -> Response:
    """What the mail says about one item, as an answer."""
    desk, visitor = desk_of(request), visitor_of(request)
    with desk.writing() as session:
        row = mails.accept_mail(
            session,
            desk.store,
            Vault.load(desk.records_key_file),
            number,
            about=about,
            state=chosen(AnswerState, state, "Kết quả", "result"),
            facts=fact_lines(facts),
            source=source,
            actor=visitor.actor,
            now=desk.clock(),
        )
        about_request = row.request_id
    return RedirectResponse(f"/records/{about_request}", 303)


@pages.change("/records/mails/{number}/dismiss", REVIEW)
def dismissed(request: Request, number: int, reason: Words = "") -> Response:
    """No answer."""
    desk, visitor = desk_of(request), visitor_of(request)
    with desk.writing() as session:
        about_request = mails.dismiss_mail(
            session, number, reason=reason, actor=visitor.actor, now=desk.clock()
        ).request_id
    return RedirectResponse(f"/records/{about_request}", 303)
