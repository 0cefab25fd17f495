"""The first sight in a certificate log is a fact of a look-up; an entry that is lost costs that fact alone."""

from datetime import UTC, datetime

from sqlalchemy import Engine

from crawler.detection.facts import DomainFacts, LookupState
from crawler.enrichment import Enrichment
from crawler.enrichment.certificate_logs import SERVICE, with_sighting
from storage.artifacts import ArtifactStore
from storage.db import write_session
from storage.models import LogSighting

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
FOUND = Enrichment(DomainFacts("shop.example", "shop.example", NOW), {"rdap": b"{}"})


def seen(engine: Engine, store: ArtifactStore, leaf: str) -> Enrichment:
    row = LogSighting(domain="shop.example", host="www.shop.example", source="ct:https://log.example#7",
                      logged_at=NOW, read_at=NOW, leaf=leaf)  # fmt: skip
    with write_session(engine) as session:
        session.add(row)
        session.flush()
        return with_sighting(session, store, FOUND)


def test_the_entry_is_the_raw_answer(engine: Engine, artifact_store: ArtifactStore) -> None:
    found = seen(engine, artifact_store, artifact_store.put(b"leaf"))
    assert found.facts.logged_at == NOW
    assert found.facts.state(SERVICE) is LookupState.FOUND
    assert found.raw == {"rdap": b"{}", SERVICE: b"leaf"}


def test_a_lost_entry_is_a_state_and_not_the_end_of_the_look_up(engine: Engine, artifact_store: ArtifactStore) -> None:
    found = seen(engine, artifact_store, "0" * 64)
    assert found.facts.state(SERVICE) is LookupState.FAILED
    assert found.facts.logged_at is None
    assert found.raw == {"rdap": b"{}"}
