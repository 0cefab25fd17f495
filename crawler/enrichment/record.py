"""Keeps an enrichment: one row, the raw answers in the evidence store, the facts as JSON and back."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlmodel import Session

from crawler.detection.facts import DomainFacts
from crawler.enrichment.lookup import Enrichment
from storage.artifacts import ArtifactStore
from storage.errors import StorageError
from storage.models import DomainRecord


class UnreadableFactsError(StorageError, ValueError):
    """A stored record does not hold a domain's facts."""


def record_domain(session: Session, enrichment: Enrichment, store: ArtifactStore) -> int:
    """Write one row and file its raw answers; returns the row's id. Does not commit.

    Raises what ``ArtifactStore.put`` raises; then no row was added.
    """
    raw = {service: store.put(data) for service, data in enrichment.raw.items()}
    facts = domain_facts_to_json(enrichment.facts)
    row = DomainRecord(
        domain=enrichment.facts.domain,
        host=enrichment.facts.host,
        looked_up_at=enrichment.facts.observed_at,
        facts=facts,
        lookups=facts["lookups"],
        raw=raw,
    )
    session.add(row)
    session.flush()
    assert row.id is not None
    return row.id


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
        raise UnreadableFactsError(f"a stored domain record is unreadable at {place}: {first['msg']}") from error


@cache
def _adapter() -> TypeAdapter[DomainFacts]:
    return TypeAdapter(DomainFacts)
