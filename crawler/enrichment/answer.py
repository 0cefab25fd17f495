"""What one service answered: how the question ended, what it said of the registration, and its bytes."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, datetime

from crawler.detection.facts import Lookup

TEXT_CHARACTERS = 300
REASON_CHARACTERS = 300
_NAME = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.){1,20}[a-z][a-z0-9-]{0,61}[a-z0-9]", re.ASCII)


class MalformedAnswerError(ValueError):
    """The answer cannot be read, or is not about the domain that was asked for."""


@dataclass(frozen=True, slots=True)
class Registration:
    """What a registry or registrar says of a domain; empty or None where it says nothing."""

    registrar: str = ""
    registrar_id: str = ""
    registrant: str = ""
    registered_at: datetime | None = None
    updated_at: datetime | None = None
    expires_at: datetime | None = None
    statuses: tuple[str, ...] = ()
    nameservers: tuple[str, ...] = ()
    abuse_emails: tuple[str, ...] = ()
    withheld: bool = False  # the registrant is there, but redacted

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


def plain(value: object) -> str:
    """One short line of a stranger's text: no control, format or unpaired surrogate characters."""
    if not isinstance(value, str):
        return ""
    kept = "".join(" " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in value[: 4 * TEXT_CHARACTERS])
    kept = "".join(c for c in kept if unicodedata.category(c) not in {"Cf", "Cs"})
    return " ".join(kept.split())[:TEXT_CHARACTERS]


def host_names(values: list[str], limit: int = 16) -> tuple[str, ...]:
    """Those of ``values`` that are host names, lower case, each once, in order."""
    names = (value.strip().rstrip(".").lower() for value in values)
    return tuple(dict.fromkeys(name for name in names if len(name) <= 253 and _NAME.fullmatch(name)))[:limit]


def aware(value: object) -> datetime | None:
    """A time in UTC; a naive one is taken for UTC, as registries mean it."""
    if not isinstance(value, datetime):
        return None
    try:
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError:
        return None
