"""`lachan evidence`: check sealed evidence, export it, get the time-stamps that are still pending."""

from pathlib import Path
from typing import Annotated

import typer


def verify(
    number: Annotated[int | None, typer.Argument(metavar="[ID]", min=1, help="A case; by default everything.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    english: Annotated[bool, typer.Option("--en", help="Speak English.")] = False,
) -> None:
    """Find any altered, missing or added byte of one case's evidence, or of all evidence and the audit log."""
    raise NotImplementedError


def export(
    number: Annotated[int, typer.Argument(metavar="ID", min=1, help="The case.")],
    output: Annotated[Path | None, typer.Option("-o", "--output", help="The bundle; by default case-ID.zip.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    english: Annotated[bool, typer.Option("--en", help="Speak English.")] = False,
) -> None:
    """Export one case's evidence as a bundle that a third party can check without this program."""
    raise NotImplementedError


def stamp(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    english: Annotated[bool, typer.Option("--en", help="Speak English.")] = False,
) -> None:
    """Ask the time-stamp authorities again for what is still pending."""
    raise NotImplementedError
