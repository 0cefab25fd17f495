"""One change at the desk from the command line: who makes it, in which transaction, at what time."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from takedown.actor import CONSOLE, Actor

if TYPE_CHECKING:
    from sqlmodel import Session

    from crawler.config import Config

As = Annotated[str, typer.Option("--as", metavar="NAME", help="Who acts: a sign-in name of `lachan users list`.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; it stands in the audit log.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON value.")]
English = Annotated[bool, typer.Option("--en", help="Speak English.")]


@dataclass(frozen=True, slots=True)
class Desk:
    """What a service wants to be handed, and how to speak."""

    session: "Session"
    actor: Actor
    now: datetime
    config: "Config"
    language: str


@contextmanager
def at_the_desk(name: str | None, *, english: bool = False, writes: bool = True) -> Iterator[Desk]:
    """A writing transaction that is committed when nothing was raised, or one that only reads and holds nobody up.

    ``name`` None: the console itself acts.
    """
    from storage.db import read_session, write_session
    from takedown.cli.configured import load_config
    from takedown.cli.opening import opened_database
    from takedown.staff import find_person

    config = load_config()
    opened = write_session if writes else read_session
    with opened_database(config, make=True) as engine, opened(engine) as session:
        actor = CONSOLE if name is None else find_person(session, name).actor
        yield Desk(session, actor, datetime.now(UTC), config, "en" if english else config.language)
        if writes:
            session.commit()
