"""`lachan users`: the people of the desk and what they may do."""

import sys
from typing import Annotated

import typer

from takedown.cli.acting import AsJson, English, at_the_desk

By = Annotated[
    str | None, typer.Option("--as", metavar="NAME", help="The administrator who acts; by default the console.")
]
_Roles = Annotated[
    list[str] | None,
    typer.Option("--role", help="reviewer, approver, police, auditor or administrator; may be repeated."),
]


def list_users(as_json: AsJson = False, english: English = False) -> None:
    """List everybody with their roles."""
    from takedown.cli.shown import Column, in_language, say, say_json, say_table, shown_day
    from takedown.staff import list_people

    with at_the_desk(None, english=english) as desk:
        people = list_people(desk.session)
    if as_json:
        say_json(people)
        return
    if not people:
        say(in_language(desk.language, "Chưa có ai: lachan users add TÊN --role administrator", "Nobody yet."))
        return
    titles = in_language(desk.language, "Tên|Họ tên|Vai trò|Hoạt động|Từ ngày", "Name|Full name|Roles|Active|Since")
    rows = [
        (
            person.name,
            person.full_name,
            ", ".join(person.roles),
            "x" if person.active else "",
            shown_day(person.created_at),
        )
        for person in people
    ]
    say_table([Column(title) for title in titles.split("|")], rows)


def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the person types to sign in.")],
    roles: _Roles = None,
    full_name: Annotated[str, typer.Option(help="The name that others see.")] = "",
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Add a person; the password is asked for twice, or read from standard input when that is no terminal."""
    from takedown.cli.shown import say, say_json
    from takedown.staff import add_person

    password = read_password()
    with at_the_desk(by) as desk:
        person = add_person(
            desk.session,
            name=name,
            full_name=full_name,
            roles=roles or [],
            password=password,
            actor=desk.actor,
            now=desk.now,
        )
    say_json(person) if as_json else say(f"{person.name}: {', '.join(person.roles)}")


def change(
    name: Annotated[str, typer.Argument(metavar="NAME")],
    roles: _Roles = None,
    password: Annotated[bool, typer.Option("--password", help="Ask for a new password.")] = False,
    block: Annotated[bool, typer.Option("--block", help="End every session and let nobody in.")] = False,
    unblock: Annotated[bool, typer.Option("--unblock", help="Let the person in again.")] = False,
    no_code: Annotated[bool, typer.Option("--no-code", help="No one-time code: the telephone is lost.")] = False,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Change a person's roles or password, block them or let them in again."""
    from takedown import second_factor, staff
    from takedown.cli.faults import WrongUsageError
    from takedown.cli.shown import say, say_json

    if not (roles or password or block or unblock or no_code) or (block and unblock):
        raise WrongUsageError(
            "say what to change: --role, --password, --block, --unblock or --no-code",
            "nêu điều cần đổi: --role, --password, --block, --unblock hoặc --no-code",
        )
    fresh = read_password() if password else ""
    with at_the_desk(by) as desk:
        who = {"name": name, "actor": desk.actor, "now": desk.now}
        if roles:
            staff.set_roles(desk.session, roles=roles, **who)  # type: ignore[arg-type]
        if password:
            staff.set_password(desk.session, password=fresh, **who)  # type: ignore[arg-type]
        if block or unblock:
            staff.set_active(desk.session, active=unblock, **who)  # type: ignore[arg-type]
        if no_code:
            second_factor.end(desk.session, code="", **who)  # type: ignore[arg-type]
        person = next(entry for entry in staff.list_people(desk.session) if entry.name == name)
    say_json(person) if as_json else say(
        f"{person.name}: {', '.join(person.roles)}{'' if person.active else ' (blocked)'}"
    )


def confirm(
    name: Annotated[str, typer.Argument(metavar="NAME")],
    only_account: Annotated[
        bool, typer.Option("--only-account", help="The person was asked, and has no other account here.")
    ] = False,
    by: By = None,
    english: English = False,
) -> None:
    """Confirm an account that one administrator made or changed: as another person, who asked its owner."""
    from takedown.cli.shown import in_language, say
    from takedown.four_eyes import confirm_person

    with at_the_desk(by, english=english) as desk:
        confirm_person(desk.session, name=name, only_account=only_account, actor=desk.actor, now=desk.now)
        said = in_language(desk.language, f"{name}: đã xác nhận", f"{name}: confirmed")
    say(said)


def read_password() -> str:
    """From the terminal, unseen and twice; else the first line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    return str(typer.prompt("Mật khẩu / password", hide_input=True, confirmation_prompt=True))
