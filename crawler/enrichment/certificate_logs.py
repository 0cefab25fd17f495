"""The first sight of a domain in certificate logs that were read here: kept with its entry, and a fact of look-ups."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session, col, select

from crawler.detection.facts import Lookup, LookupState, Statement
from crawler.enrichment.lookup import Enrichment
from crawler.feeds.ct_feed import CtBatch, CtSeen
from seeds import registrable_domain
from storage.artifacts import ArtifactStore
from storage.errors import ArtifactCorruptError, ArtifactMissingError
from storage.models import DomainRecord, LogSighting, Target

SERVICE = "certificate_log"
_CHUNK = 400


def note_sightings(
    session: Session, store: ArtifactStore, batch: CtBatch, wanted: Iterable[str], *, now: datetime
) -> int:
    """Keeps the earliest entry about each domain of ``wanted`` (host names) and each that is a target or was looked
    up; the number that is new or earlier. In the caller's transaction."""
    names = {entry.name.removeprefix("*."): entry.source for entry in reversed(batch.names)}
    domains = {host: registrable_domain(host) for host in names}
    hits = {registrable_domain(host.removeprefix("*.")) for host in wanted}
    known = hits | set(_known(session, sorted(set(domains.values()) - hits)))
    noted = 0
    for host, domain in domains.items():
        if domain in known:
            noted += _note(session, store, batch.seen[names[host]], domain, host, names[host], now)
    session.flush()
    return noted


def with_sighting(session: Session, store: ArtifactStore, found: Enrichment) -> Enrichment:
    """The look-up with what certificate logs say of the domain, its entry as raw answer; as it is where they do not.
    An entry that the evidence store has lost is a state of its own."""
    row = session.get(LogSighting, found.facts.domain)
    if row is None:
        return found
    lookup = Lookup(SERVICE, LookupState.FOUND, row.source[:255], "", row.read_at)
    said = Statement("logged_at", row.logged_at.isoformat(), SERVICE, row.source[:255], "medium", row.read_at)
    facts = replace(
        found.facts,
        lookups=(*found.facts.lookups, lookup),
        statements=(*found.facts.statements, said),
        logged_at=min(filter(None, (found.facts.logged_at, row.logged_at))),
    )
    try:
        leaf = store.get(row.leaf)
    except (ArtifactMissingError, ArtifactCorruptError) as error:  # costs this fact alone, never the whole look-up
        lost = f"the log's entry is lost: {error}"[:300]
        lookup = Lookup(SERVICE, LookupState.FAILED, row.source[:255], lost, row.read_at)
        return Enrichment(replace(found.facts, lookups=(*found.facts.lookups, lookup)), found.raw)
    return Enrichment(facts, {**found.raw, SERVICE: leaf})


def _note(
    session: Session, store: ArtifactStore, seen: CtSeen, domain: str, host: str, source: str, now: datetime
) -> bool:
    row = session.get(LogSighting, domain)
    if row is not None and row.logged_at <= seen.logged_at:
        return False
    leaf = store.put(seen.leaf)
    session.merge(
        LogSighting(domain=domain, host=host, source=source, logged_at=seen.logged_at, read_at=now, leaf=leaf)
    )
    return True


def _known(session: Session, domains: Sequence[str]) -> Iterator[str]:
    for start in range(0, len(domains), _CHUNK):
        chunk = domains[start : start + _CHUNK]
        yield from session.exec(select(Target.domain).where(col(Target.domain).in_(chunk)).distinct())
        yield from session.exec(select(DomainRecord.domain).where(col(DomainRecord.domain).in_(chunk)).distinct())
