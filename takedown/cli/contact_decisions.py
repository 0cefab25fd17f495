"""`lachan contacts list|confirm|reject|quarantine`: what a person says about the addresses that anything is sent to."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from takedown.cli.acting import As, AsJson, Desk, English, Reason, at_the_desk

if TYPE_CHECKING:
    from takedown.recipients.confirmation import Decision
    from takedown.recipients.model import ChannelKind, Recipient

_Whom = Annotated[
    str, typer.Argument(metavar="RECIPIENT|NUMBER", help="A recipient's id, or the number of a learnt contact.")
]
_Channel = Annotated[str, typer.Option("--channel", help="email, web_form, letter ...; of a recipient.")]
_Value = Annotated[str, typer.Option("--value", help="The address; may be left out where the channel has just one.")]


def list_contacts(
    unconfirmed: Annotated[bool, typer.Option("--unconfirmed", help="Only what nothing may be sent by yet.")] = False,
    as_json: AsJson = False,
    english: English = False,
) -> None:
    """List the recipients' channels with their states, and the learnt contacts that wait for a decision."""
    from takedown.cli.contacts import contact_state
    from takedown.cli.shown import Column, in_language, say_json, say_table
    from takedown.recipients import load_recipients
    from takedown.recipients.confirmation import current_registry, waiting_contacts
    from takedown.words import CONTACT_STATES

    with at_the_desk(None, english=english) as desk:
        registry = current_registry(desk.session, load_recipients(), now=desk.now)
        channels = [
            _told(entry, channel)
            for entry in registry.recipients
            for channel in entry.channels
            if not (unconfirmed and channel.usable)
        ]
        learnt = [
            {"number": row.id, "subject": row.subject, "channel": row.channel, "value": row.value, "state": row.state,
             "source": row.source, "learnt_at": row.learnt_at, "entered_by": row.actor}
            for row in waiting_contacts(desk.session)
        ]  # fmt: skip
    if as_json:
        say_json({"channels": channels, "learnt": learnt})
        return
    states = {state: contact_state(state, desk.language) for state in CONTACT_STATES}
    titles = in_language(desk.language, "Ai|Kênh|Địa chỉ|Trạng thái|Nguồn", "Who|Channel|Address|State|Source")
    rows = [(e["recipient"], e["channel"], e["value"], states[e["state"]], e["note"]) for e in channels]
    rows += [
        (f"#{e['number']} {e['subject']}", e["channel"], e["value"], states[str(e["state"])], e["source"])
        for e in learnt
    ]
    say_table([Column(title, fold=place in {2, 4}) for place, title in enumerate(titles.split("|"))], rows)


def confirm(whom: _Whom, reason: Reason, name: As, channel: _Channel = "", value: _Value = "",
            as_json: AsJson = False) -> None:  # fmt: skip
    """Say that an address was checked and may be used, for a year; it may be one that the file lacks."""
    from takedown.recipients.confirmation import Decision

    _decide(whom, channel, value, Decision.CONFIRMED, reason, name, as_json)


def reject(whom: _Whom, reason: Reason, name: As, channel: _Channel = "", value: _Value = "",
           as_json: AsJson = False) -> None:  # fmt: skip
    """Say that an address is wrong, dead or somebody else's: nothing is sent there."""
    from takedown.recipients.confirmation import Decision

    _decide(whom, channel, value, Decision.REJECTED, reason, name, as_json)


def quarantine(
    subject: Annotated[str, typer.Argument(metavar="DOMAIN", help="The domain or host that the contact is for.")],
    value: Annotated[str, typer.Option(help="The address.")],
    source: Annotated[str, typer.Option(help="Where it was found.")],
    name: As,
    channel: Annotated[str, typer.Option(help="email, web_form, phone ...")] = "email",
    as_json: AsJson = False,
) -> None:
    """Keep a contact that was found elsewhere; of no use until another person confirms it."""
    from takedown.actor import Role
    from takedown.cli.faults import WrongUsageError
    from takedown.cli.shown import say, say_json
    from takedown.cli.whois_ask import read_host
    from takedown.recipients.confirmation import quarantine_contact
    from takedown.recipients.load import channel_problem

    kind, host = _kind(channel), read_host(subject)
    empty = ("address or source is empty", "địa chỉ hoặc nguồn bị trống")
    if problem := channel_problem(kind, value) or (None if value.strip() and source.strip() else empty):
        raise WrongUsageError(f"--value: {problem[0]}", f"--value: {problem[1]}")
    with at_the_desk(name) as desk:
        desk.actor.require(Role.REVIEWER, Role.APPROVER, Role.ADMINISTRATOR)
        row = quarantine_contact(
            desk.session, subject_kind="host", subject=host, kind=kind, value=value, source=source, now=desk.now,
            entered_by=desk.actor.name,
        )  # fmt: skip
        told = {"number": row.id, "subject": row.subject, "value": row.value, "state": row.state}
    say_json(told) if as_json else say(f"#{told['number']}  {told['subject']}  {told['value']}  {told['state']}")


