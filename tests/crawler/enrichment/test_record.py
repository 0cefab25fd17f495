"""A round of look-ups is one row, its answers are filed, and the facts come back as they were."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from crawler.detection.facts import Certificate, DomainFacts, Lookup, LookupState
from crawler.enrichment import Enrichment, domain_facts_from_json, domain_facts_to_json, record_domain
from crawler.enrichment.record import UnreadableFactsError
from storage.artifacts import ArtifactStore
from storage.db import read_session, write_session
from storage.models import DomainRecord

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
FACTS = DomainFacts(
    domain="shop.example",
    host="www.shop.example",
    observed_at=NOW,
    lookups=(
        Lookup("rdap", LookupState.FOUND, "rdap.registry.example", "registrant redacted", NOW),
        Lookup("whois", LookupState.NOT_ASKED, reason="RDAP answered: found"),
    ),
    registrar="Công ty Nhà đăng ký Đ",
    registered_at=datetime(2026, 11, 1, 7, tzinfo=timezone(timedelta(hours=7))),
    statuses=("client hold",),
    abuse_emails=("abuse@registrar.example",),
    certificates=(Certificate("CN=a", "CN=b", NOW, NOW + timedelta(days=90), ("a.example",), "00" * 32),),
)
TEXT = st.text(max_size=30)
TIME = st.none() | st.datetimes(timezones=st.just(UTC))


def test_a_row_and_its_answers(engine: Engine, artifact_store: ArtifactStore) -> None:
    enrichment = Enrichment(FACTS, {"rdap": b'{"a":1}', "dns": b"[]"})
    with write_session(engine) as session:
        number = record_domain(session, enrichment, artifact_store, None)
        session.commit()
    with read_session(engine) as session:
        row = session.get_one(DomainRecord, number)
        assert (row.domain, row.host, row.looked_up_at) == ("shop.example", "www.shop.example", NOW)
        assert [entry["state"] for entry in row.lookups] == ["found", "not_asked"]
        assert {name: artifact_store.get(digest) for name, digest in row.raw.items()} == enrichment.raw
        assert domain_facts_from_json(row.facts) == FACTS


def test_nothing_is_committed_for_the_caller(sqlite_engine: Engine, artifact_store: ArtifactStore) -> None:
    with write_session(sqlite_engine) as session:
        number = record_domain(session, Enrichment(FACTS, {}), artifact_store, None)
        session.rollback()
    with read_session(sqlite_engine) as session:
        assert session.get(DomainRecord, number) is None


@given(TEXT, TEXT, TIME, st.lists(TEXT, max_size=3))
def test_facts_come_back_as_they_were(domain: str, reason: str, when: datetime | None, texts: list[str]) -> None:
    facts = replace(
        FACTS,
        domain=domain,
        registered_at=when,
        statuses=tuple(texts),
        lookups=(Lookup("dns", LookupState.THROTTLED, reason=reason, asked_at=when),),
    )
    assert domain_facts_from_json(json.loads(json.dumps(domain_facts_to_json(facts)))) == facts


def test_a_newer_rows_names_are_ignored() -> None:
    assert domain_facts_from_json({**domain_facts_to_json(FACTS), "asn": 1}) == FACTS


@pytest.mark.parametrize("value", [{}, {"domain": 3}, {**domain_facts_to_json(FACTS), "lookups": [{"state": "?"}]}])
def test_a_damaged_row_says_where(value: dict[str, object]) -> None:
    with pytest.raises(UnreadableFactsError, match="unreadable at"):
        domain_facts_from_json(value)
