"""What one service answered: how the question ended, what it said of the registration, and its bytes."""

import re
import unicodedata
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from crawler.detection.facts import Lookup
from crawler.egress.hostname import parse_host
from crawler.errors import EgressRefusedError

TEXT_CHARACTERS = 300
REASON_CHARACTERS = 300
REDACTED = "registrant redacted"
FIRST_YEAR = 1985  # of the first registered names; what lies before it stands for «none»
_WITHHELD = re.compile(
    r"redact|privacy|private|withheld|not disclosed|data protected|gdpr|whoisguard|proxy|statutory mask", re.IGNORECASE
)
_NAME = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.){1,20}[a-z][a-z0-9-]{0,61}[a-z0-9]", re.ASCII)


class MalformedAnswerError(ValueError):
    """The answer cannot be read, or is not about the domain that was asked for."""


@dataclass(frozen=True, slots=True)
class Registration:
    """What a registry or registrar says of a domain; empty or None where it says nothing."""

    registrar: str = ""
    registrar_id: str = ""
    registrant: str = ""
    registrant_kind: str = ""  # organisation, where it stands in the field of one
    registered_at: datetime | None = None
    updated_at: datetime | None = None
    expires_at: datetime | None = None
    statuses: tuple[str, ...] = ()
    nameservers: tuple[str, ...] = ()
    abuse_emails: tuple[str, ...] = ()
    withheld: bool = False  # the registrant is there, but redacted

    def completed_by(self, other: "Registration") -> "Registration":
        """These facts with the blanks filled from ``other``: a registrar never replaces its registry's word."""
        return Registration(
            registrar=self.registrar or other.registrar,
            registrar_id=self.registrar_id or other.registrar_id,
            registrant=self.registrant or other.registrant,
            registrant_kind=self.registrant_kind if self.registrant else other.registrant_kind,
            registered_at=self.registered_at or other.registered_at,
            updated_at=self.updated_at or other.updated_at,
            expires_at=self.expires_at or other.expires_at,
            statuses=self.statuses or other.statuses,
            nameservers=self.nameservers or other.nameservers,
            abuse_emails=self.abuse_emails or other.abuse_emails,
            withheld=not (self.registrant or other.registrant) and (self.withheld or other.withheld),
        )

    @property
    def says_something(self) -> bool:
        """Is there a fact that somebody could use?"""
        return any((self.registrar, self.registrant, self.registered_at, self.expires_at, self.abuse_emails))


@dataclass(frozen=True, slots=True)
class Answer:
    """The end of one look-up. ``raw`` holds the bytes by service, for the evidence."""

    lookup: Lookup
    registration: Registration | None = None
    raw: dict[str, bytes] = field(default_factory=dict, repr=False)
    said: tuple[tuple[Lookup, Registration], ...] = ()  # who said what, before anything was filled up


def completed(registry: Answer, registrar: Answer, name: str) -> Answer:
    """The registry's answer with its blanks filled by the registrar's, whose bytes are kept under ``name``. The
    registrar's silence is a remark, not a state."""
    raw = dict(registry.raw)
    if registrar.raw:
        (raw[name],) = registrar.raw.values()
    if registrar.registration is None or registry.registration is None:
        note = f"registrar {registrar.lookup.source}: {registrar.lookup.state} {registrar.lookup.reason}".strip()
        reason = "; ".join(filter(None, (registry.lookup.reason, note)))[:REASON_CHARACTERS]
        return Answer(replace(registry.lookup, reason=reason), registry.registration, raw, registry.said)
    merged = registry.registration.completed_by(registrar.registration)
    said = (*registry.said, *((replace(lookup, service=name), own) for lookup, own in registrar.said))
    return Answer(replace(registry.lookup, reason=REDACTED if merged.withheld else ""), merged, raw, said)


def is_withheld(name: str) -> bool:
    """Does ``name`` stand where an owner would, and name nobody: redacted, or hidden behind a privacy service?"""
    return bool(_WITHHELD.search(name))


def plain(value: object) -> str:
    """One short line of a stranger's text: no control, format or unpaired surrogate characters."""
    if not isinstance(value, str):
        return ""
    kept = "".join(" " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in value[: 4 * TEXT_CHARACTERS])
    kept = "".join(c for c in kept if unicodedata.category(c) not in {"Cf", "Cs"})
    return " ".join(kept.split())[:TEXT_CHARACTERS]


def a_label(name: object) -> str:
    """A host name in lower-case ASCII form, or "" for what is none."""
    try:
        return parse_host(plain(name)).name
    except EgressRefusedError:
        return ""


def epp_status(text: str) -> str:
    """A status in EPP's own spelling (RFC 8056): «client hold» and «clientHold https://...» are one."""
    words = plain(text).partition("http")[0].strip(" (").split(" ")
    first = words[0].rstrip(",")
    if first.isupper() or len(words) == 1:
        return "ok" if first.lower() == "active" else first[:64]
    return (first.lower() + "".join(word.capitalize() for word in words[1:]))[:64]


def host_names(values: list[str], limit: int = 16) -> tuple[str, ...]:
    """Those of ``values`` that are host names, lower case, each once, in order."""
    names = (value.strip().rstrip(".").lower() for value in values)
    return tuple(dict.fromkeys(name for name in names if len(name) <= 253 and _NAME.fullmatch(name)))[:limit]


def aware(value: object) -> datetime | None:
    """A time in UTC, None for none; a naive one is taken for UTC, as registries mean it."""
    if not isinstance(value, datetime) or value.year < FIRST_YEAR:
        return None
    try:
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError:
        return None
