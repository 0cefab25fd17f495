"""Assessments and the answers that they rest on are in the audit log: what is changed, gone or slipped in is found."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from crawler.evidence.assessed import record_assessment, sealed_columns
from crawler.evidence.seal import record_observation, seal
from crawler.evidence.verify import verify_all, verify_case
from storage.artifacts import ArtifactStore
from storage.audit import audit_head
from storage.db import read_session, write_session
from storage.models import Assessment, DomainRecord
from tests.crawler.evidence.visits import NOW, plain_visit

HOST = "shop-sale.example"
UGLY = "\x00\ud800\u202e" + "x" * 5000


def assessment(host: str = HOST, **values: object) -> Assessment:
    row = Assessment(
        url=f"https://{host}/{UGLY}",
        host=host,
        domain=host,
        assessed_at=NOW,
        level="likely",
        points=3.0,
        probability=0.9526,
        categories=[["fake_shop", 3.0]],
        signals=[{"rule": "a", "points": 1e16, "excerpt": UGLY[:3], "nested": [None, True, -0.0, 1.5]}],
        rule_set="abc",
    )
    for name, value in values.items():
        setattr(row, name, value)
    return row


def record(session: Session, store: ArtifactStore, row: Assessment) -> None:
    """As a sweep does: answers, assessment, one sealed visit, the entry."""
    answers = DomainRecord(domain=row.domain, host=row.host, looked_up_at=NOW, raw={"rdap": store.put(b"{}")})
    session.add(answers)
    session.flush()
    row.domain_record_id = answers.id
    session.add(row)
    session.flush()
    visit = plain_visit()
    head = audit_head(session).digest
    sealed = seal(visit, store=store, sealed_at=NOW, rule_set="abc", audit_head=head)
    record_observation(session, sealed, visit, target_id=None, now=NOW, assessment_id=row.id, site=row.host)
    record_assessment(session, row, now=NOW)


@pytest.fixture
def filled(engine: Engine, artifact_store: ArtifactStore) -> Engine:
    with write_session(engine) as session:
        record(session, artifact_store, assessment())
        record(session, artifact_store, assessment("other.example"))
        session.commit()
    return engine


def faults(engine: Engine, store: ArtifactStore, host: str | None = None) -> list[tuple[str, str]]:
    with read_session(engine) as session:
        reports = verify_case(session, store, host) if host else verify_all(session, store)
        return [(fault.kind, fault.file) for report in reports for fault in report.faults]


def change(engine: Engine, harm: Callable[[Session], object]) -> None:
    with write_session(engine) as session:
        harm(session)
        session.commit()


def test_what_was_recorded_holds_on_both_databases(filled: Engine, artifact_store: ArtifactStore) -> None:
    assert faults(filled, artifact_store) == []
    assert faults(filled, artifact_store, HOST) == []
    with read_session(filled) as session:
        assert sum(report.assessments for report in verify_all(session, artifact_store)) == 2
        assert sum(report.assessments for report in verify_case(session, artifact_store, HOST)) == 1


@pytest.mark.parametrize("column", sorted(sealed_columns(assessment())))
def test_each_column_of_an_assessment_is_sealed(filled: Engine, artifact_store: ArtifactStore, column: str) -> None:
    changed: dict[str, object] = {
        "assessed_at": NOW + timedelta(seconds=1),
        "points": 2.5,
        "probability": 0.5,
        "domain_record_id": 2,
        "rescored_from": 2,
        "categories": [],
        "signals": [],
        "differences": [{"x": 1}],
    }

    def harm(session: Session) -> None:
        setattr(session.get_one(Assessment, 1), column, changed.get(column, "other"))

    change(filled, harm)
    assert ("altered", "assessment 1") in faults(filled, artifact_store)
    assert ("altered", "assessment 1") in faults(filled, artifact_store, HOST)
    assert ("altered", "assessment 1") not in faults(filled, artifact_store, "other.example")


def test_intake_may_note_that_it_saw_an_assessment(filled: Engine, artifact_store: ArtifactStore) -> None:
    change(filled, lambda session: setattr(session.get_one(Assessment, 1), "taken_in_at", NOW))
    assert faults(filled, artifact_store) == []


def test_changed_answers_and_lost_answers_are_found(filled: Engine, artifact_store: ArtifactStore) -> None:
    def harm(session: Session) -> None:
        session.get_one(DomainRecord, 1).facts = {"registrar": "another"}
        session.get_one(DomainRecord, 2).raw = {"rdap": "0" * 64}

    change(filled, harm)
    found = faults(filled, artifact_store)
    assert ("altered", "domain record 1") in found
    assert ("altered", "domain record 2") in found
    assert ("missing", "answer of rdap in domain record 2") in found


def test_an_assessment_that_was_slipped_in_is_found(filled: Engine, artifact_store: ArtifactStore) -> None:
    change(filled, lambda session: session.add(assessment(rescored_from=1)))
    assert faults(filled, artifact_store) == [("added", "assessment 3")]
    assert faults(filled, artifact_store, HOST) == [("added", "assessment 3")]
    assert faults(filled, artifact_store, "other.example") == []


def test_an_assessment_of_which_nothing_was_kept_needs_no_entry(filled: Engine, artifact_store: ArtifactStore) -> None:
    change(filled, lambda session: session.add(assessment("clean.example", level="clean")))
    assert faults(filled, artifact_store) == []
