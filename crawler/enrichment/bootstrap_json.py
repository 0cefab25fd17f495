"""Reads the RDAP bootstrap registry (RFC 9224) and our copy of it, and refuses what cannot be whole."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import TypeGuard
from urllib.parse import urlsplit

from crawler.enrichment.answer import MalformedAnswerError, plain

MAX_BYTES = 2_000_000
MAX_ENTRIES = 20_000
MIN_ENDINGS = 300  # far fewer than there are: what is smaller was cut or is something else
URL_CHARACTERS = 300
_ENDING = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """RDAP base URLs by ending, as ``source`` gave them at ``fetched_at``."""

    source: str
    fetched_at: datetime
    services: MappingProxyType[str, str]


def parse_bootstrap(body: bytes, source: str, now: datetime) -> Bootstrap:
    """The registry as it came. Raises MalformedAnswerError."""
    answer = _object(body)
    if not str(answer.get("version", "")).startswith("1."):
        raise MalformedAnswerError("no RDAP bootstrap of version 1")
    return Bootstrap(source, now, _services(answer.get("services")))


def parse_copy(body: bytes) -> Bootstrap:
    """Our copy of it. Raises MalformedAnswerError."""
    answer = _object(body)
    source, fetched_at = answer.get("source"), answer.get("fetched_at")
    if not isinstance(source, str) or not isinstance(fetched_at, str):
        raise MalformedAnswerError("a copy without its source and date")
    try:
        when = datetime.fromisoformat(fetched_at)
    except ValueError as error:
        raise MalformedAnswerError(f"a copy with the date {plain(fetched_at)!r}") from error
    if when.tzinfo is None:
        raise MalformedAnswerError("a copy whose date has no time zone")
    return Bootstrap(source, when, _services(answer.get("services")))


def copy_bytes(bootstrap: Bootstrap) -> bytes:
    """What ``parse_copy`` reads."""
    services = [[[ending], [url]] for ending, url in sorted(bootstrap.services.items())]
    copy = {"source": bootstrap.source, "fetched_at": bootstrap.fetched_at.isoformat(), "services": services}
    return json.dumps(copy, indent=0).encode()


def _object(body: bytes) -> dict[str, object]:
    if len(body) > MAX_BYTES:
        raise MalformedAnswerError(f"longer than {MAX_BYTES} bytes")
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MalformedAnswerError("no JSON") from error
    if not isinstance(answer, dict):
        raise MalformedAnswerError("no JSON object")
    return answer


def _services(value: object) -> MappingProxyType[str, str]:
    """The first https URL of each ending; an ending that has none is left out, as is anything but an ending."""
    if not isinstance(value, list) or len(value) > MAX_ENTRIES:
        raise MalformedAnswerError("without a list of services")
    services: dict[str, str] = {}
    endings = 0
    for entry in value:
        if not isinstance(entry, list) or len(entry) != 2 or not all(_is_texts(part) for part in entry):
            raise MalformedAnswerError("with a service that is no pair of lists of texts")
        names, urls = entry
        endings += len(names)
        if url := next(filter(is_base, urls), ""):
            services |= {name.lower(): url for name in names if _ENDING.fullmatch(name.lower())}
    if not MIN_ENDINGS <= endings <= MAX_ENTRIES or "com" not in services:
        raise MalformedAnswerError(f"not whole: {endings} endings")
    return MappingProxyType(services)


def _is_texts(value: object) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(text, str) for text in value)


def is_base(url: str) -> bool:
    """Is this an https URL that can be an RDAP base?"""
    if len(url) > URL_CHARACTERS or not url.isascii() or not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - a port that is none raises
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and not parts.username and not parts.query
