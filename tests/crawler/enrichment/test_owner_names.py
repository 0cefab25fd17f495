"""An owner's name lies sealed and is compared nevertheless; erased it is gone with its mark; older rows follow."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from crawler.detection.facts import DomainFacts
from crawler.enrichment import Enrichment, record_domain
from crawler.enrichment.erasing import erase_answers
from crawler.enrichment.sealing_names import readable_names, seal_names
from crawler.evidence.assessed import record_assessment
from crawler.evidence.resealing import RESEALED
from storage.artifacts import ArtifactStore
from storage.audit import record_audit, verify_audit
from storage.db import read_session, write_session
from storage.errors import VaultError
from storage.models import Assessment, AuditEntry, CaseIndicator, DomainChange, DomainRecord, OwnerKey
from storage.owner_names import named_facts, put_names, read_marker, take_names
from storage.sealed_answers import read_answer
from storage.vault import Vault, add_key
from takedown.actor import CONSOLE
from takedown.domain_changes import take_in_changes
from takedown.gathering import gather_indicators
from takedown.marks import REGISTRANT, forget_owner, marks_of, renew_marks, unkeyed_mark
from takedown.records.keeping import rewrap_keys
from tests.crawler.enrichment.test_sealed_answers import FACTS, NOW, OWNER, RAW, assessed, faults
from tests.takedown.desk import open_case

LATER = NOW + timedelta(days=1)


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    add_key(tmp_path / "keys")
    return Vault.load(tmp_path / "keys")


def record(session: Session, store: ArtifactStore, vault: Vault | None, facts: DomainFacts) -> DomainRecord:
    return session.get_one(DomainRecord, record_domain(session, Enrichment(facts, RAW), store, vault))


def of(domain: str, owner: str, kind: str = "") -> DomainFacts:
    said = tuple(replace(e, value=owner) if e.field == "registrant" else e for e in FACTS.statements if owner)
    return replace(FACTS, domain=domain, host=domain, registrant=owner, registrant_kind=kind, statements=said)


def test_names_come_out_and_go_back_in_and_conflicts_stay_seen() -> None:
    facts = {
        "registrant": "CÔNG TY MẪU, LTD", "registrant_kind": "organisation",
        "statements": [
            {"field": "registrant", "value": "CÔNG TY MẪU, LTD"}, {"field": "registrar", "value": "Mẫu"},
            {"field": "registrant", "value": "Công ty Mẫu Ltd."}, {"field": "registrant", "value": "Another"}, "x",
        ],
    }  # fmt: skip
    kept, names = take_names(facts)
    first = "[sealed:organisation:1]"
    assert kept["registrant"] == first
    assert [e["value"] for e in kept["statements"][:4]] == [first, "Mẫu", first, "[sealed:organisation:2]"]
    assert put_names(kept, names) == facts
    assert take_names(kept) == (kept, b"")  # once is enough
    assert take_names({"registrant": " ", "statements": None})[1] == b""
    assert read_marker("[sealed:organisation:1] ") is None


def test_one_owners_domains_are_known_again_by_a_mark_that_a_guess_cannot_be_compared_with(
    engine: Engine, artifact_store: ArtifactStore, vault: Vault, tmp_path: Path
) -> None:
    with write_session(engine) as session:
        one = record(session, artifact_store, vault, of("one.example", "Công ty Mẫu, LTD", "organisation"))
        two = record(session, artifact_store, vault, of("two.example", "CÔNG TY  MẪU ltd."))
        other = record(session, artifact_store, vault, of("other.example", OWNER))
        nobody = record(session, artifact_store, vault, of("nobody.example", ""))
        assert one.owner_mark == two.owner_mark
        assert other.owner_mark not in {one.owner_mark, ""}
        assert (nobody.owner_mark, "owner" in nobody.raw) == ("", False)
        assert (one.facts["registrant"], two.facts["registrant"]) == ("[sealed:organisation:1]", "[sealed:unknown:1]")
        session.commit()
    add_key(tmp_path / "keys")
    newest = Vault.load(tmp_path / "keys")
    with write_session(engine) as session:
        rewrap_keys(session, newest, actor=CONSOLE, now=NOW)
        session.commit()
    newest = Vault(newest.keys[:1])  # the older line was taken out of the file
    with write_session(engine) as session:
        third = record(session, artifact_store, newest, of("three.example", "công ty mẫu ltd"))
        assert third.owner_mark == session.get_one(DomainRecord, one.id).owner_mark
        assert named_facts(artifact_store, newest, session.get_one(DomainRecord, other.id))["registrant"] == OWNER
        with pytest.raises(VaultError):
            named_facts(artifact_store, None, third)
    add_key(tmp_path / "lost")
    with write_session(engine) as session:  # a key that was lost stops no sweep: the name is sealed, the mark waits
        assert record(session, artifact_store, Vault.load(tmp_path / "lost"), of("x.example", OWNER)).owner_mark == ""
        assert session.exec(select(OwnerKey)).one().id == 1


def test_another_owner_is_noticed_and_named_nowhere(
    engine: Engine, artifact_store: ArtifactStore, vault: Vault
) -> None:
    number = open_case(engine, "shop.example")
    with write_session(engine) as session:
        record(session, artifact_store, vault, FACTS)
        record(session, artifact_store, vault, replace(of("shop.example", f" {OWNER.upper()}."), observed_at=LATER))
        assert session.exec(select(DomainChange)).all() == []  # the same owner, spelt otherwise
        record(session, artifact_store, vault, replace(of("shop.example", "B"), observed_at=LATER))
        record(session, artifact_store, None, replace(of("shop.example", "C"), observed_at=LATER))  # no key: unknown
        (change,) = session.exec(select(DomainChange)).all()
        assert (change.field, change.before, change.after) == ("registrant", ["sealed"], ["sealed"])
        assert take_in_changes(session, now=LATER).told == 1
        assert session.exec(select(AuditEntry.subject).where(AuditEntry.action == "case.domain_changed")).all() == [
            f"case {number}"
        ]


def test_erased_the_name_is_gone_with_its_mark_in_records_and_cases(
    engine: Engine, artifact_store: ArtifactStore, vault: Vault
) -> None:
    case, other = open_case(engine, "shop.example"), open_case(engine, "two.example")
    with write_session(engine) as session:
        number = assessed(session, artifact_store, vault)
        record(session, artifact_store, vault, of("two.example", OWNER))
        marks = marks_of(session, "shop.example")
        for about in (case, other):
            session.add(CaseIndicator(case_id=about, kind=REGISTRANT, value=marks[0], first_at=NOW))
        session.flush()
        forgotten = forget_owner(session, "shop.example", marks, reason="yêu cầu", actor="chi", now=NOW)
        erase_answers(session, "shop.example", reason="yêu cầu", actor="chi", now=NOW)
        session.commit()
        assert forgotten == (case,)
    with read_session(engine) as session:
        row = session.get_one(DomainRecord, number)
        assert (row.owner_mark, row.facts["registrant"]) == ("", "[sealed:unknown:1]")
        with pytest.raises(VaultError, match="erased"):
            read_answer(artifact_store, vault, row, "owner")
        assert session.exec(select(CaseIndicator.case_id)).all() == [other]  # the same owner's other domain keeps his
        assert faults(session, artifact_store) == []
        assert verify_audit(session).holds


def _as_before_this_seal(session: Session, store: ArtifactStore, vault: Vault, case: int) -> tuple[int, int, int]:
    """One record with its name readable beside sealed answers, one from before there was a key, one erased already."""
    nothing = assessed(session, store, None, of("shop.example", OWNER))
    for domain in ("two.example", "gone.example"):
        facts = of(domain, OWNER)
        row = record(session, store, vault, replace(facts, registrant="", statements=()))
        row.facts = {**row.facts, "registrant": OWNER}
        session.add(row)
        assessment = Assessment(
            url=f"https://{domain}/", host=domain, domain=domain, assessed_at=NOW, level="watch", points=1.0,
            probability=0.5, categories=[], signals=[], rule_set="x", domain_record_id=row.id,
        )  # fmt: skip
        session.add(assessment)
        record_assessment(session, assessment, now=NOW)
        if domain == "gone.example":
            row.wrapped_key = None
            session.add(row)
    session.add(CaseIndicator(case_id=case, kind=REGISTRANT, value=unkeyed_mark(OWNER), first_at=NOW))
    session.flush()
    return nothing, nothing + 1, nothing + 2


def test_names_of_before_go_under_seal_step_by_step_and_evidence_goes_on_verifying(
    engine: Engine, artifact_store: ArtifactStore, vault: Vault
) -> None:
    case = open_case(engine, "two.example")
    with write_session(engine) as session:
        numbers = _as_before_this_seal(session, artifact_store, vault, case)
        session.commit()
        assert readable_names(session) == 3
    after: int | None = 0
    while after is not None:
        with write_session(engine) as session:
            step = seal_names(session, artifact_store, vault, after=after, actor="console", now=NOW, limit=1)
            renew_marks(session, {unkeyed_mark(name): mark for name, mark in step.marks.items() if mark})
            session.commit()
            after = step.last
    with write_session(engine) as session:
        assert readable_names(session) == 0
        assert seal_names(session, artifact_store, vault, after=0, actor="console", now=NOW).records == 0
        rows = [session.get_one(DomainRecord, number) for number in numbers]
        assert OWNER not in json.dumps([row.facts for row in rows], ensure_ascii=False)
        assert [named_facts(artifact_store, vault, row)["registrant"] for row in rows[:2]] == [OWNER, OWNER]
        assert (rows[2].facts["registrant"], rows[2].owner_mark) == ("[erased:unknown:1]", "")
        assert read_answer(artifact_store, vault, rows[1], "rdap") == RAW["rdap"]  # the key that it had
        assert session.exec(select(CaseIndicator.value)).all() == [rows[0].owner_mark] == [rows[1].owner_mark]
        assert faults(session, artifact_store) == []
        assert verify_audit(session).holds
        assert OWNER not in json.dumps([e.detail for e in session.exec(select(AuditEntry))], ensure_ascii=False)


def test_a_name_of_before_is_erased_out_of_the_row_and_a_false_word_on_it_is_found(
    engine: Engine, artifact_store: ArtifactStore, vault: Vault
) -> None:
    with write_session(engine) as session:
        number = assessed(session, artifact_store, None, of("shop.example", OWNER))
        erase_answers(session, "shop.example", reason="x", actor="chi", now=NOW)
        session.commit()
        row = session.get_one(DomainRecord, number)
        assert row.facts["registrant"] == "[erased:unknown:1]"
        assert OWNER not in json.dumps(row.facts, ensure_ascii=False)
        assert faults(session, artifact_store) == []
        entry = session.exec(select(AuditEntry).where(AuditEntry.action == RESEALED)).one()
        row.facts = {**row.facts, "registrar": "another"}  # changed behind the log's back
        session.add(row)
        session.flush()
        assert any("altered" in fault for fault in faults(session, artifact_store))
        answers = {**entry.detail["answers"], "sha256": "0" * 64}
        told = {**entry.detail, "answers": answers, "instead_of": "1" * 64}  # an entry that goes on from nothing
        record_audit(session, at=NOW, actor="x", action=RESEALED, subject=entry.subject, detail=told)
        assert any("going on" in fault for fault in faults(session, artifact_store))


def test_a_case_keeps_the_keyed_mark_of_its_owner(engine: Engine, artifact_store: ArtifactStore, vault: Vault) -> None:
    case = open_case(engine, "shop.example")
    with write_session(engine) as session:
        number = assessed(session, artifact_store, vault)
        gather_indicators(session, case, session.exec(select(Assessment)).one(), NOW)
        query = select(CaseIndicator.value).where(CaseIndicator.kind == REGISTRANT)
        assert session.exec(query).all() == [session.get_one(DomainRecord, number).owner_mark]
