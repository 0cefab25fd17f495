"""What look-ups say of a domain, as the case page shows it: each fact with its source, conflicts side by side."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage.models import DomainRecord
from storage.owner_names import read_marker
from takedown.owner_words import owner_words
from takedown.reports.content import VIETNAM

_FACTS = (
    ("registrar", "Nhà đăng ký", "Registrar"),
    ("registrant", "Chủ thể", "Registrant"),
    ("registered_at", "Ngày đăng ký", "Registered"),
    ("expires_at", "Hết hạn", "Expires"),
    ("statuses", "Trạng thái EPP", "EPP status"),
    ("nameservers", "Máy chủ tên", "Name servers"),
    ("addresses", "Địa chỉ IP", "Addresses"),
    ("shield", "Che máy chủ gốc", "Origin hidden by"),
    ("platform", "Nền tảng", "Platform"),
    ("abuse_emails", "Thư báo xấu (RDAP)", "Abuse mail (RDAP)"),
)
_DAYS = frozenset({"registered_at", "expires_at"})


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact in both languages."""

    name_vi: str
    name_en: str
    value: str


@dataclass(frozen=True, slots=True)
class Asked:
    """How one question ended."""

    service: str
    state: str
    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Registration:
    """The newest record. ``networks``: one line an address; ``conflicts``: what sources say differently."""

    domain: str
    looked_up_at: datetime
    facts: tuple[Fact, ...]
    networks: tuple[str, ...]
    asked: tuple[Asked, ...]
    conflicts: tuple[str, ...]


def read_registration(record: DomainRecord) -> Registration:
    """Whatever the stored facts hold; an absent one is not shown, since it was not answered."""
    facts = record.facts
    shown = (
        Fact(vi, en, _day(facts.get(name)) if name in _DAYS else _words(facts.get(name))) for name, vi, en in _FACTS
    )
    return Registration(
        domain=record.domain,
        looked_up_at=record.looked_up_at,
        facts=tuple(fact for fact in shown if fact.value),
        networks=tuple(_networks(facts.get("networks"))),
        asked=tuple(
            Asked(
                _words(row.get("service")),
                _words(row.get("state")),
                _words(row.get("source")),
                _words(row.get("reason")),
            )
            for row in record.lookups
            if isinstance(row, dict)
        ),
        conflicts=tuple(_conflicts(facts.get("statements"))),
    )


def _networks(entries: Any) -> Iterator[str]:
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict):
            number = f"AS{entry['asn']}" if entry.get("asn") else ""
            words = (entry.get("address"), number, entry.get("holder") or entry.get("name"), entry.get("country"))
            yield " · ".join(str(word) for word in words if word)


def _conflicts(statements: Any) -> Iterator[str]:
    said: dict[str, dict[str, list[str]]] = {}
    for entry in statements if isinstance(statements, list) else ():
        if isinstance(entry, dict):
            values = said.setdefault(str(entry.get("field")), {})
            values.setdefault(_words(entry.get("value")), []).append(str(entry.get("source") or entry.get("service")))
    for name, values in said.items():
        if len(values) > 1:
            yield f"{name}: " + " ≠ ".join(f"{value} ({', '.join(sources)})" for value, sources in values.items())


def _day(value: Any) -> str:
    """A stored instant as a day in Vietnam; what is none stays as it is."""
    try:
        return datetime.fromisoformat(_words(value)).astimezone(VIETNAM).strftime("%d/%m/%Y")
    except ValueError:
        return _words(value)


def _words(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    if (marker := read_marker(value)) is not None:
        return f"{owner_words(marker, 'vi')} / {owner_words(marker, 'en')}"
    return "" if value is None else str(value)
