"""Recipients and their channels: nothing is sent to an address until a person said that it is right."""

from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse

from takedown.errors import NoticeError
from takedown.recipients import ChannelKind, load_recipients
from takedown.recipients.confirmation import (
    Decision,
    current_registry,
    decide_contact,
    decide_learnt,
    find_learnt,
    waiting_contacts,
)
from takedown.recipients.registry import fold_name
from takedown.web.access import CASES, CONTACTS, Pages, desk_of, visitor_of
from takedown.web.rendering import render

pages = Pages()
Reason = Annotated[str, Form(max_length=1000)]
Word = Annotated[str, Form(max_length=500)]


@pages.page("/recipients", CASES)
def listed(request: Request, q: str = "", unconfirmed: str = "") -> Response:
    """Everybody who can act, with what may be used; then what was learnt elsewhere and waits."""
    desk = desk_of(request)
    with desk.reading() as session:
        registry = current_registry(session, load_recipients(), now=desk.clock())
        waiting = waiting_contacts(session)
    wanted = fold_name(q[:100])
    rows = [
        entry
        for entry in registry.recipients
        if (not wanted or wanted in fold_name(f"{entry.id} {entry.name}"))
        and not (unconfirmed and any(channel.usable for channel in entry.channels))
    ]
    return render(
        request,
        "recipients.html",
        rows=rows,
        total=len(registry),
        waiting=waiting,
        q=q[:100],
        unconfirmed=bool(unconfirmed),
        kinds=list(ChannelKind),
    )


@pages.change("/recipients/{name}/decide", CONTACTS)
def decide(
    request: Request, name: str, channel: Word = "", value: Word = "", decision: Word = "", reason: Reason = ""
) -> Response:
    """Confirms or rejects one channel; it may be one that the file lacks."""
    desk, visitor = desk_of(request), visitor_of(request)
    recipient = load_recipients().get(name)
    if recipient is None or channel not in set(ChannelKind):
        raise NoticeError(
            f"there is no channel `{channel}` of a recipient `{name}`",
            f"không có kênh `{channel}` của nơi nhận `{name}`",
        )
    with desk.writing() as session:
        decide_contact(
            session,
            recipient,
            ChannelKind(channel),
            value.strip(),
            decision=_decision(decision),
            actor=visitor.actor.name,
            reason=reason,
            now=desk.clock(),
        )
    return RedirectResponse(f"/recipients?q={recipient.id}", 303)


@pages.change("/recipients/learnt/{number}", CONTACTS)
def decide_waiting(request: Request, number: int, decision: Word = "", reason: Reason = "") -> Response:
    """Lets a learnt contact out of quarantine, or keeps it there."""
    desk, visitor = desk_of(request), visitor_of(request)
    with desk.writing() as session:
        row = find_learnt(session, number)
        decide_learnt(
            session, row, decision=_decision(decision), actor=visitor.actor.name, reason=reason, now=desk.clock()
        )
    return RedirectResponse("/recipients#waiting", 303)


def _decision(word: str) -> Decision:
    if word not in set(Decision):
        raise NoticeError(
            f"`{word}` is no decision; say confirmed or rejected",
            f"`{word}` không phải quyết định; dùng confirmed hoặc rejected",
        )
    return Decision(word)
