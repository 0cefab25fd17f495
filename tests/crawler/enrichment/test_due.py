"""A registry that throttled is asked again when its time has come, not sooner, and not for ever."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from crawler.detection.facts import DomainFacts, Lookup, LookupState
from crawler.enrichment import Enrichment, record_domain
from crawler.enrichment.due import counted
from crawler.enrichment.ended import AGAIN, ATTEMPTS, LONGEST
from storage.artifacts import ArtifactStore
from storage.db import write_session
from storage.models import LookupDue, ServerTurn

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def facts(state: LookupState, at: datetime = NOW, whois: LookupState = LookupState.NOT_ASKED) -> DomainFacts:
    lookups = (Lookup("rdap", state, "rdap.example", asked_at=at), Lookup("whois", whois), Lookup("dns", state))
    return DomainFacts("shop.example", "www.shop.example", at, lookups)


def recorded(engine: Engine, store: ArtifactStore, *ends: DomainFacts) -> LookupDue | None:
    with write_session(engine) as session:
        for end in ends:
            record_domain(session, Enrichment(end, {}), store, None)
        session.commit()
        row = session.exec(select(LookupDue)).first()
        if row is not None:
            session.expunge(row)
        return row


def test_throttled_is_due_again_and_later_each_time(engine: Engine, artifact_store: ArtifactStore) -> None:
    row = recorded(engine, artifact_store, facts(LookupState.THROTTLED))
    assert row is not None
    assert (row.host, row.state, row.due_at, row.attempts) == ("www.shop.example", "throttled", NOW + AGAIN, 1)
    row = recorded(engine, artifact_store, facts(LookupState.TIMED_OUT))
    assert row is not None
    assert (row.state, row.since, row.due_at, row.attempts) == ("timed_out", NOW, NOW + 2 * AGAIN, 2)


def test_it_is_left_alone_as_long_as_it_says(engine: Engine, artifact_store: ArtifactStore) -> None:
    until = NOW + timedelta(hours=5)
    with write_session(engine) as session:
        session.add(ServerTurn(server="rdap.example", next_at=NOW, paused_until=until))
        session.add(ServerTurn(server="other.example", next_at=NOW, paused_until=until + timedelta(hours=1)))
        session.commit()
    row = recorded(engine, artifact_store, facts(LookupState.THROTTLED))
    assert row is not None
    assert row.due_at == until


@pytest.mark.parametrize(
    "state", [LookupState.FOUND, LookupState.UNREGISTERED, LookupState.REFUSED, LookupState.NO_PUBLIC_SERVICE]
)
def test_an_answer_ends_it(engine: Engine, artifact_store: ArtifactStore, state: LookupState) -> None:
    assert recorded(engine, artifact_store, facts(LookupState.THROTTLED), facts(state)) is None


def test_what_whois_answered_is_not_due(engine: Engine, artifact_store: ArtifactStore) -> None:
    assert recorded(engine, artifact_store, facts(LookupState.TIMED_OUT, whois=LookupState.FOUND)) is None


def test_after_many_times_in_vain_a_person_asks(engine: Engine, artifact_store: ArtifactStore) -> None:
    times = [NOW + LONGEST * number for number in range(ATTEMPTS)]
    row = recorded(engine, artifact_store, *(facts(LookupState.THROTTLED, at) for at in times[:-1]))
    assert row is not None
    assert row.due_at == times[-2] + LONGEST
    row = recorded(engine, artifact_store, facts(LookupState.THROTTLED, times[-1]))
    assert row is not None
    assert row.due_at is None
    with write_session(engine) as session:
        assert counted(session) == (0, 1)