def _decide(whom: str, channel: str, value: str, decision: "Decision", reason: str, name: str, as_json: bool) -> None:
    from takedown.actor import Role
    from takedown.cli.shown import say, say_json
    from takedown.recipients.confirmation import decide_contact, decide_learnt, find_learnt

    with at_the_desk(name) as desk:
        desk.actor.require(Role.APPROVER, Role.ADMINISTRATOR)
        words: dict[str, Any] = {"decision": decision, "actor": desk.actor.name, "reason": reason, "now": desk.now}
        if whom.isascii() and whom.isdigit():
            row = find_learnt(desk.session, int(whom))
            decide_learnt(desk.session, row, **words)
            told = {"subject": row.subject, "channel": row.channel, "value": row.value, "state": row.state}
        else:
            recipient = _recipient(whom)
            kind, address = _one_channel(desk, recipient, channel, value)
            decide_contact(desk.session, recipient, kind, address, **words)
            told = {"subject": recipient.id, "channel": kind.value, "value": address, "state": decision.value}
    say_json(told) if as_json else say("  ".join(str(word) for word in told.values()))


def _recipient(whom: str) -> "Recipient":
    from difflib import get_close_matches

    from takedown.cli.faults import WrongUsageError
    from takedown.recipients import load_recipients

    registry = load_recipients()
    found = registry.get(whom)
    if found is None:
        near = ", ".join(get_close_matches(whom, [entry.id for entry in registry.recipients]))
        raise WrongUsageError(
            f"there is no recipient `{whom}`; " + (f"near: {near}" if near else "see `lachan contacts list`"),
            f"không có nơi nhận `{whom}`; " + (f"gần giống: {near}" if near else "xem `lachan contacts list`"),
        )
    return found


def _one_channel(desk: Desk, recipient: "Recipient", channel: str, value: str) -> "tuple[ChannelKind, str]":
    """The channel that is meant. Raises WrongUsageError where it could be several or none."""
    from takedown.cli.faults import WrongUsageError
    from takedown.recipients.confirmation import current_recipient

    known = [entry for entry in current_recipient(desk.session, recipient, now=desk.now).channels if entry.value]
    fitting = [
        entry for entry in known
        if (not channel or entry.kind == _kind(channel)) and (not value or entry.value == value)
    ]  # fmt: skip
    if len(fitting) == 1:
        return fitting[0].kind, fitting[0].value
    if channel and value:
        return _kind(channel), value  # one that the file lacks
    has = "; ".join(f"{entry.kind} {entry.value}" for entry in known) or "none with an address"
    raise WrongUsageError(
        f"{recipient.id}: say which with --channel and --value; it has: {has}",
        f"{recipient.id}: nêu kênh nào bằng --channel và --value; có: {has}",
    )


def _kind(word: str) -> "ChannelKind":
    from takedown.cli.faults import WrongUsageError
    from takedown.recipients.model import ChannelKind

    try:
        return ChannelKind(word)
    except ValueError as error:
        raise WrongUsageError(
            f"`{word}` is no channel; use one of {', '.join(ChannelKind)}",
            f"`{word}` không phải kênh; dùng một trong {', '.join(ChannelKind)}",
        ) from error


def _told(recipient: "Recipient", channel: Any) -> dict[str, Any]:
    return {
        "recipient": recipient.id,
        "name": recipient.name,
        "channel": channel.kind.value,
        "value": channel.value,
        "state": channel.state.value,
        "usable": channel.usable,
        "note": channel.note,
        "last_verified": channel.last_verified.isoformat() if channel.last_verified else None,
        "verified_by": channel.verified_by,
    }
