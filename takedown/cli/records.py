"""`lachan records`: owner-record requests taken in, looked at, accepted, refused, closed, listed."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from takedown.cli.acting import As, AsJson, Desk, English, at_the_desk

if TYPE_CHECKING:
    from storage.models import RecordRequest
    from storage.vault import Vault
    from takedown.records.gate import Asked, Attachment
    from takedown.records.requests import RequestView, Taken

Number = Annotated[int, typer.Argument(metavar="REQUEST", min=1, help="The request's number.")]
Why = Annotated[str, typer.Option("--reason", help="Why; it stands in the audit log.")]


def new(
    name: As,
    file: Annotated[Path, typer.Option("--list", help="Domains, URLs, addresses, phones; `-`: standard input.")],
    number: Annotated[str, typer.Option("--document", help="The asking document's number.")] = "",
    day: Annotated[datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="Its day.")] = None,
    agency: Annotated[str, typer.Option(help="The asking agency.")] = "",
    unit: Annotated[str, typer.Option(help="Its unit.")] = "",
    officer: Annotated[str, typer.Option(help="Who answers for it there; kept sealed.")] = "",
    contact: Annotated[str, typer.Option(help="How to reach the officer; kept sealed.")] = "",
    case_number: Annotated[str, typer.Option("--case", help="Number of the police case.")] = "",
    legal: Annotated[list[str] | None, typer.Option("--law", help="Id of a legal basis; may be repeated.")] = None,
    urgency: Annotated[str, typer.Option(help="ordinary, 24h, 6h or 3h.")] = "ordinary",
    purpose: Annotated[str, typer.Option(help="What for; kept sealed.")] = "",
    order: Annotated[Path | None, typer.Option(help="The document itself: PDF, DOCX or a picture.")] = None,
    received: Annotated[datetime | None, typer.Option(help="When it came in, Vietnam's time; by default now.")] = None,
    amend: Annotated[int | None, typer.Option(min=1, help="Write this draft anew instead of making one.")] = None,
    as_json: AsJson = False,
) -> None:
    """Take a request in as a draft. Exits with 1 when it lacks something or a line was rejected, and says which."""
    from takedown.cli.exit_codes import ExitCode
    from takedown.cli.record_files import in_vietnam, read_attachment, read_list
    from takedown.cli.records_text import say_taken
    from takedown.records.gate import Asked, Urgency
    from takedown.records.subjects import read_subjects

    words = read_list(file)
    asked = Asked(
        document_number=number,
        document_date=day.date() if day else None,
        agency=agency,
        unit=unit,
        officer=officer,
        contact=contact,
        case_number=case_number,
        legal=tuple(legal or ()),
        urgency=chosen(Urgency, urgency),
        purpose=purpose,
        subjects=read_subjects(words),
        pasted=words,
        received_at=in_vietnam(received) if received else None,
    )
    taken = _take(asked, read_attachment(order) if order else None, amend, name)
    say_taken(taken, as_json=as_json)
    if taken.missing or taken.rejects:
        raise typer.Exit(ExitCode.SOME_FAILED)


def accept(number: Number, name: As, as_json: AsJson = False) -> None:
    """Accept a complete draft that another person made; says all that is missing otherwise."""
    from takedown.records.requests import accept_request

    with at_the_desk(name) as desk:
        row = accept_request(
            desk.session, vault(desk), number, actor=desk.actor, now=desk.now,
            ordinary_days=desk.config.records_ordinary_days,
        )  # fmt: skip
    _say((row,), as_json)


def refuse(number: Number, reason: Why, name: As, as_json: AsJson = False) -> None:
    """Send a request back for good."""
    from takedown.records.requests import refuse_request

    with at_the_desk(name) as desk:
        row = refuse_request(desk.session, number, reason=reason, actor=desk.actor, now=desk.now)
    _say((row,), as_json)


def close(number: Number, reason: Why, name: As, as_json: AsJson = False) -> None:
    """End a delivered request; its retention begins."""
    from takedown.records.requests import close_request

    with at_the_desk(name) as desk:
        row = close_request(desk.session, number, reason=reason, actor=desk.actor, now=desk.now)
    _say((row,), as_json)


def list_records(
    name: As,
    state: Annotated[str | None, typer.Option(help="drafted, accepted, asked, partly, answered, delivered ...")] = None,
    as_json: AsJson = False,
) -> None:
    """List requests, the next to be answered first; police see their own. Nothing personal is shown."""
    from takedown.records.requests import list_requests
    from takedown.records.states import RecordState

    wanted = chosen(RecordState, state).value if state is not None else None
    with at_the_desk(name, writes=False) as desk:
        rows = list_requests(desk.session, actor=desk.actor, now=desk.now, state=wanted)
    _say(rows, as_json)


def overdue(name: As, as_json: AsJson = False) -> None:
    """List requests and letters whose clock ran out. Exits with 1 when there are any, so that cron can tell."""
    from takedown.cli.exit_codes import ExitCode
    from takedown.cli.records_text import ask_words, request_words, say_asks, say_requests
    from takedown.cli.shown import say_json
    from takedown.records.asking import overdue_asks
    from takedown.records.requests import list_requests

    with at_the_desk(name, writes=False) as desk:
        rows = list_requests(desk.session, actor=desk.actor, now=desk.now, overdue=True)
        mine = {row.id for row in list_requests(desk.session, actor=desk.actor, now=desk.now, limit=100_000)}
        asks = [ask for ask in overdue_asks(desk.session, now=desk.now) if ask.request_id in mine]
    if as_json:
        say_json({"requests": [request_words(row) for row in rows], "letters": [ask_words(ask) for ask in asks]})
    else:
        say_requests(rows)
        say_asks(asks)
    if rows or asks:
        raise typer.Exit(ExitCode.SOME_FAILED)


def show(number: Number, reason: Why, name: As, as_json: AsJson = False, english: English = False) -> None:
    """Show a request unsealed: what was asked, what is held, whom we asked, what came back. The look is noted."""
    from takedown.cli.opening import open_store
    from takedown.cli.records_text import say_request
    from takedown.records.answers import answers_of
    from takedown.records.asking import asks_of, plan_asks
    from takedown.records.held import read_held
    from takedown.records.requests import view_request
    from takedown.records.sealing import data_key, with_names

    with at_the_desk(name, english=english) as desk:
        keys = vault(desk)
        view: RequestView = view_request(desk.session, keys, number, actor=desk.actor, reason=reason, now=desk.now)
        held = read_held(desk.session, view.items, with_names(open_store(desk.config), keys))
        asks = asks_of(desk.session, number)
        answers = answers_of(desk.session, data_key(keys, view.request), number)
        plan = plan_asks(desk.session, keys, number, now=desk.now)
    say_request(view, held, asks, answers, plan, as_json=as_json)


def vault(desk: Desk) -> "Vault":
    """The operator's keys. Raises VaultError with the remedy."""
    from storage.vault import Vault

    return Vault.load(desk.config.records_key_file)


