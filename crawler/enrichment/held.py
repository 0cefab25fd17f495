"""What is held about a domain: the newest look-up, its blanks filled from earlier ones and from look-ups by hand."""

from collections.abc import Iterable
from dataclasses import replace

from crawler.detection.facts import DomainFacts, Lookup, LookupState

_REGISTRY = ("rdap", "whois", "contract", "officer")
_ONE_BY_ONE = ("registrant", "registered_at", "expires_at", "statuses", "nameservers", "networks")


def held(records: Iterable[DomainFacts]) -> DomainFacts | None:
    """Pure: one picture from the newest record to the oldest; None when there is none.

    A registrar brings its own number and contacts along. A name that is free again keeps nothing of an earlier owner.
    Addresses belong to one host.
    """
    whole: DomainFacts | None = None
    for older in records:
        if whole is None:
            whole = older
            if _is_free(whole):
                break
            continue
        if _is_free(older):
            break  # what lies before belongs to an earlier registration
        whole = _filled(whole, older)
    return whole


def _filled(whole: DomainFacts, older: DomainFacts) -> DomainFacts:
    if not whole.registrar and not whole.registrar_id:
        whole = replace(
            whole, registrar=older.registrar, registrar_id=older.registrar_id, abuse_emails=older.abuse_emails
        )
    if whole.host == older.host and not whole.addresses:
        whole = replace(whole, addresses=older.addresses, shield=whole.shield or older.shield)
    missing = {name: getattr(older, name) for name in _ONE_BY_ONE if not getattr(whole, name)}
    lookups = whole.lookups if _answered(whole) else (*whole.lookups, *_registry(older))
    return replace(whole, lookups=lookups, statements=(*whole.statements, *older.statements)[:400], **missing)


def _is_free(facts: DomainFacts) -> bool:
    return not _answered(facts) and any(entry.state is LookupState.UNREGISTERED for entry in _registry(facts))


def _answered(facts: DomainFacts) -> bool:
    return any(entry.state in {LookupState.FOUND, LookupState.REDACTED} for entry in _registry(facts))


def _registry(facts: DomainFacts) -> tuple[Lookup, ...]:
    return tuple(entry for entry in facts.lookups if entry.service in _REGISTRY)
