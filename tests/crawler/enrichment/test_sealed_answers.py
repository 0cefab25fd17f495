"""What registries answer lies encrypted, is verified without the key, opened with it, and gone once erased."""

import asyncio
import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from crawler.detection.facts import DomainFacts, Lookup, LookupState, Statement
from crawler.enrichment import Enrichment, domain_facts_to_json, record_domain
from crawler.enrichment.courtesy_rows import StoredCourtesy
from crawler.enrichment.erasing import erase_answers
from crawler.evidence.assessed import record_assessment
from crawler.evidence.assessment_checks import check_assessments
from storage.artifacts import ArtifactStore
from storage.audit import verify_audit
from storage.db import read_session, write_session
from storage.errors import VaultError
from storage.models import Assessment, AuditEntry, DomainChange, DomainRecord, KeptAnswer
from storage.owner_names import named_facts
from storage.sealed_answers import read_answer
from storage.vault import Vault, add_key
from takedown.actor import CONSOLE
from takedown.errors import NotAllowedError, RecordsError
from takedown.records.keeping import rewrap_keys
from takedown.records.raw_answers import open_raw_answer
from tests.takedown.desk import AN, CHI, DUNG

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=timezone(timedelta(hours=7)))
OWNER = "Nguyễn Thị Ánh Tuyết"
RAW = {"rdap": json.dumps({"fn": OWNER}, ensure_ascii=False).encode(), "dns": b"[]", "officer_screenshot": b"\x89PNG"}
FACTS = DomainFacts(
    "shop.example", "shop.example", NOW, (Lookup("rdap", LookupState.FOUND, "rdap.example", "", NOW),),
    registrar="Registrar A", registrant=OWNER,
    statements=(
        Statement("registrar", "Registrar A", "rdap", "rdap.example", "high", NOW),
        Statement("registrant", OWNER, "rdap", "rdap.example", "low", NOW),
    ),
)  # fmt: skip


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    add_key(tmp_path / "keys")
    return Vault.load(tmp_path / "keys")


def assessed(session: Session, store: ArtifactStore, vault: Vault | None, facts: DomainFacts = FACTS) -> int:
    """A look-up that an assessment in the audit log rests on."""
    number = record_domain(session, Enrichment(facts, RAW), store, vault)
    row = Assessment(
        url="https://shop.example/", host="shop.example", domain="shop.example", assessed_at=NOW, level="watch",
        points=1.0, probability=0.5, categories=[], signals=[], rule_set="x", domain_record_id=number,
    )  # fmt: skip
    session.add(row)
    record_assessment(session, row, now=NOW)
    return number


def faults(session: Session, store: ArtifactStore) -> list[str]:
    return [str(fault) for report in check_assessments(session, store) for fault in report.faults]


def test_answers_lie_encrypted_and_open_with_the_key(
    engine: Engine, artifact_store: ArtifactStore, vault: Vault
) -> None:
    with write_session(engine) as session:
        number = assessed(session, artifact_store, vault)
        session.commit()
    stored = [artifact_store.get(digest) for digest in artifact_store.digests()]
    assert not any(OWNER.encode() in data or b"PNG" in data for data in stored)
    assert b"[]" in stored  # nothing personal in DNS
    with read_session(engine) as session:
        record = session.get_one(DomainRecord, number)
        assert {name: read_answer(artifact_store, vault, record, name) for name in RAW} == RAW
        assert OWNER not in json.dumps([record.facts, record.lookups], ensure_ascii=False)
        assert named_facts(artifact_store, vault, record) == domain_facts_to_json(FACTS)
        assert faults(session, artifact_store) == []
    with read_session(engine) as session, pytest.raises(VaultError, match="LACHAN_RECORDS_KEY_FILE"):
        read_answer(artifact_store, None, session.get_one(DomainRecord, number), "rdap")


def test_an_answer_of_one_look_up_does_not_pass_for_anothers(
    engine: Engine, artifact_store: ArtifactStore, vault: Vault
) -> None:
    with write_session(engine) as session:
        first, second = (
            session.get_one(DomainRecord, assessed(session, artifact_store, vault, replace(FACTS, observed_at=at)))
            for at in (NOW, NOW + timedelta(days=1))
        )
        first.raw = {**second.raw}
        with pytest.raises(VaultError, match="altered"):
            read_answer(artifact_store, vault, first, "rdap")


