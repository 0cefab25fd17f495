"""Who said what about a domain, and where two of them disagree: conflicts are shown, never merged away."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from crawler.detection.facts import DomainFacts, Lookup, Statement
from crawler.enrichment.answer import Registration
from storage.owner_names import comparable_name

_TIMES = ("registered_at", "updated_at", "expires_at")
_LISTS = ("nameservers", "statuses", "abuse_emails")
_TEXTS = ("registrar", "registrar_id", "registrant")
_COMPARED = frozenset({"registrar_id", "registrant", "registered_at", "expires_at", "nameservers"})


@dataclass(frozen=True, slots=True)
class Conflict:
    """A fact on which sources differ; ``said`` holds one statement for each differing value, the surest first."""

    field: str
    said: tuple[Statement, ...]


def statements(
    said: Iterable[tuple[Lookup, Registration]], nameservers: tuple[str, ...], dns: Lookup
) -> tuple[Statement, ...]:
    """Every source's word on every fact, the registry's first; DNS answers for the name servers in use."""
    found = [entry for lookup, registration in said for entry in _of(lookup, registration)]
    if nameservers:
        value = " ".join(sorted(nameservers))
        found.append(Statement("nameservers", value, dns.service, dns.source, "high", dns.asked_at))
    return tuple(found)


def conflicts(facts: DomainFacts) -> tuple[Conflict, ...]:
    """The facts on which the sources differ. Days are compared, not seconds; names without regard to case."""
    found = []
    for name in sorted(_COMPARED):
        by_value: dict[str, Statement] = {}
        for entry in facts.statements:
            if entry.field == name:
                by_value.setdefault(_comparable(entry), entry)
        if len(by_value) > 1:
            found.append(Conflict(name, tuple(by_value.values())))
    return tuple(found)


def _of(lookup: Lookup, registration: Registration) -> Iterator[Statement]:
    sure = "high" if lookup.service in {"rdap", "officer"} else "medium"

    def said(field: str, value: str) -> Statement:
        # An owner's name is what he wrote himself: a registry keeps it without checking.
        confidence = "low" if field == "registrant" and lookup.service != "officer" else sure
        return Statement(field, value, lookup.service, lookup.source, confidence, lookup.asked_at)

    for name in _TEXTS:
        if value := getattr(registration, name):
            yield said(name, value)
    for name in _TIMES:
        when = getattr(registration, name)
        if isinstance(when, datetime):
            yield said(name, when.isoformat())
    for name in _LISTS:
        if values := getattr(registration, name):
            yield said(name, " ".join(sorted(values)))


def _comparable(entry: Statement) -> str:
    return entry.value[:10] if entry.field in _TIMES else comparable_name(entry.value)
