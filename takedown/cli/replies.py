"""`lachan replies`: answers that cite no code, attached by a person or dismissed for a reason."""

from typing import TYPE_CHECKING, Annotated

import typer

from takedown.cli.acting import As, AsJson, Reason, at_the_desk

if TYPE_CHECKING:
    from storage.models import Reply

_Number = Annotated[int, typer.Argument(metavar="MAIL", min=1, help="The mail's number, as `replies list` shows it.")]


def list_replies(
    name: As,
    state: Annotated[str, typer.Option(help="unmatched, attached, dismissed or matched.")] = "unmatched",
    before: Annotated[int | None, typer.Option(min=1, help="Only mails with lower numbers.")] = None,
    as_json: AsJson = False,
) -> None:
    """List answers that belong to nothing yet, the newest first."""
    from takedown.cli.faults import WrongUsageError
    from takedown.cli.shown import Column, say_json, say_table, shown_time
    from takedown.delivery import unmatched
    from takedown.delivery.replies import ReplyState
    from takedown.words import word

    if state not in set(ReplyState):
        known = ", ".join(ReplyState)
        raise WrongUsageError(
            f"`{state}` is no state; use one of {known}", f"`{state}` không phải trạng thái; dùng một trong {known}"
        )
    with at_the_desk(name, writes=False) as desk:
        rows = unmatched.list_replies(desk.session, actor=desk.actor, state=state, before=before).rows
        told = [_told(row) for row in rows]
        lines = [
            (row.id, word("reply", row.kind, desk.language), shown_time(row.received_at), row.sender, row.subject)
            for row in rows
        ]
    if as_json:
        say_json(told)
    else:
        titles = ("Thư", "Loại", "Lúc", "Từ", "Tiêu đề")
        say_table([Column(title, fold=title in {"Từ", "Tiêu đề"}) for title in titles], lines)


def show(number: _Number, name: As, as_json: AsJson = False) -> None:
    """Show one as text; nothing of it is opened."""
    from takedown.cli.shown import say, say_json
    from takedown.delivery.unmatched import find_reply

    with at_the_desk(name, writes=False) as desk:
        row = find_reply(desk.session, number, actor=desk.actor)
        told = _told(row) | {"text": row.text}
    if as_json:
        say_json(told)
    else:
        say(f"{row.sender}  {row.subject}", "", *row.text.splitlines(), "", *map(str, _files(row)))


def attach(
    number: _Number,
    reason: Reason,
    name: As,
    notice: Annotated[int | None, typer.Option(min=1, help="The notice that it answers.")] = None,
    case: Annotated[int | None, typer.Option(min=1, help="The case that it is about.")] = None,
    letter: Annotated[int | None, typer.Option(min=1, help="The owner-record letter; there it is sealed.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say where a mail belongs; on a notice it then works as one that cited its code."""
    from takedown.cli.faults import WrongUsageError
    from takedown.cli.opening import open_store
    from takedown.cli.records import vault
    from takedown.cli.shown import say, say_json
    from takedown.delivery.unmatched import Place, attach_reply, attach_to_letter, find_reply

    if sum(value is not None for value in (notice, case, letter)) != 1:
        raise WrongUsageError(
            "name one of --notice, --case and --letter", "nêu đúng một trong --notice, --case, --letter"
        )
    with at_the_desk(name) as desk:
        if letter is not None:
            store = open_store(desk.config)
            attach_to_letter(
                desk.session, store, vault(desk), number, letter, reason=reason, actor=desk.actor, now=desk.now
            )
        else:
            place, target = (Place.NOTICE, notice) if notice is not None else (Place.CASE, case)
            attach_reply(desk.session, number, place, target or 0, reason=reason, actor=desk.actor, now=desk.now)
        told = _told(find_reply(desk.session, number, actor=desk.actor))
    say_json(told) if as_json else say(f"thư {number}: {told['state']}")


def dismiss(number: _Number, reason: Reason, name: As, as_json: AsJson = False) -> None:
    """Note that a mail belongs to nothing here; it stays kept."""
    from takedown.cli.shown import say, say_json
    from takedown.delivery.unmatched import dismiss_reply

    with at_the_desk(name) as desk:
        told = _told(dismiss_reply(desk.session, number, reason=reason, actor=desk.actor, now=desk.now))
    say_json(told) if as_json else say(f"thư {number}: {told['state']}")


def _files(row: "Reply") -> list[str]:
    return [str(entry[0]) for entry in row.attachments]


def _told(row: "Reply") -> dict[str, object]:
    return {
        "mail": row.id,
        "state": row.state,
        "kind": row.kind,
        "from": row.sender,
        "subject": row.subject,
        "received_at": row.received_at,
        "files": _files(row),
        "notice": row.notice_id,
        "case": row.case_id,
        "reason": row.reason,
        "decided_by": row.decided_by,
    }
