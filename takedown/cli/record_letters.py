"""`lachan records`: letters to those who know more, answers, the dossier, erasure, keys, who saw what."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from takedown.cli.acting import As, AsJson, at_the_desk
from takedown.cli.records import Number, Why, chosen, vault

if TYPE_CHECKING:
    from storage.models import RecordAsk

_Letter = Annotated[int, typer.Argument(metavar="LETTER", min=1, help="The letter's number.")]


def ask(
    number: Number,
    name: As,
    kind: Annotated[str, typer.Option(help="preserve, disclose or both.")] = "both",
    as_json: AsJson = False,
) -> None:
    """Draft the letters to everybody who knows more and has none yet. Nothing leaves."""
    from takedown.cli.faults import WrongUsageError
    from takedown.cli.notices import letterhead
    from takedown.cli.opening import open_store
    from takedown.records.asking import add_asks, prepare_asks
    from takedown.records.letters import DISCLOSE, PRESERVE

    kinds = {"both": (PRESERVE, DISCLOSE), PRESERVE: (PRESERVE,), DISCLOSE: (DISCLOSE,)}.get(kind)
    if kinds is None:
        raise WrongUsageError(
            f"`{kind}` is none of preserve, disclose, both", f"`{kind}` không phải preserve, disclose hay both"
        )
    with at_the_desk(name, writes=False) as desk:
        head = letterhead(desk)
        prepared = prepare_asks(
            desk.session, vault(desk), number, head=head, actor=desk.actor, now=desk.now, kinds=kinds
        )
    with at_the_desk(name) as desk:
        store = open_store(desk.config)
        made = add_asks(desk.session, store, vault(desk), number, prepared, actor=desk.actor, now=desk.now)
    _say(made, as_json)


def sent(
    letter: _Letter,
    proof: Annotated[str, typer.Option(help="The letter's number and day.")],
    name: As,
    file: Annotated[
        list[Path] | None, typer.Option("--file", help="The signed scan, a receipt; may be repeated; kept sealed.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Note that a letter which another person drafted was signed and has left; its clock starts."""
    from takedown.cli.opening import open_store
    from takedown.cli.record_files import read_attachment
    from takedown.records.asking import attach_proof, release_ask

    papers = tuple(read_attachment(path) for path in file or ())
    with at_the_desk(name) as desk:
        row = release_ask(desk.session, letter, proof=proof, actor=desk.actor, now=desk.now)
        if papers:
            store, keys = open_store(desk.config), vault(desk)
            row = attach_proof(desk.session, store, keys, letter, papers, actor=desk.actor, now=desk.now)
    _say((row,), as_json)


def remind(letter: _Letter, name: As, as_json: AsJson = False) -> None:
    """Draft the next reminder of a letter whose clock ran out."""
    from takedown.cli.notices import letterhead
    from takedown.cli.opening import open_store
    from takedown.records.asking import add_reminder, prepare_reminder

    with at_the_desk(name, writes=False) as desk:
        head = letterhead(desk)
        prepared = prepare_reminder(desk.session, vault(desk), letter, head=head, actor=desk.actor, now=desk.now)
    with at_the_desk(name) as desk:
        store = open_store(desk.config)
        row = add_reminder(desk.session, store, vault(desk), letter, prepared, actor=desk.actor, now=desk.now)
    _say((row,), as_json)


def answer(
    number: Number,
    about: Annotated[str, typer.Argument(help="The domain, address or phone that the answer is about.")],
    source: Annotated[str, typer.Option(help="Who answered: number and day of their letter.")],
    name: As,
    fact: Annotated[list[str] | None, typer.Option("--fact", help="What=value; may be repeated.")] = None,
    state: Annotated[str, typer.Option(help="found, nothing_held or refused.")] = "found",
    file: Annotated[list[Path] | None, typer.Option("--file", help="The paper; may be repeated.")] = None,
    letter: Annotated[int | None, typer.Option(min=1, help="The letter that it answers.")] = None,
    words: Annotated[str, typer.Option("--note", help="What else it says.")] = "",
    received: Annotated[datetime | None, typer.Option(help="When, Vietnam's time; by default now.")] = None,
    as_json: AsJson = False,
) -> None:
    """Attach an answer to the one item that it is about; facts and papers are sealed."""
    from takedown.cli.opening import open_store
    from takedown.cli.record_files import in_vietnam, read_attachment
    from takedown.cli.shown import say, say_json
    from takedown.records.answers import AnswerState, add_answer
    from takedown.records.requests import find_request

    facts = tuple(fact_of(entry) for entry in fact or ())
    papers = tuple(read_attachment(path) for path in file or ())
    with at_the_desk(name) as desk:
        row = add_answer(
            desk.session,
            open_store(desk.config),
            vault(desk),
            number,
            about=about,
            state=chosen(AnswerState, state),
            source=source,
            facts=facts,
            words=words,
            files=papers,
            ask_id=letter,
            received_at=in_vietnam(received) if received else desk.now,
            actor=desk.actor,
            now=desk.now,
        )
        reached = find_request(desk.session, number).state
        told = {"answer": row.id, "request": number, "item": row.item_id, "letter": row.ask_id, "state": reached}
    say_json(told) if as_json else say(f"yêu cầu {number}: {reached}")


