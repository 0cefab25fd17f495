"""`lachan text`: what a message is, why, and what it holds."""

from typing import Annotated

import typer

from takedown.cli.message import say_message


def text(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[MESSAGE|FILE|-]", help="The message; a file that holds it; - for standard input."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    english: Annotated[bool, typer.Option("--en", help="Speak English.")] = False,
) -> None:
    """Score a message (SMS, chat, post): kind of fraud, reasons, links, phone numbers, accounts. No network."""
    say_message(words or [], as_json=as_json, english=english)
