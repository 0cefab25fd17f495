"""`lachan contacts URL`: who can act on a site, how to reach them, and how sure we are."""

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

if TYPE_CHECKING:
    from takedown.recipients.contacts import Contact

ROLES: Final = {
    "platform": ("nền tảng", "platform"),
    "shield": ("CDN che máy chủ gốc", "CDN before the origin"),
    "network": ("máy chủ, mạng", "host, network"),
    "registrar": ("nhà đăng ký", "registrar"),
    "registry": ("cơ quan quản lý đuôi", "registry"),
}


def contacts(
    what: Annotated[str, typer.Argument(metavar="URL|DOMAIN", help="The site.")],
    fresh: Annotated[bool, typer.Option("--fresh", help="Ask anew; kept answers are not used.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    english: Annotated[bool, typer.Option("--en", help="Speak English.")] = False,
) -> None:
    """Look a site up and name who can act on it. Exits with 1 when nobody can be reached by a confirmed channel."""
    from dataclasses import replace
    from datetime import UTC, datetime

    from crawler.enrichment import domain_facts_to_json
    from crawler.enrichment.held import held
    from crawler.enrichment.record import known_facts, newest_records
    from storage.db import read_session, write_session
    from storage.models import DomainRecord
    from storage.vault import Vault
    from takedown.cli.configured import load_config
    from takedown.cli.exit_codes import ExitCode
    from takedown.cli.opening import open_store, opened_database
    from takedown.cli.shown import say_json
    from takedown.cli.whois_ask import ask_one
    from takedown.recipients import load_recipients
    from takedown.recipients.confirmation import current_registry
    from takedown.recipients.contacts import contacts_for, traits_of
    from takedown.recipients.learning import learn_from_record

    config = load_config()
    found = ask_one(what, config, fresh=fresh)
    now = datetime.now(UTC)
    with opened_database(config) as engine, write_session(engine) as session:
        learn_from_record(
            session,
            open_store(config),
            Vault.load_if_set(config.records_key_file),
            session.get_one(DomainRecord, found.record_id),
            now=now,
        )
        session.commit()
    with opened_database(config) as engine, read_session(engine) as session:
        registry = current_registry(session, load_recipients(), now=now)
        known = held(known_facts(newest_records(session, found.facts.domain))) or found.facts
    facts = replace(found.facts, registrar=known.registrar, registrar_id=known.registrar_id)
    facts = replace(facts, abuse_emails=known.abuse_emails)
    site = traits_of(domain_facts_to_json(facts), facts.observed_at)
    named = contacts_for(site, registry)
    if as_json:
        say_json({"host": site.host, "domain": site.domain, "record": found.record_id,
                  "contacts": [_json(contact) for contact in named]})  # fmt: skip
    else:
        _say(named, site.host, "en" if english else config.language)
    if not any(contact.usable for contact in named):
        raise typer.Exit(ExitCode.SOME_FAILED)


def _json(contact: "Contact") -> dict[str, Any]:
    recipient = contact.recipient
    return {
        "role": contact.role,
        "name": contact.name,
        "recipient": recipient.id if recipient else None,
        "why_vi": contact.why_vi,
        "why_en": contact.why_en,
        "required": list(recipient.required) if recipient else [],
        "legal_basis": list(recipient.legal_basis) if recipient else [],
        "automation": recipient.automation.value if recipient else None,
        "channels": [
            {
                "kind": channel.kind.value,
                "value": channel.value,
                "state": channel.state.value,
                "usable": channel.usable,
                "note": channel.note,
                "last_verified": channel.last_verified.isoformat() if channel.last_verified else None,
                "verified_by": channel.verified_by,
            }
            for channel in contact.channels
        ],
    }


def _say(named: "tuple[Contact, ...]", host: str, language: str) -> None:
    from takedown.cli.shown import in_language, say

    say(host)
    for contact in named:
        why = contact.why_en if language == "en" else contact.why_vi
        say(f"  {in_language(language, *ROLES[contact.role])}: {contact.name}  ({why})")
        for channel in contact.channels:
            state = contact_state(channel.state.value, language)
            value = channel.value or in_language(language, "(chưa biết địa chỉ)", "(address unknown)")
            say("    " + "  ".join(filter(None, (f"{channel.kind.value:<9}", value, state, channel.note))))
    if not named:
        say(in_language(language, "  không rõ phải báo ai", "  nobody is known who could act"))


def contact_state(state: str, language: str) -> str:
    """What the state is called; loud where nothing may be sent by it yet."""
    from takedown.words import CONTACT_STATES

    words = CONTACT_STATES[state][language == "en"]
    return words if state == "confirmed" else words.upper()
