"""Reads what a WHOIS answer says beside its record: a free name, a refusal, a referral. Pure text, linear time."""

import re

from crawler.detection.facts import LookupState
from crawler.enrichment.answer import a_label

LINES = 400
LINE_CHARACTERS = 400
OPENING_LINES = 6  # where a server says that it has nothing; further down stand terms of use and strangers' words
_ONCE = frozenset(
    {
        "domain name",
        "registrar",
        "sponsoring registrar",
        "registrar iana id",
        "registrar whois server",
        "creation date",
        "created",
        "created on",
        "registered on",
        "updated date",
        "registry expiry date",
        "registrar registration expiration date",
        "expiration date",
        "expiry date",
        "paid-till",
        "registrant name",
        "registrant organization",
    }
)
_FREE = re.compile(
    r"(?:%\s*)?(?:no match\b|not found\b|no data found\b|no entries found\b|no object found\b|nothing found\b"
    r"|domain not found\b|no matching record\b|the queried object does not exist|object does not exist\b"
    r"|domain \S{1,260} not found\b|status:\s*(?:free|available)\s*$"
    r"|\S{1,260} is (?:free|available for registration)\b)",
    re.IGNORECASE,
)
_THROTTLED = re.compile(
    r"limit exceeded|exceeded (?:the|your) |quota|too many (?:requests|queries|connections)|rate limit|try again later",
    re.IGNORECASE,
)
_REFUSED = re.compile(
    r"access denied|permission denied|not authori[sz]ed|unauthori[sz]ed|blacklisted|blocked|not permitted|forbidden",
    re.IGNORECASE,
)
_REFERRAL = re.compile(
    r"[ \t]*(?:registrar whois server|whois server|refer|whois):[ \t]*(?:r?whois://)?([a-z0-9.-]{4,253})/?[ \t]*$",
    re.IGNORECASE,
)
_IANA_ID = re.compile(r"[ \t]*registrar iana id:[ \t]*([0-9]{1,6})[ \t]*$", re.IGNORECASE)


def tame_text(body: bytes) -> str:
    """The answer as bounded text, its footer left out, each key of a single value only where it stands first.

    Whoever registers a name can write «Registrar: ...» into an address; the registry's own line stands above it.
    """
    kept: list[str] = []
    seen: set[str] = set()
    for line in _decoded(body).splitlines():
        if line.startswith(">>>") or len(kept) == LINES:
            break
        line = "".join(c if c.isprintable() else " " for c in line[:LINE_CHARACTERS]).rstrip()
        key = line.partition(":")[0].strip().lower()
        if key in _ONCE:
            if key in seen:
                continue
            seen.add(key)
        kept.append(line)
    return "\n".join(kept) + "\n"


def judge_opening(text: str) -> LookupState | None:
    """The state that the first lines name, or None when they begin a record."""
    opening = [line.strip() for line in text.splitlines() if line.strip()]
    said = [line for line in opening if not line.startswith(("#", "%"))][:OPENING_LINES]
    said += [line for line in opening if line.startswith(("#", "%"))][:OPENING_LINES]
    if any(_FREE.match(line) for line in said):
        return LookupState.UNREGISTERED
    if any(_THROTTLED.search(line) for line in said):
        return LookupState.THROTTLED
    if any(_REFUSED.search(line) for line in said):
        return LookupState.REFUSED
    return None


def referral(text: str) -> str:
    """The host that the answer refers to, lower case, or ""."""
    for line in text.splitlines():
        if (found := _REFERRAL.match(line)) and "." in found[1]:
            return found[1].lower().strip(".")
    return ""


def iana_id(text: str) -> str:
    """The registrar's IANA id, or ""."""
    return next((found[1] for line in text.splitlines() if (found := _IANA_ID.match(line))), "")


def named(text: str) -> str | None:
    """The domain that the answer is about, in A-labels; None when no line of it says so."""
    for line in text.splitlines():
        key, colon, value = line.partition(":")
        if colon and key.strip().lower() in {"domain name", "domain"}:
            return a_label(value.strip().split(" ")[0])
    return None


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode("latin-1")
