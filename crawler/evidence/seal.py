"""Seals a visit: files by digest, a manifest over them, a time-stamp over that, an entry in the audit log."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlmodel import Session

from crawler.detection.hosts import registrable
from crawler.evidence.assessed import row_digest
from crawler.evidence.manifest import MEDIA_TYPES, compose_manifest
from crawler.evidence.recipe import (
    body_digest,
    compose_recipe,
    dns_json,
    dump_json,
    redirects_json,
    tls_json,
    tls_pem,
)
from crawler.evidence.timestamp import PENDING, Stamp, Stamper
from crawler.evidence.warc import write_warc
from crawler.visit import Visit
from storage.artifacts import ArtifactStore
from storage.audit import record_audit
from storage.models import Observation, ObservationFile

SEALED = "observation.sealed"
ACTOR = "crawler"
# The row's content. Manifest and assessment are logged by themselves; time-stamping changes its own columns later.
_APART = {"id", "target_id", "assessment_id", "manifest_digest", "recipe"}
_LATER = {"timestamp_state", "timestamp_digest", "timestamp_reason"}
LOGGED_COLUMNS = tuple(sorted(Observation.model_fields.keys() - _APART - _LATER))

_SCREENSHOTS = {"image/png": "screenshot.png", "image/webp": "screenshot.webp"}


@dataclass(frozen=True, slots=True)
class SealedFile:
    """A file as the manifest names it. ``size`` in bytes, ``digest`` SHA-256 in hexadecimal."""

    name: str
    digest: str
    size: int
    media_type: str


@dataclass(frozen=True, slots=True)
class SealedVisit:
    """What was stored of one visit. ``recipe`` is the content of ``visit.json``."""

    files: tuple[SealedFile, ...]
    manifest_digest: str
    timestamp_state: str  # stamped | pending | off
    timestamp_digest: str
    timestamp_reason: str
    recipe: dict[str, Any] = field(repr=False)


def seal(
    visit: Visit,
    *,
    store: ArtifactStore,
    sealed_at: datetime,
    rule_set: str,
    audit_head: str,
    stamper: Stamper | None = None,
) -> SealedVisit:
    """Stores the visit's files and their manifest. Costs CPU and waits for the disk: call it in a thread.

    ``audit_head``: the digest of the newest audit entry, so that what was logged before cannot be cut off unseen.
    ``stamper``: asked for a token at once; without one the state is «pending» and ``stamp_pending`` asks later.
    Every file is durable before this returns. Raises StorageError where the store fails; then nothing was sealed.
    """
    warc = write_warc(visit)
    recipe = compose_recipe(visit, sealed_at=sealed_at, rule_set=rule_set, audit_head=audit_head, skipped=warc.skipped)
    contents = {"visit.json": dump_json(recipe), "response.warc.gz": warc.data, **dict(_captures(visit))}
    files = tuple(_store(store, name, contents[name]) for name in sorted(contents))
    manifest = compose_manifest((file.name, file.digest) for file in files)
    manifest_digest = store.put(manifest)
    stamp = stamper.stamp(manifest) if stamper else Stamp(PENDING, reason="no authority was asked yet")
    return SealedVisit(
        files=files,
        manifest_digest=manifest_digest,
        timestamp_state=stamp.state,
        timestamp_digest=store.put(stamp.token) if stamp.token else "",
        timestamp_reason=stamp.reason,
        recipe=recipe,
    )


def record_observation(
    session: Session,
    sealed: SealedVisit,
    visit: Visit,
    *,
    target_id: int | None,
    now: datetime,
    assessment_id: int | None = None,
    title: str = "",
    site: str = "",
    actor: str = ACTOR,
) -> Observation:
    """Writes the rows of a sealed visit and its audit entry; returns the row, with its id. The caller commits.

    ``site``: the host of the site that the visit was a look at, where the address led; by default the address's own.
    """
    row = _row(sealed, visit, target_id, assessment_id, title, site)
    session.add(row)
    session.flush()
    assert row.id is not None
    session.add_all(
        ObservationFile(
            observation_id=row.id, name=file.name, digest=file.digest, size=file.size, media_type=file.media_type
        )
        for file in sealed.files
    )
    # The site and the assessment that the visit belongs to are in the log too, so that evidence cannot change cases.
    detail: dict[str, Any] = {
        "manifest": sealed.manifest_digest,
        "files": len(sealed.files),
        "timestamp": sealed.timestamp_state,
        "host": row.host,
        "assessment": assessment_id,
    }
    if sealed.timestamp_digest:
        detail["token"] = sealed.timestamp_digest
    if row.timestamp_reason:
        detail["reason"] = row.timestamp_reason
    session.refresh(row)  # what the database keeps: too long a text was cut
    detail |= {"columns": list(LOGGED_COLUMNS), "sha256": row_digest(row, LOGGED_COLUMNS)}
    entry = record_audit(session, at=now, actor=actor, action=SEALED, subject=subject_of(row.id), detail=detail)
    # Where to look first; the entry itself proves that it is the right one.
    row.recipe = {**sealed.recipe, "audit_sequence": entry.sequence}
    session.flush()
    return row


def subject_of(observation_id: int) -> str:
    """What the audit log calls an observation."""
    return f"observation:{observation_id}"


def _row(
    sealed: SealedVisit, visit: Visit, target_id: int | None, assessment_id: int | None, title: str, site: str
) -> Observation:
    host = site[:255] or _host(visit.final_url or visit.requested_url)
    return Observation(
        target_id=target_id,
        assessment_id=assessment_id,
        url=visit.requested_url,
        final_url=visit.final_url,
        host=host,
        domain=registrable(host)[:255],
        vantage=visit.vantage.name,
        outcome=str(visit.outcome),
        reason=visit.reason,
        status=visit.status,
        observed_at=visit.started_at,
        body_digest=body_digest(visit),
        title=title,
        manifest_digest=sealed.manifest_digest,
        timestamp_state=sealed.timestamp_state,
        timestamp_digest=sealed.timestamp_digest,
        timestamp_reason=sealed.timestamp_reason,
        recipe=sealed.recipe,
    )


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "")[:255]
    except ValueError:
        return ""


def _captures(visit: Visit) -> Iterator[tuple[str, bytes]]:
    if visit.dom:
        yield "dom.html", visit.dom
    if visit.mhtml:
        yield "page.mhtml", visit.mhtml
    if visit.screenshot:
        yield _SCREENSHOTS.get(visit.screenshot_type, "screenshot.jpg"), visit.screenshot
    if visit.recognised:
        yield "recognised.txt", visit.recognised.encode("utf-8", "replace")
    if visit.redirects:
        yield "redirects.json", redirects_json(visit)
    if visit.dns:
        yield "dns.json", dns_json(visit.dns)
    if visit.tls:
        yield "tls.json", tls_json(visit.tls)
        if visit.tls.chain:
            yield "tls-chain.pem", tls_pem(visit.tls)


def _store(store: ArtifactStore, name: str, data: bytes) -> SealedFile:
    return SealedFile(name, store.put(data), len(data), MEDIA_TYPES[name])
