"""Objections: a public form with a receipt code, the desk's list and decision, withdrawals with their proof."""

from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse

from takedown.appeals import MAX_TEXT, appeal_status, decide_appeal, handlers, list_appeals, receive_appeal
from takedown.errors import AppealError
from takedown.web.access import APPROVE, CASES, PUBLIC, REVIEW, Pages, desk_of, visitor_of
from takedown.web.rendering import render
from takedown.web.throttle import Throttle
from takedown.withdrawal import list_withdrawals, order_withdrawal, prove_notice, prove_publication, steps_of
from takedown.words import fault_words

pages = Pages()
_SHOWN = 200
_BLANK = {"url": "", "text": "", "name": "", "contact": ""}


@pages.page("/objection", PUBLIC)
def form(request: Request) -> Response:
    """Whose site was reported objects here, without a sign-in."""
    return render(request, "objection.html", receipt=None, standing=None, said="", most=MAX_TEXT, typed=_BLANK)


@pages.change("/objection", PUBLIC)
def receive(
    request: Request,
    url: Annotated[str, Form(max_length=2000)] = "",
    text: Annotated[str, Form(max_length=40_000)] = "",
    name: Annotated[str, Form(max_length=200)] = "",
    contact: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Takes it in and shows the code once; the answer does not tell whether the site is known."""
    desk = desk_of(request)
    receipt, said, code = None, "", 200
    if not _may(request.app.state.objections, request):
        said, code = "Gửi quá nhiều lần, thử lại sau một giờ. / Too many; try again in an hour.", 429
    else:
        try:
            with desk.writing() as session:
                receipt = receive_appeal(session, url=url, text=text, name=name, contact=contact, now=desk.clock())
        except AppealError as error:
            said, code = fault_words(error, visitor_of(request).language), 422
    typed = _BLANK if receipt is not None else {"url": url, "text": text, "name": name, "contact": contact}
    return render(
        request, "objection.html", code, receipt=receipt, standing=None, said=said, most=MAX_TEXT, typed=typed
    )


@pages.change("/objection/status", PUBLIC)
def status(request: Request, code: Annotated[str, Form(max_length=100)] = "") -> Response:
    """Where it stands, for whoever holds the code."""
    desk = desk_of(request)
    found, said, http = None, "", 200
    if not _may(request.app.state.objections_asked, request):
        said, http = "Hỏi quá nhiều lần, thử lại sau một giờ. / Too many; try again in an hour.", 429
    else:
        try:
            with desk.reading() as session:
                found = appeal_status(session, code)
        except AppealError as error:
            said, http = fault_words(error, visitor_of(request).language), 404
    return render(request, "objection.html", http, receipt=None, standing=found, said=said, most=MAX_TEXT, typed=_BLANK)


@pages.page("/appeals", CASES)
def listed(request: Request) -> Response:
    """The next to be decided first, and every withdrawal with what it has reached."""
    desk = desk_of(request)
    with desk.reading() as session:
        rows = list_appeals(session)[:_SHOWN]
        part = {row.id: sorted(handlers(session, row.case_id)) if row.case_id is not None else [] for row in rows}
        withdrawals = [(row, steps_of(session, row.id or 0)) for row in list_withdrawals(session)[:_SHOWN]]
    return render(request, "appeals.html", rows=rows, part=part, withdrawals=withdrawals)


@pages.change("/appeals/{number}/decide", APPROVE)
def decide(
    request: Request,
    number: int,
    upheld: Annotated[str, Form(max_length=5)] = "",
    decision: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    """By somebody who had no part; upheld withdraws everything."""
    desk, visitor = desk_of(request), visitor_of(request)
    if upheld not in {"yes", "no"}:
        raise AppealError("Say whether it is upheld.", "Chọn chấp nhận hay bác bỏ.")
    with desk.writing() as session:
        decide_appeal(
            session,
            desk.store,
            number,
            upheld=upheld == "yes",
            decision=decision,
            actor=visitor.actor,
            now=desk.clock(),
        )
    return RedirectResponse("/appeals", 303)


@pages.change("/cases/{number}/withdraw", APPROVE)
def withdraw(request: Request, number: int, reason: Annotated[str, Form(max_length=2000)] = "") -> Response:
    """Takes back everything that was said about a case."""
    desk, visitor = desk_of(request), visitor_of(request)
    with desk.writing() as session:
        order_withdrawal(session, desk.store, number, reason=reason, actor=visitor.actor, now=desk.clock())
    return RedirectResponse("/appeals#withdrawals", 303)


@pages.change("/withdrawals/steps/{number}/prove", REVIEW)
def prove(
    request: Request,
    number: int,
    kind: Annotated[str, Form(max_length=20)] = "",
    proof: Annotated[str, Form(max_length=900)] = "",
) -> Response:
    """A list or a recipient is shown to have heard of it."""
    desk, visitor = desk_of(request), visitor_of(request)
    with desk.writing() as session:
        if kind == "publication":
            prove_publication(session, number, absent_from=proof, actor=visitor.actor, now=desk.clock())
        else:
            prove_notice(session, number, proof=proof, actor=visitor.actor, now=desk.clock())
    return RedirectResponse("/appeals#withdrawals", 303)


def _may(throttle: Throttle, request: Request) -> bool:
    """Whether this address may do it once more; counts it where it may."""
    address, now = request.client.host if request.client is not None else "", desk_of(request).clock()
    if throttle.closed_until(address, now=now) is not None:
        return False
    throttle.count(address, now=now)
    return True
