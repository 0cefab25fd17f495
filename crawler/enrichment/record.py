"""Keeps an enrichment: one row, the raw answers in the evidence store, the facts as JSON and back."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, partial
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlmodel import Session, col, select

from crawler.detection.facts import DomainFacts
from crawler.enrichment.certificate_logs import with_sighting
from crawler.enrichment.changes import changes
from crawler.enrichment.ended import note_due
from crawler.enrichment.held import held
from crawler.enrichment.lookup import Enrichment
from crawler.enrichment.neighbours import record_links
from storage.artifacts import ArtifactStore
from storage.errors import StorageError, VaultError
from storage.models import DomainChange, DomainRecord
from storage.owner_names import FIELD, SEALED, SERVICE, named_facts, nameless, owner_mark, read_marker, take_names
from storage.sealed_answers import keep_answers
from storage.vault import Vault

logger = logging.getLogger(__name__)
NOTHING_PERSONAL = frozenset({"dns", "tls", "certificate_log"})


class UnreadableFactsError(StorageError, ValueError):
    """A stored record does not hold a domain's facts."""


def record_domain(session: Session, enrichment: Enrichment, store: ArtifactStore, vault: Vault | None) -> int:
    """Write one row and file its raw answers, note what is shared with other sites, what changed since the last
    look-up and whether to ask again; returns the row's id. Does not commit.

    ``vault`` seals the answers that may name people, and the owner's name, in whose place a marker stands. Raises what
    ``ArtifactStore.put`` raises; then no row was added.
    """
    enrichment = with_sighting(session, store, enrichment)
    facts, names = domain_facts_to_json(enrichment.facts), b""
    if vault is not None:
        facts, names = take_names(facts)
    row = DomainRecord(
        domain=enrichment.facts.domain,
        host=enrichment.facts.host,
        looked_up_at=enrichment.facts.observed_at,
        facts=facts,
        lookups=facts["lookups"],
        owner_mark=mark_if_possible(session, vault, enrichment.facts.registrant),
    )
    raw = {**enrichment.raw, SERVICE: names} if names else enrichment.raw
    keep_answers(store, vault, row, raw, readable=NOTHING_PERSONAL)
    earlier = newest_records(session, enrichment.facts.domain)
    session.add(row)
    session.flush()
    assert row.id is not None
    record_links(session, enrichment.facts)
    note_due(session, enrichment.facts)
    if (before := held(known_facts(earlier, partial(_as_known, store, vault)))) is not None:
        _record_changes(session, before, earlier[0], row, enrichment.facts)
    return row.id


def newest_records(session: Session, domain: str, limit: int = 10) -> tuple[DomainRecord, ...]:
    """The newest look-ups of a domain, newest first."""
    query = select(DomainRecord).where(DomainRecord.domain == domain)
    newest_first = query.order_by(col(DomainRecord.looked_up_at).desc(), col(DomainRecord.id).desc())
    return tuple(session.exec(newest_first.limit(limit)).all())


def mark_if_possible(session: Session, vault: Vault | None, name: str) -> str:
    """The owner's mark; "" without a key. A lost operator's key stops no look-up: `lachan doctor` tells of it."""
    try:
        return owner_mark(session, vault, name) if vault is not None else ""
    except VaultError as error:
        logger.warning("no owner's mark is made: %s", error)
        return ""


def known_facts(
    records: Iterable[DomainRecord], read: Callable[[DomainRecord], Mapping[str, Any]] = lambda row: row.facts
) -> Iterator[DomainFacts]:
    """The facts of those records that can be read; ``read`` gives a row's, by default with markers for names."""
    for row in records:
        try:
            yield domain_facts_from_json(read(row))
        except UnreadableFactsError as error:
            logger.warning("record %s is passed over: %s", row.id, error)


def _as_known(store: ArtifactStore, vault: Vault | None, row: DomainRecord) -> Mapping[str, Any]:
    """With the owner's name, or, where that cannot be read, without one: what is not known has not changed."""
    try:
        facts = named_facts(store, vault, row)
        return nameless(facts) if read_marker(facts.get(FIELD)) else facts
    except StorageError as error:
        logger.warning("the owner in record %s is not compared: %s", row.id, error)
        return nameless(row.facts)


def _record_changes(
    session: Session, old: DomainFacts, before: DomainRecord, row: DomainRecord, facts: DomainFacts
) -> None:
    assert before.id is not None and row.id is not None  # noqa: PT018
    for change in changes(old, facts):
        named = change.field == FIELD and SERVICE in row.sealed
        session.add(
            DomainChange(
                domain=facts.domain,
                host=facts.host,
                field=change.field,
                before=[SEALED] if named else list(change.before),
                after=[SEALED] if named else list(change.after),
                noticed_at=facts.observed_at,
                old_record_id=before.id,
                new_record_id=row.id,
            )
        )
    session.flush()


def domain_facts_to_json(facts: DomainFacts) -> dict[str, Any]:
    """A JSON object; times in ISO 8601."""
    dumped: dict[str, Any] = _adapter().dump_python(facts, mode="json")
    return dumped


def domain_facts_from_json(value: Mapping[str, Any]) -> DomainFacts:
    """Read what ``domain_facts_to_json`` wrote; unknown names are ignored. Raises UnreadableFactsError."""
    try:
        return _adapter().validate_python(dict(value))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the whole"
        raise UnreadableFactsError(
            f"a stored domain record is unreadable at {place}: {first['msg']}",
            f"không đọc được hồ sơ tên miền đã lưu ở {place}: {first['msg']}",
        ) from error


@cache
def _adapter() -> TypeAdapter[DomainFacts]:
    return TypeAdapter(DomainFacts)
