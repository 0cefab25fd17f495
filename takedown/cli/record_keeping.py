"""`lachan records`: the operator's keys, erasure, and who saw whose data."""

from typing import Annotated

import typer

from takedown.cli.acting import As, AsJson, at_the_desk
from takedown.cli.records import vault


def erase(
    number: Annotated[
        int | None, typer.Argument(metavar="[REQUEST]", min=1, help="By default all that is due.")
    ] = None,
    reason: Annotated[str, typer.Option("--reason", help="Why, for one before its time.")] = "",
    name: Annotated[str | None, typer.Option("--as", metavar="NAME", help="Who acts; by default the console.")] = None,
    as_json: AsJson = False,
) -> None:
    """Erase the personal data of requests that ended long enough ago, or of one; counts and the fact stay. For cron."""
    from datetime import timedelta

    from takedown.cli.shown import say, say_json
    from takedown.records.keeping import erase_due, erase_request

    with at_the_desk(name) as desk:
        if number is not None:
            erase_request(desk.session, number, reason=reason, actor=desk.actor, now=desk.now)
            erased: tuple[int, ...] = (number,)
        else:
            keep = timedelta(days=desk.config.records_keep_days)
            erased = erase_due(desk.session, actor=desk.actor, now=desk.now, keep=keep)
    say_json({"erased": list(erased)}) if as_json else say(f"đã xóa / erased: {', '.join(map(str, erased)) or '0'}")


def who_saw(
    what: Annotated[str, typer.Argument(help="A request's number, a domain, an address or a phone.")],
    name: As,
    as_json: AsJson = False,
) -> None:
    """Everybody who looked at somebody's data, when and why, from the audit log."""
    from takedown.cli.shown import Column, say_json, say_table, shown_time
    from takedown.records import keeping

    with at_the_desk(name, writes=False) as desk:
        keys = vault(desk) if desk.config.records_key_file else None
        looks = keeping.who_saw(desk.session, what, actor=desk.actor, vault=keys)
    if as_json:
        say_json(list(looks))
        return
    titles = ("Mục nhật ký", "Lúc", "Ai", "Việc", "Yêu cầu", "Lý do", "Gì")
    rows = [(e.sequence, shown_time(e.at), e.actor, e.action, e.request_id, e.reason, e.what) for e in looks]
    say_table([Column(title, fold=place == 5) for place, title in enumerate(titles)], rows)


def new_key(as_json: AsJson = False) -> None:
    """Put a fresh key before those in LACHAN_RECORDS_KEY_FILE; the file is made where there is none. Back it up."""
    from pathlib import Path

    from storage.vault import add_key
    from takedown.cli.configured import load_config
    from takedown.cli.faults import WrongUsageError
    from takedown.cli.shown import say, say_json

    path = load_config().records_key_file
    if not path:
        raise WrongUsageError(
            "set LACHAN_RECORDS_KEY_FILE to where the key shall lie, apart from the database",
            "đặt LACHAN_RECORDS_KEY_FILE là nơi để khóa, tách khỏi cơ sở dữ liệu",
        )
    made = add_key(Path(path))
    say_json({"file": path, "key": made}) if as_json else say(f"{path}: {made}")


def seal_names(as_json: AsJson = False) -> None:
    """Put owners' names that older look-ups show readable under seal, and keyed marks in place of unkeyed ones."""
    from crawler.enrichment.sealing_names import seal_names as seal_step
    from takedown.actor import Role
    from takedown.cli.opening import open_store
    from takedown.cli.shown import complain, say, say_json
    from takedown.marks import renew_marks, unkeyed_mark, unname_links

    after: int | None = 0
    records = marks = 0
    while after is not None:
        with at_the_desk(None) as desk:  # a step a transaction: a run that ended early is gone on with by the next
            desk.actor.require(Role.ADMINISTRATOR)
            step = seal_step(
                desk.session, open_store(desk.config), vault(desk), after=after, actor=desk.actor.name, now=desk.now
            )
            marks += renew_marks(desk.session, {unkeyed_mark(name): mark for name, mark in step.marks.items() if name})
        after, records = step.last, records + step.records
        complain(f"… {records}")
    with at_the_desk(None) as desk:
        marks += unname_links(desk.session)
    say_json({"records": records, "marks": marks}) if as_json else say(f"{records} / {marks}")


def rotate_key(as_json: AsJson = False) -> None:
    """Wrap every request's key with the newest operator's key; afterwards older lines of the file may go."""
    from takedown.cli.shown import say, say_json
    from takedown.records.keeping import rewrap_keys

    with at_the_desk(None) as desk:
        keys = vault(desk)
        count = rewrap_keys(desk.session, keys, actor=desk.actor, now=desk.now)
    told = {"key": keys.current, "rewrapped": count}
    say_json(told) if as_json else say(f"{keys.current}: {count}")
