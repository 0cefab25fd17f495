"""Verification finds any altered, missing, added, swapped or re-digested piece of evidence, and names it."""

import hashlib
import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session, select

from crawler.evidence.faults import EvidenceReport, Fault
from crawler.evidence.manifest import compose_manifest, parse_manifest
from crawler.evidence.seal import record_observation, seal
from crawler.evidence.timestamp import Stamper
from crawler.evidence.verify import verify_all, verify_observation, verify_some
from crawler.visit import Visit
from storage.artifacts import ArtifactStore
from storage.audit import audit_head, record_audit
from storage.db import read_session, write_session
from storage.models import AuditEntry, Observation, ObservationFile
from tests.crawler.evidence.mutation import mutate
from tests.crawler.evidence.visits import NOW, browser_visit, plain_visit
from tests.timestamp_authority import TimestampAuthority


class Archive:
    """Two sealed observations in a store and a database, and ways to harm them."""

    def __init__(self, engine: Engine, store: ArtifactStore, folder: Path, authority: TimestampAuthority) -> None:
        self.engine, self.store, self.folder, self.authority = engine, store, folder, authority
        self.stamper = Stamper(("http://tsa.example/",), authority.certificate, authority.post)
        self.add(browser_visit())
        self.add(plain_visit())

    def add(self, visit: Visit) -> None:
        with write_session(self.engine) as session:
            head = audit_head(session).digest
            sealed = seal(visit, store=self.store, sealed_at=NOW, rule_set="r1", audit_head=head, stamper=self.stamper)
            record_observation(session, sealed, visit, target_id=None, now=NOW)
            session.commit()

    def check(self, number: int = 1) -> EvidenceReport:
        with read_session(self.engine) as session:
            return verify_observation(session, self.store, number, ca=self.authority.certificate)

    def check_all(self) -> list[EvidenceReport]:
        with read_session(self.engine) as session:
            return list(verify_all(session, self.store, ca=self.authority.certificate))

    def faults(self) -> list[Fault]:
        return [fault for report in self.check_all() for fault in report.faults]

    def path(self, digest: str) -> Path:
        return self.folder / digest[:2] / digest[2:4] / digest

    def digests(self) -> dict[str, str]:
        with read_session(self.engine) as session:
            rows = session.exec(select(ObservationFile).where(ObservationFile.observation_id == 1)).all()
            return {row.name: row.digest for row in rows}

    def row(self) -> Observation:
        with read_session(self.engine) as session:
            return session.get_one(Observation, 1)

    def change(self, harm: Callable[[Session], object]) -> None:
        with write_session(self.engine) as session:
            harm(session)
            session.commit()

    def change_row(self, **values: object) -> None:
        def harm(session: Session) -> None:
            row = session.get_one(Observation, 1)
            for name, value in values.items():
                setattr(row, name, value)

        self.change(harm)

    def change_file(self, file: str, **values: object) -> None:
        def harm(session: Session) -> None:
            query = select(ObservationFile).where(ObservationFile.observation_id == 1, ObservationFile.name == file)
            row = session.exec(query).one()
            for name, value in values.items():
                setattr(row, name, value)

        self.change(harm)

    def rewrite(self, digest: str, data: bytes) -> None:
        path = self.path(digest)
        path.chmod(0o600)
        path.write_bytes(data)

    def forge_log(self, statement: str, **values: object) -> None:
        """Changes the log behind its guards' back, as the owner of the database could."""
        with self.engine.begin() as connection:
            if self.engine.dialect.name == "sqlite":
                names = (
                    connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
                )
                for name in names:
                    connection.execute(text(f'DROP TRIGGER "{name}"'))
            else:
                connection.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER ALL"))
            connection.execute(text(statement), values)


@pytest.fixture
def archive(
    sqlite_engine: Engine, artifact_store: ArtifactStore, tmp_path: Path, authority: TimestampAuthority
) -> Archive:
    return Archive(sqlite_engine, artifact_store, tmp_path / "artifacts", authority)


def test_whole_evidence_holds_on_both_databases(
    engine: Engine, artifact_store: ArtifactStore, tmp_path: Path, authority: TimestampAuthority
) -> None:
    archive = Archive(engine, artifact_store, tmp_path / "artifacts", authority)
    reports = archive.check_all()
    assert [report.observation_id for report in reports] == [1, 2, 0]
    assert archive.faults() == []
    one = archive.check()
    assert one.holds
    assert one.files == 9 + 2  # the manifest and the token too
    assert one.bytes_read == sum(len(archive.store.get(digest)) for digest in archive.digests().values()) + sum(
        len(archive.store.get(digest)) for digest in (archive.row().manifest_digest, archive.row().timestamp_digest)
    )
    assert one.timestamp.startswith("stamped 20")
    with read_session(engine) as session:
        assert [report.holds for report in verify_some(session, artifact_store, [2], None)] == [True, True]


