"""`lachan notices`: whom to tell, the drafts, their release by a second person, reminders and escalations."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from takedown.cli.acting import As, AsJson, Desk, English, Reason, at_the_desk

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage.artifacts import ArtifactStore
    from storage.models import Notice
    from takedown.drafting import Letterhead, Prepared
    from takedown.errors import NeedsCaptureError

_Case = Annotated[int, typer.Argument(metavar="CASE", min=1, help="The case's number.")]
_Number = Annotated[int, typer.Argument(metavar="NOTICE", min=1, help="The notice's number.")]
_Urgent = Annotated[bool, typer.Option("--urgent", help="The law's shorter clock; the letter is stamped HỎA TỐC.")]
_To = Annotated[list[str] | None, typer.Option("--to", help="Only this recipient of the plan; may be repeated.")]


def plan(number: _Case, urgent: _Urgent = False, as_json: AsJson = False, english: English = False) -> None:
    """Show whom to tell about a case, in which order, on which law and why, and what stands against it."""
    from takedown.cli.notice_text import say_plan
    from takedown.cli.shown import say_json
    from takedown.drafting import plan_notices

    with at_the_desk(None, english=english) as desk:
        planned = plan_notices(desk.session, number, head=letterhead(desk), now=desk.now, urgent=urgent)
    if as_json:
        say_json(planned)
    else:
        say_plan(planned, desk.language)


def draft(
    number: _Case,
    name: As,
    to: _To = None,
    urgent: _Urgent = False,
    reason: Annotated[str, typer.Option("--reason", help="Why who is named does not wait for its turn.")] = "",
    as_json: AsJson = False,
) -> None:
    """Prepare the notices of everybody whose turn it is: letter, mail, XARF, lists, form sheet. Nothing leaves."""
    from takedown.cli.opening import open_store
    from takedown.drafting import add_drafts, prepare_drafts
    from takedown.errors import NeedsCaptureError

    with at_the_desk(name, writes=False) as desk:
        store = open_store(desk.config)
        try:
            prepared = prepare_drafts(
                desk.session,
                store,
                number,
                head=letterhead(desk),
                actor=desk.actor,
                now=desk.now,
                recipients=to,
                urgent=urgent,
                reason=reason,
            )
        except NeedsCaptureError as error:
            raise _capture_asked(number, name, error) from error
    with at_the_desk(name) as desk:
        made = add_drafts(desk.session, store, number, prepared, actor=desk.actor, now=desk.now)
    _say(made, as_json)


def _capture_asked(number: int, name: str, error: "NeedsCaptureError") -> "NeedsCaptureError":
    """Leaves the targets, and says so beside what the guard said."""
    from takedown.errors import NeedsCaptureError
    from takedown.watching import ask_capture

    with at_the_desk(name) as desk:
        hosts = ", ".join(ask_capture(desk.session, number, now=desk.now))
    return NeedsCaptureError(
        f"{error}\na capture is asked for: {hosts}; run: lachan verify",
        f"{error.vi}\nđã xếp lịch chụp lại: {hosts}; chạy: lachan verify",
    )


def list_notices(
    number: Annotated[int | None, typer.Argument(metavar="[CASE]", min=1, help="Of one case; by default all.")] = None,
    state: Annotated[str | None, typer.Option(help="draft, released, sent, answered, cancelled, withdrawn.")] = None,
    overdue: Annotated[
        bool, typer.Option("--overdue", help="Only those whose clock ran out without an answer.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List notices, the newest first."""
    from takedown.cli.faults import WrongUsageError
    from takedown.followup import list_overdue
    from takedown.notices import NoticeState, notices_of

    if state is not None and state not in set(NoticeState):
        raise WrongUsageError(
            f"`{state}` is no state; use one of {', '.join(NoticeState)}",
            f"`{state}` không phải trạng thái; dùng một trong {', '.join(NoticeState)}",
        )
    with at_the_desk(None) as desk:
        if overdue:
            found = tuple(entry.notice for entry in list_overdue(desk.session, now=desk.now))
        else:
            found = notices_of(desk.session, number, state)
    _say(found, as_json)