def export(
    number: Number,
    reason: Why,
    name: As,
    output: Annotated[Path, typer.Option("-o", "--output", help="The folder.")] = Path(),
    deliver: Annotated[
        bool, typer.Option("--deliver", help="This is what is handed over: keep it and move on.")
    ] = False,
    evidence: Annotated[
        bool, typer.Option("--evidence", help="Also the evidence bundles of these domains' cases.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write the dossier: PDF, DOCX, CSV, JSON. Number, day and signature stay blank for the clerk."""
    from takedown.cli.notices import letterhead
    from takedown.cli.opening import open_store
    from takedown.cli.record_files import write_files
    from takedown.cli.shown import say, say_json
    from takedown.records.dossier import build_dossier, deliver_dossier, note_export
    from takedown.records.held import cases_of
    from takedown.records.requests import find_request, unseal_request

    with at_the_desk(name, writes=False) as desk:
        keys = vault(desk)
        dossier = build_dossier(
            desk.session, open_store(desk.config), keys, number, head=letterhead(desk), actor=desk.actor, now=desk.now
        )
        cases = cases_of(desk.session, unseal_request(desk.session, keys, find_request(desk.session, number)).items)
    with at_the_desk(name) as desk:  # first the entry, then the files: none leaves without it
        request = find_request(desk.session, number)
        if deliver:
            request = deliver_dossier(
                desk.session, open_store(desk.config), keys, dossier, reason=reason, actor=desk.actor, now=desk.now
            )
        else:
            note_export(desk.session, request, reason=reason, what="dossier", actor=desk.actor, now=desk.now)
        state, config = request.state, desk.config
    paths = write_files(output, dossier.files)
    if evidence:
        from takedown.cli.evidence import export_case

        paths += [str(export_case(case, output, config).path) for case in cases]
    told = {"request": number, "state": state, "files": paths, "items": dossier.items, "unknown": dossier.unknown}
    say_json(told) if as_json else say(*paths)


def fetch(
    number: Number,
    file: Annotated[str, typer.Argument(metavar="NAME", help="A file's name, as `records show` lists it.")],
    reason: Why,
    name: As,
    output: Annotated[Path, typer.Option("-o", "--output", help="The folder.")] = Path(),
) -> None:
    """Write one sealed file of a request: its order, a letter, a delivered dossier."""
    from takedown.cli.opening import open_store
    from takedown.cli.record_files import write_files
    from takedown.cli.shown import say
    from takedown.records.dossier import fetch_file

    with at_the_desk(name) as desk:
        found = fetch_file(
            desk.session, open_store(desk.config), vault(desk), number, file,
            reason=reason, actor=desk.actor, now=desk.now,
        )  # fmt: skip
    say(*write_files(output, (found,)))


def fact_of(word: str) -> tuple[str, str]:
    from takedown.cli.faults import WrongUsageError

    what, sign, value = word.partition("=")
    if not sign or not what.strip() or not value.strip():
        raise WrongUsageError(
            f"--fact «{word[:80]}»: write it as 'Chủ thể=Nguyễn Văn A'",
            f"--fact «{word[:80]}»: viết như 'Chủ thể=Nguyễn Văn A'",
        )
    return what.strip(), value.strip()


def _say(asks: "tuple[RecordAsk, ...]", as_json: bool) -> None:
    from takedown.cli.records_text import ask_words, say_asks
    from takedown.cli.shown import say_json

    say_json([ask_words(entry) for entry in asks]) if as_json else say_asks(asks)