def test_evidence_full_of_hostile_text_holds_on_both_databases(
    engine: Engine, artifact_store: ArtifactStore, tmp_path: Path, authority: TimestampAuthority
) -> None:
    archive = Archive(engine, artifact_store, tmp_path / "artifacts", authority)
    ugly = "\x00\ud800\u202e\U0001f4a3\r\n" + "x" * 5000
    visit = replace(
        browser_visit(),
        requested_url=f"https://a.example/{ugly}",
        final_url=f"https://b.example/{ugly}",
        reason=ugly,
        notes=(ugly,),
        missing=((ugly, ugly),),
        robots=ugly,
        tools=((ugly, ugly),),
    )
    archive.add(visit)
    assert archive.faults() == []
    assert archive.check(3).holds


@pytest.mark.parametrize("name", ["dom.html", "response.warc.gz", "visit.json", "screenshot.jpg", "tls-chain.pem"])
def test_one_changed_byte_is_named_with_its_file(archive: Archive, name: str) -> None:
    digest = archive.digests()[name]
    data = bytearray(archive.store.get(digest))
    data[len(data) // 2] ^= 1
    archive.rewrite(digest, bytes(data))
    assert (
        Fault("altered", name, f"bytes with digest {digest}", "other bytes under that name") in archive.check().faults
    )
    assert archive.check(2).holds


def test_a_missing_file_is_named(archive: Archive) -> None:
    digest = archive.digests()["page.mhtml"]
    archive.path(digest).unlink()
    (fault,) = archive.check().faults
    assert (fault.kind, fault.file) == ("missing", "page.mhtml")


def test_a_missing_row_and_an_added_row_are_named(archive: Archive) -> None:
    archive.change(lambda session: session.execute(text("DELETE FROM observation_file WHERE name = 'dom.html'")))
    extra = archive.store.put(b"planted")
    archive.change(
        lambda session: session.add(
            ObservationFile(observation_id=1, name="dns2.json", digest=extra, size=7, media_type="application/json")
        )
    )
    kinds = {(fault.kind, fault.file) for fault in archive.check().faults}
    assert kinds >= {("missing", "dom.html"), ("added", "dns2.json")}


def test_swapped_files_are_named(archive: Archive) -> None:
    digests = archive.digests()
    archive.change_file("dom.html", digest=digests["page.mhtml"])
    archive.change_file("page.mhtml", digest=digests["dom.html"])
    kinds = {(fault.kind, fault.file) for fault in archive.check().faults}
    assert kinds >= {("swapped", "dom.html"), ("swapped", "page.mhtml")}


def redigest(archive: Archive, *, log: bool) -> None:
    """Replaces the DOM and everything that follows from it in the database and the store; ``log``: the log too."""
    row, forged = archive.row(), archive.store.put(b"<html>something else</html>")
    archive.change_file("dom.html", digest=forged, size=27)
    files = parse_manifest(archive.store.get(row.manifest_digest)) | {"dom.html": forged}
    manifest = archive.store.put(compose_manifest(files.items()))
    archive.change_row(manifest_digest=manifest)
    if log:
        rechain(archive, row.manifest_digest, manifest)


def rechain(archive: Archive, old: str, new: str) -> None:
    """Writes the whole log anew with another manifest in it, every digest right."""
    with read_session(archive.engine) as session:
        entries = session.exec(select(AuditEntry).order_by(AuditEntry.sequence)).all()  # type: ignore[arg-type]
    archive.forge_log("DELETE FROM audit_entry")
    for entry in entries:
        detail = json.loads(json.dumps(entry.detail).replace(old, new))
        archive.change(
            lambda session, entry=entry, detail=detail: record_audit(
                session, at=entry.at, actor=entry.actor, action=entry.action, subject=entry.subject, detail=detail
            )
        )


def test_redigested_evidence_is_found_by_the_log_and_the_time_stamp(archive: Archive) -> None:
    redigest(archive, log=False)
    kinds = {fault.kind for fault in archive.check().faults}
    assert kinds >= {"audit", "token"}


def test_a_log_written_anew_is_found_by_the_time_stamp_and_by_later_seals(archive: Archive) -> None:
    redigest(archive, log=True)
    assert {fault.kind for fault in archive.check().faults} == {"token"}
    later = archive.check(2).faults
    assert [fault.kind for fault in later] == ["audit"]
    assert "the newest when this was sealed" in later[0].expected


def test_a_cut_tail_of_the_log_is_found(archive: Archive) -> None:
    archive.forge_log("DELETE FROM audit_entry WHERE sequence = 2")
    assert archive.check(1).holds
    assert [fault.kind for fault in archive.check(2).faults] == ["audit", "audit"]


def test_an_altered_log_entry_is_found(archive: Archive) -> None:
    archive.forge_log("UPDATE audit_entry SET actor = 'somebody else' WHERE sequence = 1")
    assert any("entry 1 its own content was altered" in fault.found for fault in archive.faults())


@pytest.mark.parametrize(
    "values",
    [
        {"observed_at": NOW - timedelta(days=30)},
        {"url": "https://other.example/"},
        {"host": "other.example"},
        {"final_url": "https://other.example/"},
        {"status": 404},
        {"outcome": "challenge"},
        {"vantage": "phone"},
        {"reason": "x"},
        {"body_digest": "0" * 64},
        {"recipe": {}},
        {"timestamp_digest": "0" * 64},
        {"timestamp_digest": ""},
        {"timestamp_state": "off", "timestamp_digest": ""},
        {"timestamp_state": "pending"},
        {"timestamp_state": "nonsense"},
        {"manifest_digest": ""},
        {"manifest_digest": "0" * 64},
        {"manifest_digest": "no digest"},
    ],
    ids=lambda values: ",".join(values),
)
def test_an_altered_row_is_found(archive: Archive, values: dict[str, object]) -> None:
    archive.change_row(**values)
    assert archive.faults()
    assert not archive.check().holds


@pytest.mark.parametrize(
    ("name", "values"),
    [("dom.html", {"size": 3}), ("dom.html", {"media_type": "text/plain"}), ("dom.html", {"name": "../../evil"})],
)
def test_an_altered_file_row_is_found(archive: Archive, name: str, values: dict[str, object]) -> None:
    archive.change_file(name, **values)
    assert not archive.check().holds


def test_a_deleted_observation_is_found_from_the_log(archive: Archive) -> None:
    archive.change(lambda session: session.execute(text("DELETE FROM observation_file WHERE observation_id = 1")))
    archive.change(lambda session: session.execute(text("DELETE FROM observation WHERE id = 1")))
    assert [(report.observation_id, fault.kind) for report in archive.check_all() for fault in report.faults] == [
        (1, "missing")
    ]
    assert not archive.check(1).holds
    assert archive.check(2).holds


def test_a_wrong_hint_costs_a_search_and_no_fault(archive: Archive) -> None:
    archive.change_row(recipe={**archive.row().recipe, "audit_sequence": 2})
    assert archive.faults() == []


def test_a_token_of_another_observation_is_found(archive: Archive) -> None:
    with read_session(archive.engine) as session:
        other = session.get_one(Observation, 2).timestamp_digest
    archive.change_row(timestamp_digest=other)
    assert any("covers other bytes" in fault.found for fault in archive.check().faults)


def test_a_token_that_leads_to_no_root_of_ours_is_a_state_of_its_own(archive: Archive, tmp_path: Path) -> None:
    renewed = TimestampAuthority(tmp_path / "renewed")
    both = tmp_path / "both.pem"
    both.write_bytes(renewed.certificate.read_bytes() + archive.authority.certificate.read_bytes())
    with read_session(archive.engine) as session:
        report = verify_observation(session, archive.store, 1, ca=renewed.certificate)
        assert report.holds
        assert report.timestamp.startswith("unanchored 20")
        assert verify_observation(session, archive.store, 1, ca=both).timestamp.startswith("stamped 20")
        assert verify_observation(session, archive.store, 1).holds  # no roots: its integrity only, and it says so
        assert "third party" in verify_observation(session, archive.store, 1).timestamp


def test_a_token_older_than_its_visit_is_found(archive: Archive) -> None:
    late = replace(plain_visit(), started_at=NOW + timedelta(days=3650), finished_at=NOW + timedelta(days=3650))
    archive.add(late)
    assert [fault.kind for fault in archive.check(3).faults] == ["token"]


def test_a_foreign_file_in_the_store_is_found(archive: Archive) -> None:
    (archive.folder / "note.txt").write_text("x")
    assert [(fault.kind, fault.file) for fault in archive.faults()] == [("added", "note.txt")]


def test_an_unsealed_or_unknown_observation_does_not_hold(archive: Archive) -> None:
    row = Observation(url="u", host="h", domain="d", vantage="plain", outcome="read", observed_at=NOW)
    archive.change(lambda session: session.add(row))
    assert [fault.kind for fault in archive.check(3).faults] == ["row"]
    assert [fault.kind for fault in archive.check(99).faults] == ["missing"]
    assert archive.faults() == []


def test_five_hundred_mutations_of_stored_bytes_are_all_found(archive: Archive) -> None:
    row = archive.row()
    sealed = [
        *archive.digests().items(),
        ("manifest.sha256", row.manifest_digest),
        ("manifest.tsr", row.timestamp_digest),
    ]
    chance = random.Random(20261120)
    for _ in range(500):
        name, digest = chance.choice(sealed)
        whole = archive.store.get(digest)
        archive.rewrite(digest, mutate(whole, chance))
        with read_session(archive.engine) as session:
            files = {fault.file for fault in verify_observation(session, archive.store, 1).faults}
        archive.rewrite(digest, whole)
        assert name in files
    assert archive.check().holds


def test_mutations_put_under_their_own_digest_are_all_found(archive: Archive) -> None:
    """The forger also corrects the row: only the manifest, the log and the token are left to tell."""
    chance = random.Random(7)
    for name, digest in archive.digests().items():
        whole = archive.store.get(digest)
        changed = mutate(whole, chance)
        forged = archive.store.put(changed)
        archive.change_file(name, digest=forged, size=len(changed))
        assert name in {fault.file for fault in archive.check().faults}
        archive.change_file(name, digest=digest, size=len(whole))
        archive.path(forged).unlink()
    assert archive.check().holds
    assert hashlib.sha256(whole).hexdigest() == digest
