"""`lachan whois answer` and `erase`: registries' raw answers opened for a reason, and erased."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from takedown.cli.acting import As, AsJson, Reason, at_the_desk

if TYPE_CHECKING:
    from takedown.records.dossier import DossierFile


def answer(
    record: Annotated[int, typer.Argument(metavar="RECORD", min=1, help="A look-up's number, as `history` shows it.")],
    service: Annotated[str, typer.Argument(help="Whose answer: rdap, whois, officer ...")],
    reason: Reason,
    name: As,
    output: Annotated[Path, typer.Option("-o", "--output", help="The folder.")] = Path(),
) -> None:
    """Write one raw answer as it came. It may name a person: who opened it, and why, stands in the audit log."""
    from takedown.cli.opening import open_store
    from takedown.cli.record_files import write_files
    from takedown.cli.records import vault_if_set
    from takedown.cli.shown import say
    from takedown.records.raw_answers import open_raw_answer

    with at_the_desk(name) as desk:
        found: DossierFile = open_raw_answer(
            desk.session, open_store(desk.config), vault_if_set(desk), record, service,
            reason=reason, actor=desk.actor, now=desk.now,
        )  # fmt: skip
    say(*write_files(output, (found,)))


def erase(
    domain: Annotated[str, typer.Argument(help="A domain that was looked up.")],
    reason: Reason,
    name: As,
    as_json: AsJson = False,
) -> None:
    """Erase registries' raw answers about a domain, its owner's name and mark. That it was done stays in the log."""
    from crawler.enrichment.erasing import erase_answers
    from seeds import registrable_domain
    from takedown.actor import Role
    from takedown.cli.faults import WrongUsageError
    from takedown.cli.shown import say, say_json
    from takedown.cli.whois_ask import read_host
    from takedown.marks import forget_owner, marks_of

    found = registrable_domain(read_host(domain))
    if not reason.strip():
        raise WrongUsageError("say why it is erased: --reason", "nêu lý do xóa: --reason")
    with at_the_desk(name) as desk:
        desk.actor.require(Role.ADMINISTRATOR, Role.APPROVER)
        actor, marks = desk.actor.name, marks_of(desk.session, found)
        cases = forget_owner(desk.session, found, marks, reason=reason, actor=actor, now=desk.now)
        records = erase_answers(desk.session, found, reason=reason, actor=actor, now=desk.now)
    told = {"domain": found, "records": list(records), "cases": list(cases)}
    say_json(told) if as_json else say(f"{found}: {len(records)}")
