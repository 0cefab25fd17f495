"""Sources that differ are shown; a change between two look-ups waits for the desk; neighbours are counted."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from crawler.detection.facts import DomainFacts, Lookup, LookupState
from crawler.enrichment import Enrichment, record_domain
from crawler.enrichment.answer import Registration
from crawler.enrichment.changes import changes
from crawler.enrichment.neighbours import neighbours
from crawler.enrichment.statements import conflicts, statements
from storage.artifacts import ArtifactStore
from storage.db import read_session, write_session
from storage.models import DomainChange

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
RDAP = Lookup("rdap", LookupState.FOUND, "rdap.registry.example", asked_at=NOW)
REGISTRAR = Lookup("rdap_registrar", LookupState.FOUND, "rdap.registrar.example", asked_at=NOW)
DNS = Lookup("dns", LookupState.FOUND, "192.0.2.53", asked_at=NOW)
FACTS = DomainFacts(
    domain="shop.example",
    host="shop.example",
    observed_at=NOW,
    lookups=(RDAP,),
    registrar="Registrar A, LLC",
    registrar_id="9001",
    nameservers=("ns1.a.example", "ns2.a.example"),
    addresses=("192.0.2.1",),
    statuses=("ok",),
)


def test_what_two_sources_say_differently_is_kept_with_both_sources() -> None:
    registry = Registration(registrar_id="9001", expires_at=NOW, nameservers=("ns1.a.example",))
    registrar = Registration(registrar_id="9001", expires_at=NOW + timedelta(days=365), registrant="MAU")
    facts = replace(FACTS, statements=statements([(RDAP, registry), (REGISTRAR, registrar)], ("ns9.b.example",), DNS))
    found = {conflict.field: [entry.service for entry in conflict.said] for conflict in conflicts(facts)}
    assert found == {"expires_at": ["rdap", "rdap_registrar"], "nameservers": ["rdap", "dns"]}
    owner = next(entry for entry in facts.statements if entry.field == "registrant")
    assert (owner.confidence, owner.source, owner.said_at) == ("low", "rdap.registrar.example", NOW)


def test_spelling_and_seconds_are_no_conflict() -> None:
    one = Registration(registrant="CÔNG TY MẪU, LTD", registered_at=NOW)
    two = Registration(registrant="Công ty Mẫu Ltd.", registered_at=NOW + timedelta(minutes=3))
    facts = replace(FACTS, statements=statements([(RDAP, one), (REGISTRAR, two)], (), DNS))
    assert conflicts(facts) == ()


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({}, []),
        ({"registrar_id": "9002", "registrar": "Registrar B"}, ["registrar"]),
        ({"registrar": "REGISTRAR A LLC"}, []),
        ({"registrar_id": "", "registrar": "Registrar B"}, ["registrar"]),
        ({"registrar_id": "", "registrar": ""}, []),
        ({"nameservers": ("ns2.a.example", "ns1.a.example")}, []),
        ({"nameservers": ("ns1.b.example",)}, ["nameservers"]),
        ({"nameservers": ()}, []),
        ({"statuses": ("clientHold",)}, ["statuses"]),
        ({"addresses": ("192.0.2.1", "192.0.2.2")}, []),
        ({"addresses": ("198.51.100.9",)}, ["addresses"]),
        ({"addresses": ("198.51.100.9",), "shield": "Cloudflare"}, []),
        ({"addresses": ("198.51.100.9",), "host": "www.shop.example"}, []),
        ({"lookups": (replace(RDAP, state=LookupState.UNREGISTERED),)}, ["registration"]),
        ({"lookups": (replace(RDAP, state=LookupState.THROTTLED),)}, []),
        ({"lookups": (replace(RDAP, state=LookupState.TIMED_OUT),)}, []),
    ],
)
def test_only_what_both_look_ups_know_can_have_changed(change: dict[str, object], fields: list[str]) -> None:
    assert [entry.field for entry in changes(FACTS, replace(FACTS, **change))] == fields  # type: ignore[arg-type]


def test_a_change_is_left_for_the_desk(engine: Engine, artifact_store: ArtifactStore) -> None:
    later = replace(FACTS, nameservers=("ns1.b.example",), observed_at=NOW + timedelta(days=1))
    with write_session(engine) as session:
        first = record_domain(session, Enrichment(FACTS, {}), artifact_store, None)
        second = record_domain(session, Enrichment(later, {}), artifact_store, None)
        record_domain(
            session, Enrichment(replace(later, observed_at=NOW + timedelta(days=2)), {}), artifact_store, None
        )
        session.commit()
    with read_session(engine) as session:
        (change,) = session.exec(select(DomainChange)).all()
    assert (change.field, change.before, change.after) == ("nameservers", list(FACTS.nameservers), ["ns1.b.example"])
    assert (change.old_record_id, change.new_record_id, change.taken_in_at) == (first, second, None)


def test_known_neighbours_are_counted_and_a_cdn_makes_none(engine: Engine, artifact_store: ArtifactStore) -> None:
    with write_session(engine) as session:
        for number in range(12):
            name = f"s{number}.example"
            record_domain(session, Enrichment(replace(FACTS, domain=name, host=name), {}), artifact_store, None)
        record_domain(
            session, Enrichment(replace(FACTS, domain="cdn.example", shield="Cloudflare"), {}), artifact_store, None
        )
        session.commit()
    with read_session(engine) as session:
        found = {(entry.kind, entry.value): entry for entry in neighbours(session, FACTS)}
    assert found[("address", "192.0.2.1")].others == 12
    assert found[("name_server", "ns1.a.example")].others == 13
    assert len(found[("address", "192.0.2.1")].domains) == 10