def vault_if_set(desk: Desk) -> "Vault | None":
    """The operator's keys; None where no file is named. Raises VaultError with the remedy."""
    from storage.vault import Vault

    return Vault.load_if_set(desk.config.records_key_file)


def chosen(kind: Any, word: str) -> Any:
    """A word of an enumeration. Raises WrongUsageError that names them all."""
    from takedown.cli.faults import WrongUsageError

    try:
        return kind(word)
    except ValueError as error:
        raise WrongUsageError(
            f"`{word}` is none of {', '.join(kind)}", f"`{word}` không thuộc {', '.join(kind)}"
        ) from error


def _take(asked: "Asked", order: "Attachment | None", amend: int | None, name: str) -> "Taken":
    from takedown.cli.opening import open_store
    from takedown.records.requests import amend_request, take_request

    with at_the_desk(name) as desk:
        store, keys = open_store(desk.config), vault(desk)
        words: dict[str, Any] = {"order": order, "actor": desk.actor, "now": desk.now}
        if amend is not None:
            return amend_request(desk.session, store, keys, amend, asked, **words)
        return take_request(desk.session, store, keys, asked, **words)


def _say(rows: "tuple[RecordRequest, ...]", as_json: bool) -> None:
    from takedown.cli.records_text import request_words, say_requests
    from takedown.cli.shown import say_json

    say_json([request_words(row) for row in rows]) if as_json else say_requests(rows)