def test_erased_answers_cannot_be_read_and_evidence_goes_on_verifying(
    engine: Engine, artifact_store: ArtifactStore, vault: Vault
) -> None:
    with write_session(engine) as session:
        number = assessed(session, artifact_store, vault)
        assessed(session, artifact_store, vault, replace(FACTS, registrant="B", observed_at=NOW + timedelta(days=1)))
        session.commit()
        assert session.exec(select(DomainChange)).first() is not None
    with write_session(engine) as session:
        erased = erase_answers(session, "shop.example", reason="chủ thể yêu cầu", actor="chi", now=NOW)
        session.commit()
        assert erased[0] == number
        assert len(erased) == 2
    with read_session(engine) as session:
        record = session.get_one(DomainRecord, number)
        with pytest.raises(VaultError, match="erased"):
            read_answer(artifact_store, vault, record, "rdap")
        assert read_answer(artifact_store, vault, record, "dns") == b"[]"
        assert session.exec(select(DomainChange).where(DomainChange.field == "registrant")).first() is None
        assert faults(session, artifact_store) == []
        assert verify_audit(session).holds


def test_a_new_operators_key_wraps_look_ups_too(
    engine: Engine, artifact_store: ArtifactStore, vault: Vault, tmp_path: Path
) -> None:
    with write_session(engine) as session:
        number = assessed(session, artifact_store, vault)
        session.commit()
    path = tmp_path / "keys"
    add_key(path)
    with write_session(engine) as session:
        assert rewrap_keys(session, Vault.load(path), actor=CONSOLE, now=NOW) == 1
        assert rewrap_keys(session, Vault.load(path), actor=CONSOLE, now=NOW) == 0
        session.commit()
    path.write_text(path.read_text().splitlines()[0])
    with read_session(engine) as session:
        record = session.get_one(DomainRecord, number)
        assert read_answer(artifact_store, Vault.load(path), record, "rdap") == RAW["rdap"]
        assert faults(session, artifact_store) == []


def test_who_opens_an_answer_is_in_the_audit_log(engine: Engine, artifact_store: ArtifactStore, vault: Vault) -> None:
    with write_session(engine) as session:
        number = assessed(session, artifact_store, vault)
        found = open_raw_answer(
            session, artifact_store, vault, number, "rdap", reason="đối chiếu", actor=AN, now=NOW
        )  # fmt: skip
        assert (found.name, found.data) == (f"shop.example-{number}-rdap.json", RAW["rdap"])
        for service, reason, message in (("rdap", " ", "--reason"), ("whois", "x", "it has dns")):
            with pytest.raises(RecordsError, match=message):
                open_raw_answer(session, artifact_store, vault, number, service, reason=reason, actor=AN, now=NOW)
        with pytest.raises(NotAllowedError):
            open_raw_answer(session, artifact_store, vault, number, "rdap", reason="x", actor=DUNG, now=NOW)
        open_raw_answer(session, artifact_store, vault, number, "dns", reason="kiểm tra", actor=CHI, now=NOW)
        session.commit()
        query = select(AuditEntry).where(AuditEntry.action == "domain.answer_opened")
        looks = [(entry.actor, entry.detail["reason"]) for entry in session.exec(query)]
        assert looks == [("an", "đối chiếu"), ("chi", "kiểm tra")]


def test_without_a_key_answers_are_kept_as_they_came(engine: Engine, artifact_store: ArtifactStore) -> None:
    with write_session(engine) as session:
        record = session.get_one(DomainRecord, assessed(session, artifact_store, None))
        assert (record.sealed, record.key_id, record.wrapped_key) == ([], "", None)
        assert read_answer(artifact_store, None, record, "rdap") == RAW["rdap"]


async def _kept(engine: Engine, keeper: Vault | None, reader: Vault | None) -> bytes | None:
    await StoredCourtesy(engine, interval=0, vault=keeper).keep("rdap x", 200, "s", RAW["rdap"])
    found = await StoredCourtesy(engine, interval=0, vault=reader).recall("rdap x")
    return found.body if found is not None else None


def test_answers_that_wait_to_be_used_again_are_sealed(engine: Engine, vault: Vault, tmp_path: Path) -> None:
    assert asyncio.run(_kept(engine, vault, vault)) == RAW["rdap"]
    with read_session(engine) as session:
        assert OWNER.encode() not in session.exec(select(KeptAnswer)).one().body
    add_key(tmp_path / "keys")
    assert asyncio.run(_kept(engine, vault, Vault.load(tmp_path / "keys"))) == RAW["rdap"]  # rotated meanwhile
    add_key(tmp_path / "others")
    for reader in (None, Vault.load(tmp_path / "others")):
        assert asyncio.run(_kept(engine, vault, reader)) is None  # asked anew
    assert asyncio.run(_kept(engine, None, vault)) == RAW["rdap"]
