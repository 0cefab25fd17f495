"""Compares a sealed visit's manifest, rows and stored bytes with each other; every difference is a named fault."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from cryptography import x509

from crawler.errors import EvidenceError, TimestampError
from crawler.evidence.faults import Fault
from crawler.evidence.manifest import MANIFEST, MEDIA_TYPES, TOKEN, parse_manifest
from crawler.evidence.read import load_recipe
from crawler.evidence.recipe import instant
from crawler.evidence.timestamp import OFF, PENDING, STAMPED, UNANCHORED
from crawler.evidence.token_check import TokenFacts, check_token
from storage.artifacts import ArtifactStore
from storage.errors import ArtifactCorruptError, ArtifactMissingError
from storage.models import Observation, ObservationFile
from storage.models.columns import clean_json, clean_text

CLOCK_SLACK = timedelta(minutes=5)
HINTS = ("audit_sequence", "stamp_sequence")  # what the row's recipe holds beyond visit.json: where to look first


@dataclass(slots=True)
class Tally:
    """What was read so far, and what did not hold."""

    files: int = 0
    bytes_read: int = 0
    timestamp: str = ""
    faults: list[Fault] = field(default_factory=list)

    def read(self, store: ArtifactStore, name: str, digest: str) -> bytes | None:
        """The bytes under ``digest``, counted; None, and a fault, where they are gone or others."""
        try:
            data = store.get(digest)
        except ArtifactMissingError:
            self.faults.append(Fault("missing", name, f"bytes with digest {digest}", "nothing in the evidence store"))
        except ArtifactCorruptError:
            self.faults.append(Fault("altered", name, f"bytes with digest {digest}", "other bytes under that name"))
        except ValueError:
            self.faults.append(Fault("row", name, "a SHA-256 digest", repr(digest[:80])))
        else:
            self.files += 1
            self.bytes_read += len(data)
            return data
        return None


def check_files(
    store: ArtifactStore, row: Observation, files: Sequence[ObservationFile], roots: tuple[x509.Certificate, ...]
) -> Tally:
    """Everything about one observation that needs no audit log."""
    tally = Tally()
    manifest = tally.read(store, MANIFEST, row.manifest_digest)
    listed = _listed(manifest, tally) if manifest is not None else None
    if listed is not None:
        tally.faults.extend(_compare(listed, {file.name: file.digest for file in files}))
    for file in files:
        _check_file(store, file, tally)
    for name in (listed or {}).keys() - {file.name for file in files}:
        tally.read(store, name, (listed or {})[name])
    recipe = _recipe(store, listed or {file.name: file.digest for file in files}, tally)
    if recipe is not None:
        tally.faults.extend(_compare_row(row, recipe))
    tally.timestamp = _check_token(store, row, manifest, recipe, roots, tally)
    return tally


def _listed(manifest: bytes, tally: Tally) -> dict[str, str] | None:
    try:
        return parse_manifest(manifest)
    except EvidenceError as error:
        tally.faults.append(Fault("manifest", MANIFEST, "lines of «digest  name»", str(error)))
        return None


def _compare(listed: Mapping[str, str], rows: Mapping[str, str]) -> Iterator[Fault]:
    for name in sorted(listed.keys() | rows.keys()):
        if name not in rows:
            yield Fault("missing", name, f"a row with digest {listed[name]}", "no row")
        elif name not in listed:
            yield Fault("added", name, f"no such line in {MANIFEST}", f"a row with digest {rows[name]}")
        elif listed[name] != rows[name]:
            other = next((each for each, digest in listed.items() if digest == rows[name]), "")
            found = f"the digest of {other}, {rows[name]}" if other else rows[name]
            yield Fault("swapped" if other else "altered", name, f"{listed[name]} as in {MANIFEST}", found)


def _check_file(store: ArtifactStore, file: ObservationFile, tally: Tally) -> None:
    data = tally.read(store, file.name, file.digest)
    if data is not None and len(data) != file.size:
        tally.faults.append(Fault("row", file.name, f"{len(data)} bytes as stored", f"{file.size} in its row"))
    told = MEDIA_TYPES.get(file.name)
    if told != file.media_type:
        tally.faults.append(Fault("row", file.name, told or "a name that sealing gives", file.media_type))


def _recipe(store: ArtifactStore, digests: dict[str, str], tally: Tally) -> dict[str, Any] | None:
    try:
        return load_recipe(store, digests)
    except (ArtifactMissingError, ArtifactCorruptError, ValueError):
        return None  # named already, when the file was read
    except EvidenceError as error:
        tally.faults.append(Fault("unreadable", "visit.json", "the visit's recipe", str(error)))
        return None


def _compare_row(row: Observation, recipe: Mapping[str, Any]) -> Iterator[Fault]:
    kept: object = row.recipe  # what the database holds need be no object any more
    told = {name: value for name, value in kept.items() if name not in HINTS} if isinstance(kept, dict) else {}
    if told != clean_json(dict(recipe)):
        changed = sorted(name for name in told.keys() | recipe.keys() if told.get(name) != recipe.get(name))
        yield Fault("row", "recipe", "the content of visit.json", f"other values of {', '.join(changed)[:200]}")
    sealed = {
        "url": _cut(recipe.get("requested_url"), 4000),
        "final_url": _cut(recipe.get("final_url"), 4000),
        "vantage": (recipe.get("vantage") or {}).get("name"),
        "outcome": recipe.get("outcome"),
        "reason": _cut(recipe.get("reason"), 1000),
        "status": recipe.get("status"),
        "observed_at": recipe.get("started_at"),
        "body_digest": recipe.get("body_sha256"),
    }
    for name, expected in sealed.items():
        found = getattr(row, name)
        found = instant(found) if isinstance(found, datetime) else found
        if found != expected:
            yield Fault("row", name, f"{expected!r:.200} as in visit.json", f"{found!r:.200}")


def _cut(value: object, length: int) -> str:
    """Text as its column keeps it."""
    text = str(value or "")
    return clean_text(text if len(text) <= length else text[: length - 1] + "…")


def _check_token(
    store: ArtifactStore,
    row: Observation,
    manifest: bytes | None,
    recipe: Mapping[str, Any] | None,
    roots: tuple[x509.Certificate, ...],
    tally: Tally,
) -> str:
    if row.timestamp_state not in {STAMPED, PENDING, OFF}:
        tally.faults.append(Fault("row", TOKEN, "stamped, pending or off", repr(row.timestamp_state)))
    if not row.timestamp_digest:
        if row.timestamp_state == STAMPED:
            tally.faults.append(Fault("missing", TOKEN, "a token, as the row says «stamped»", "none"))
        return f"{row.timestamp_state}: {row.timestamp_reason}".rstrip(": ")
    if row.timestamp_state != STAMPED:
        tally.faults.append(Fault("row", TOKEN, "«stamped», as there is a token", repr(row.timestamp_state)))
    token = tally.read(store, TOKEN, row.timestamp_digest)
    if token is None or manifest is None:
        return f"{STAMPED}, but it cannot be checked"
    try:
        facts = _token_facts(token, manifest, roots)
    except TimestampError as error:
        tally.faults.append(Fault("token", TOKEN, f"a token over {MANIFEST}", str(error)))
        return f"{STAMPED}, but the token does not hold"
    begun = str((recipe or {}).get("started_at", ""))
    if begun and facts.at < datetime.fromisoformat(begun) - CLOCK_SLACK:
        tally.faults.append(Fault("token", TOKEN, f"a time after the visit, {begun}", instant(facts.at)))
    if roots and not facts.trusted:
        return f"{UNANCHORED} {instant(facts.at)} by {facts.authority}; it leads to none of the roots that are set"
    trust = "" if facts.trusted else "; its authority is for the third party to check"
    return f"{STAMPED} {instant(facts.at)} by {facts.authority}{trust}"


def _token_facts(token: bytes, manifest: bytes, roots: tuple[x509.Certificate, ...]) -> TokenFacts:
    """The token's facts; where it holds in itself but leads to no root of ours, they say that it is not trusted.

    Roots are renewed, and tokens of the old ones stay what they were. Raises TimestampError where it does not hold.
    """
    try:
        return check_token(token, manifest, roots=roots)
    except TimestampError:
        return check_token(token, manifest)