def show(
    number: _Number,
    files: Annotated[Path | None, typer.Option(help="Write the notice's files into this folder.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show a notice's words, and write its files for printing or pasting."""
    from takedown.cli.opening import open_store
    from takedown.cli.shown import say, say_json
    from takedown.notices import find_notice, urls_of

    with at_the_desk(None) as desk:
        notice = find_notice(desk.session, number)
        named = urls_of(desk.session, number)
        store = open_store(desk.config)
    written = []
    if files is not None:
        files.mkdir(parents=True, exist_ok=True)
        for file_name, digest, *_ in notice.documents:
            path = files / Path(str(file_name)).name
            path.write_bytes(store.get(digest))
            written.append(str(path))
    if as_json:
        told = {**_told(notice), "body": notice.body, "urls": [(row.url, row.code) for row in named], "files": written}
        say_json(told)
        return
    say(
        f"#{notice.id}  {notice.recipient_name}  {notice.state}",
        notice.subject,
        "",
        *notice.body.splitlines(),
        *written,
    )


def release(number: _Number, name: As, as_json: AsJson = False) -> None:
    """Release a draft that another person prepared; mails go into the outbox."""
    from takedown.cli.shown import complain, in_language
    from takedown.notices import release_notice, unchecked_law

    with at_the_desk(name) as desk:
        notice = release_notice(desk.session, number, actor=desk.actor, now=desk.now)
        unchecked = unchecked_law(desk.session, notice)
        said = in_language(
            desk.language,
            "chưa đối chiếu công báo, người duyệt chịu trách nhiệm",
            "not checked against the gazette; whoever released it vouches for it",
        )
    complain(*(f"{said}: {words}" for words in unchecked))
    _say((notice,), as_json)


def cancel(number: _Number, reason: Reason, name: As, as_json: AsJson = False) -> None:
    """Throw away a draft, or a released notice that has not left."""
    from takedown.notices import cancel_notice

    with at_the_desk(name) as desk:
        notice = cancel_notice(desk.session, number, reason=reason, actor=desk.actor, now=desk.now)
    _say((notice,), as_json)


def sent(
    number: _Number,
    proof: Annotated[str, typer.Option(help="The letter's number and day, or the form's ticket.")],
    name: As,
    as_json: AsJson = False,
) -> None:
    """Note that a person sent a letter or a form; its clock starts."""
    from takedown.notices import mark_sent

    with at_the_desk(name) as desk:
        notice = mark_sent(desk.session, number, proof=proof, actor=desk.actor, now=desk.now)
    _say((notice,), as_json)


def remind(number: _Number, name: As, as_json: AsJson = False) -> None:
    """Draft the next reminder for a notice whose clock ran out."""
    from takedown.followup import prepare_reminder

    _follow_up(
        name,
        lambda desk, store: prepare_reminder(
            desk.session, store, number, head=letterhead(desk), actor=desk.actor, now=desk.now
        ),
        as_json,
    )


def escalate(
    number: _Number,
    name: As,
    to: Annotated[str | None, typer.Option(help="A recipient of the plan; by default who stands above.")] = None,
    as_json: AsJson = False,
) -> None:
    """Tell who stands above a silent recipient, with the pack that proves the silence."""
    from takedown.followup import prepare_escalation

    _follow_up(
        name,
        lambda desk, store: prepare_escalation(
            desk.session, store, number, head=letterhead(desk), actor=desk.actor, now=desk.now, to=to
        ),
        as_json,
    )


def _follow_up(name: str, prepare: "Callable[[Desk, ArtifactStore], Prepared]", as_json: bool) -> None:
    """Letters are drawn before the transaction that stores them: nobody waits for them."""
    from takedown.cli.opening import open_store
    from takedown.followup import add_follow_up

    with at_the_desk(name, writes=False) as desk:
        store = open_store(desk.config)
        prepared = prepare(desk, store)
    with at_the_desk(name) as desk:
        notice = add_follow_up(desk.session, store, prepared, actor=desk.actor, now=desk.now)
    _say((notice,), as_json)


def letterhead(desk: Desk) -> "Letterhead":
    """Who writes, from the operator's settings."""
    from takedown.drafting import Letterhead

    return Letterhead(desk.config.agency, desk.config.mail_from)


def _say(notices: "tuple[Notice, ...]", as_json: bool) -> None:
    from takedown.cli.notice_text import say_notices
    from takedown.cli.shown import say_json

    if as_json:
        say_json([_told(notice) for notice in notices])
    else:
        say_notices(notices)


def _told(notice: "Notice") -> dict[str, object]:
    return {
        "id": notice.id,
        "case": notice.case_id,
        "recipient": notice.recipient_id,
        "recipient_name": notice.recipient_name,
        "kind": notice.kind,
        "act": notice.act,
        "channel": notice.channel,
        "address": notice.address,
        "state": notice.state,
        "token": notice.token,
        "subject": notice.subject,
        "prepared_by": notice.prepared_by,
        "approved_by": notice.approved_by,
        "sent_at": notice.sent_at,
        "due_at": notice.due_at,
        "documents": [name for name, *_ in notice.documents],
    }
