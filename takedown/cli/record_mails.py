"""`lachan records`: answers that came by mail, opened for a reason, entered or dismissed by a person."""

from typing import TYPE_CHECKING, Annotated

import typer

from takedown.cli.acting import As, AsJson, Reason, at_the_desk
from takedown.cli.record_letters import fact_of
from takedown.cli.records import chosen, vault

if TYPE_CHECKING:
    from storage.models import RecordMail

_Mail = Annotated[int, typer.Argument(metavar="MAIL", min=1, help="The mail's number, as `records mails` shows it.")]


def mails(
    name: As,
    number: Annotated[int | None, typer.Argument(metavar="[REQUEST]", min=1, help="By default all that wait.")] = None,
    as_json: AsJson = False,
) -> None:
    """List mailed answers, by the letter whose code they cite; nothing sealed is shown."""
    from takedown.actor import Role
    from takedown.cli.shown import Column, say_json, say_table, shown_time
    from takedown.records.mails import mails_of, waiting_mails
    from takedown.words import word

    with at_the_desk(name, writes=False) as desk:
        desk.actor.require(Role.REVIEWER, Role.APPROVER)
        rows = waiting_mails(desk.session) if number is None else mails_of(desk.session, number)
        language = desk.language
        told = [mail_words(row) for row in rows]
        lines = [
            (row.id, row.request_id, row.ask_id or "", shown_time(row.received_at), word("reply", row.kind, language),
             word("record_mail", row.state, language), len(row.files))
            for row in rows
        ]  # fmt: skip
    if as_json:
        say_json(told)
    else:
        titles = ("Thư", "Yêu cầu", "Công văn", "Lúc", "Loại", "Trạng thái", "Tệp")
        say_table([Column(title) for title in titles], lines)


def mail(number: _Mail, reason: Reason, name: As, as_json: AsJson = False) -> None:
    """Show one mail unsealed; who looked, and why, stands in the audit log. Files: `lachan records fetch`."""
    from takedown.cli.opening import open_store
    from takedown.cli.shown import say, say_json
    from takedown.records.mails import open_mail

    with at_the_desk(name) as desk:
        store, keys = open_store(desk.config), vault(desk)
        view = open_mail(desk.session, store, keys, number, reason=reason, actor=desk.actor, now=desk.now)
        told = mail_words(view.mail) | {"from": view.sender, "subject": view.subject, "text": view.text,
                                        "usable": list(view.usable), "held": list(view.held)}  # fmt: skip
    if as_json:
        say_json(told)
    else:
        say(f"{view.sender}  {view.subject}", "", *view.text.splitlines(), "", *view.usable)
        say(*(f"(cách ly / held) {file}" for file in view.held))


def accept_mail(
    number: _Mail,
    about: Annotated[str, typer.Argument(help="The domain, address or phone that the answer is about.")],
    name: As,
    fact: Annotated[list[str] | None, typer.Option("--fact", help="What=value; may be repeated.")] = None,
    state: Annotated[str, typer.Option(help="found, nothing_held or refused.")] = "found",
    source: Annotated[str, typer.Option(help="Who answered; by default sender and day of the mail.")] = "",
    words: Annotated[str, typer.Option("--note", help="What else it says.")] = "",
    as_json: AsJson = False,
) -> None:
    """Enter what a mail answers about one item; its usable attachments become the answer's papers."""
    from takedown.cli.opening import open_store
    from takedown.cli.shown import say, say_json
    from takedown.records import mails as desk_mails
    from takedown.records.answers import AnswerState

    facts = tuple(fact_of(entry) for entry in fact or ())
    with at_the_desk(name) as desk:
        row = desk_mails.accept_mail(
            desk.session, open_store(desk.config), vault(desk), number, about=about, state=chosen(AnswerState, state),
            facts=facts, source=source, words=words, actor=desk.actor, now=desk.now,
        )  # fmt: skip
        told = {"mail": number, "answer": row.id, "request": row.request_id, "letter": row.ask_id}
    say_json(told) if as_json else say(f"yêu cầu {row.request_id}: trả lời {row.id}")


def dismiss_mail(number: _Mail, reason: Reason, name: As, as_json: AsJson = False) -> None:
    """Note that a mail is no answer; it stays sealed with its request."""
    from takedown.cli.shown import say, say_json
    from takedown.records import mails as desk_mails

    with at_the_desk(name) as desk:
        told = mail_words(desk_mails.dismiss_mail(desk.session, number, reason=reason, actor=desk.actor, now=desk.now))
    say_json(told) if as_json else say(f"thư {number}: {told['state']}")


def mail_words(row: "RecordMail") -> dict[str, object]:
    """What may be said of a mail without its key."""
    return {
        "mail": row.id,
        "request": row.request_id,
        "letter": row.ask_id,
        "kind": row.kind,
        "state": row.state,
        "received_at": row.received_at,
        "files": [file[1] for file in row.files],
        "answers": row.answers,
    }
