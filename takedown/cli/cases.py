"""`lachan cases` and `lachan case ID`: the queue, and one case whole."""

from collections.abc import Sequence
from typing import Annotated

import typer


def cases(
    state: Annotated[str | None, typer.Option(help="Only this state, such as new, in_review, confirmed.")] = None,
    level: Annotated[str | None, typer.Option(help="This level or higher, such as likely.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many.")] = 50,
    offset: Annotated[int, typer.Option(min=0, help="Leave out the first so many.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON array.")] = False,
    english: Annotated[bool, typer.Option("--en", help="Speak English.")] = False,
) -> None:
    """List the queue, the worst first; what `scrapy crawl` left waiting is taken in before."""
    from storage.db import read_session
    from storage.walk import named_rows
    from takedown.cli.case_text import say_queue
    from takedown.cli.configured import load_config
    from takedown.cli.opening import opened_database
    from takedown.cli.shown import say_json
    from takedown.cli.sweep import take_waiting
    from takedown.levels import LADDER
    from takedown.lifecycle import CaseState
    from takedown.queue import count_cases, list_cases

    check_word("state", state, tuple(CaseState))
    check_word("level", level, LADDER)
    config = load_config()
    with opened_database(config) as engine:
        with named_rows():
            take_waiting(engine, config.case_level)
        with read_session(engine) as session:
            total = count_cases(session, state, level)
            with named_rows():
                rows = list_cases(session, state, level, limit, offset)
    if as_json:
        say_json(rows)
    else:
        say_queue(rows, total, "en" if english else config.language)


def check_word(option: str, given: str | None, known: Sequence[str]) -> None:
    """Raises WrongUsageError where an option names what does not exist."""
    from takedown.cli.faults import WrongUsageError

    if given is not None and given not in known:
        raise WrongUsageError(
            f"--{option}: there is no `{given}`; use one of {', '.join(known)}",
            f"--{option}: không có `{given}`; chọn một trong {', '.join(known)}",
        )


def case(
    number: Annotated[int, typer.Argument(metavar="ID", min=1, help="The case's number.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    english: Annotated[bool, typer.Option("--en", help="Speak English.")] = False,
) -> None:
    """Show one case: score, every signal with its excerpt, evidence, history."""
    from storage.db import read_session
    from storage.walk import named_rows
    from takedown.cli.case_text import say_case
    from takedown.cli.configured import load_config
    from takedown.cli.opening import opened_database
    from takedown.cli.shown import say_json
    from takedown.queue import load_case

    config = load_config()
    with opened_database(config) as engine, read_session(engine) as session, named_rows():
        view = load_case(session, number)
    if as_json:
        say_json(view)
    else:
        say_case(view, "en" if english else config.language)
