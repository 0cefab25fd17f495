"""`lachan users link`, `unlink`, `links`: who of the staff is whom at the sign-in provider."""

from typing import Annotated

import typer

from takedown.cli.acting import AsJson, English, at_the_desk
from takedown.cli.users import By

_Name = Annotated[str, typer.Argument(metavar="NAME", help="A sign-in name of `lachan users list`.")]


def link(
    name: _Name,
    subject: Annotated[str, typer.Argument(metavar="SUBJECT", help="The `sub` of the person at the provider.")],
    by: By = None,
    english: English = False,
) -> None:
    """Let a person enter through the sign-in provider of LACHAN_OIDC_ISSUER; the desk shows an unlinked one their
    SUBJECT."""
    from takedown.cli.shown import in_language, say
    from takedown.oidc.links import link_person

    with at_the_desk(by, english=english) as desk:
        issuer = desk.config.oidc_issuer
        link_person(desk.session, name=name, issuer=issuer, subject=subject, actor=desk.actor, now=desk.now)
        language = desk.language
    say(in_language(language, f"{name}: đã liên kết với {issuer}", f"{name}: linked to {issuer}"))


def unlink(name: _Name, by: By = None, english: English = False) -> None:
    """End a person's sign-in through a provider; their password goes on."""
    from takedown.cli.shown import in_language, say
    from takedown.oidc.links import unlink_person

    with at_the_desk(by, english=english) as desk:
        unlink_person(desk.session, name=name, actor=desk.actor, now=desk.now)
        said = in_language(desk.language, f"{name}: đã bỏ liên kết", f"{name}: unlinked")
    say(said)


def links(as_json: AsJson = False, english: English = False) -> None:
    """List who enters through a provider."""
    from takedown.cli.shown import Column, in_language, say, say_json, say_table, shown_day
    from takedown.oidc.links import list_links

    with at_the_desk(None, english=english, writes=False) as desk:
        found = list_links(desk.session)
        language = desk.language
    if as_json:
        told = ("staff_name", "issuer", "subject", "linked_by", "linked_at")
        say_json([{name: getattr(row, name) for name in told} for row in found])
        return
    if not found:
        say(in_language(language, "Chưa ai liên kết: lachan users link TÊN MÃ", "Nobody is linked."))
        return
    titles = in_language(language, "Tên|Nơi đăng nhập|Mã|Ai liên kết|Từ ngày", "Name|Provider|Subject|By|Since")
    rows = [(row.staff_name, row.issuer, row.subject, row.linked_by, shown_day(row.linked_at)) for row in found]
    say_table([Column(title) for title in titles.split("|")], rows)
