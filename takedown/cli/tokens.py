"""`lachan tokens`: keys of programs that work through the API, each of one person and never beyond their roles."""

from typing import Annotated

import typer

from takedown.cli.acting import As, AsJson, English, at_the_desk


def new(
    label: Annotated[str, typer.Argument(metavar="LABEL", help="Which program uses it, and where.")],
    scopes: Annotated[list[str], typer.Option("--scope", help="What it may do, as cases:read; may be repeated.")],
    by: As,
    days: Annotated[int, typer.Option(min=1, max=366, help="Until it ends by itself.")] = 90,
    as_json: AsJson = False,
    english: English = False,
) -> None:
    """Make a token of one's own; it is shown once and kept nowhere."""
    from datetime import timedelta

    from takedown.api.tokens import make_token
    from takedown.cli.shown import complain, in_language, say, say_json, shown_day

    with at_the_desk(by, english=english) as desk:
        made = make_token(
            desk.session, label=label, scopes=scopes, valid_for=timedelta(days=days), actor=desk.actor, now=desk.now
        )
    row = made.token
    if as_json:
        say_json({"id": row.id, "token": made.secret, "scopes": row.scopes, "expires_at": row.expires_at})
        return
    say(made.secret)
    day = shown_day(row.expires_at)
    complain(
        in_language(desk.language, f"Khóa {row.id}, đến {day}; chỉ hiện lần này.", f"Token {row.id}, until {day}.")
    )


def list_tokens(
    by: Annotated[str | None, typer.Option("--as", metavar="NAME", help="Whose; by default everybody's.")] = None,
    as_json: AsJson = False,
    english: English = False,
) -> None:
    """List the tokens that still open something."""
    from takedown.api.tokens import tokens_of
    from takedown.cli.shown import Column, in_language, say, say_json, say_table, shown_day

    with at_the_desk(by, english=english, writes=False) as desk:
        rows = tokens_of(desk.session, by, now=desk.now)
    if as_json:
        say_json([{k: v for k, v in row.model_dump().items() if k != "digest"} for row in rows])
        return
    if not rows:
        say(in_language(desk.language, "Không có khóa nào.", "No token."))
        return
    titles = in_language(
        desk.language, "Số|Của|Tên|Phạm vi|Đến|Dùng lần cuối", "Number|Whose|Name|Scopes|Until|Last used"
    )
    say_table(
        [Column(title) for title in titles.split("|")],
        [
            (
                str(row.id),
                row.staff_name,
                row.label,
                ", ".join(row.scopes),
                shown_day(row.expires_at),
                f"{shown_day(row.used_at)} {row.used_from}" if row.used_at is not None else "",
            )
            for row in rows
        ],
    )


def revoke(
    number: Annotated[int, typer.Argument(metavar="NUMBER")],
    by: Annotated[
        str | None, typer.Option("--as", metavar="NAME", help="Its owner or an administrator; by default the console.")
    ] = None,
) -> None:
    """End a token at once."""
    from takedown.api.tokens import revoke_token
    from takedown.cli.shown import say

    with at_the_desk(by) as desk:
        row = revoke_token(desk.session, number, actor=desk.actor, now=desk.now)
    say(f"{row.id}: {row.staff_name}, {row.label}: revoked")
