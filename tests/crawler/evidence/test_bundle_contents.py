"""A bundle carries what was concluded and answered, and is checked thing by thing: by us and by who has no program."""

import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from crawler.evidence import bundle_check
from crawler.evidence.assessed import record_assessment
from crawler.evidence.bundle_check import check_bundle
from crawler.evidence.export import BundleReport, export_bundle
from crawler.evidence.faults import EvidenceReport
from crawler.evidence.resealing import reseal
from crawler.evidence.seal import record_observation, seal
from storage.artifacts import ArtifactStore
from storage.audit import record_audit
from storage.db import read_session, write_session
from storage.models import Assessment, Case, DomainRecord
from tests.crawler.evidence.conftest import Judge
from tests.crawler.evidence.visits import NOW, browser_visit, plain_visit

HOST = "shop-sale.example"
WHOIS = b"Domain Name: SHOP-SALE.EXAMPLE\r\nCreation Date: 2026-11-01\r\n"


def conclude(session: Session, store: ArtifactStore, host: str) -> None:
    """As a sweep does: answers, an assessment of two visits, then the same answers judged anew."""
    raw = {"rdap": store.put(b'{"ldhName":"shop-sale.example"}'), "whois": store.put(WHOIS)}
    answers = DomainRecord(domain=host, host=host, looked_up_at=NOW, facts={"registrar": "R"}, raw=raw)
    session.add(answers)
    session.flush()
    rows = [
        Assessment(
            url=f"https://{host}/<b>\u202e",
            host=host,
            domain=host,
            assessed_at=NOW,
            level="likely",
            points=points,
            probability=0.9,
            signals=[{"rule": "money.deposit-first", "vi": "Đòi đặt cọc", "excerpt": "cọc trước"}],
            rule_set=rule_set,
            domain_record_id=answers.id,
        )
        for points, rule_set in ((3.0, "r1"), (3.5, "r2"))
    ]
    session.add_all(rows)
    session.flush()
    for visit in (browser_visit(), plain_visit()):
        sealed = seal(visit, store=store, sealed_at=NOW, rule_set="r1", audit_head="0" * 64)
        record_observation(session, sealed, visit, target_id=None, now=NOW, assessment_id=rows[0].id, site=host)
    for row in rows:
        record_assessment(session, row, now=NOW)


@pytest.fixture
def exported(tmp_path: Path, sqlite_engine: Engine, artifact_store: ArtifactStore) -> BundleReport:
    with write_session(sqlite_engine) as session:
        conclude(session, artifact_store, HOST)
        conclude(session, artifact_store, "other-case.example")
        case = Case(
            host=HOST, domain=HOST, url="u", state="new", level="likely", points=5, opened_at=NOW, updated_at=NOW
        )
        session.add(case)
        session.flush()
        out = tmp_path / "case-1.zip"
        report = export_bundle(session, artifact_store, case_id=case.id, title="Vụ 1", out=out, actor="an", now=NOW)
        session.commit()
    return report


@pytest.fixture
def unpacked(exported: BundleReport, tmp_path: Path) -> Path:
    with zipfile.ZipFile(exported.path) as archive:
        archive.extractall(tmp_path / "out")
    return tmp_path / "out"


def check_audit(folder: Path) -> "subprocess.CompletedProcess[str]":
    words = [sys.executable, "-I", "check_audit.py"]
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False, timeout=30)


def checked(engine: Engine, file: Path) -> list[EvidenceReport]:
    with read_session(engine) as session:
        return list(check_bundle(session, file))


def pack(folder: Path, out: Path) -> Path:
    with zipfile.ZipFile(out, "w") as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            archive.write(path, path.relative_to(folder).as_posix())
    return out


def test_reasons_rule_set_and_raw_answers_are_in_the_bundle(
    exported: BundleReport, unpacked: Path, judge_tool: Judge
) -> None:
    assert exported.assessments == 2
    told = [json.loads((unpacked / f"assessment-00000{n}" / "assessment.json").read_text()) for n in (1, 2)]
    assert [(each["rule_set"], each["points"], each["level"]) for each in told] == [
        ("r1", 3, "likely"),
        ("r2", 3.5, "likely"),
    ]
    assert told[0]["signals"][0]["excerpt"] == "cọc trước"
    assert json.loads((unpacked / "domain-000001" / "record.json").read_text())["facts"] == {"registrar": "R"}
    assert (unpacked / "domain-000001" / "whois.txt").read_bytes() == WHOIS
    assert (unpacked / "domain-000001" / "rdap.txt").is_file()
    assert not (unpacked / "assessment-000003").exists()
    assert judge_tool("sha256sum", "-c", "--strict", "SHA256SUMS", cwd=unpacked).returncode == 0
    verdict = check_audit(unpacked)
    assert verdict.returncode == 0, verdict.stdout
    assert "2 observations and 2 assessments" in verdict.stdout
    readme = (unpacked / "README.md").read_text()
    assert "| `assessment-000002` |" in readme
    assert "`domain-000001`" in readme
    assert "\u202e" not in readme
    assert "other-case" not in (unpacked / "audit.jsonl").read_text()


def test_a_good_bundle_is_counted_thing_by_thing(exported: BundleReport, sqlite_engine: Engine) -> None:
    reports = checked(sqlite_engine, exported.path)
    assert [fault for report in reports for fault in report.faults] == []
    assert [report.observation_id for report in reports if report.observation_id] == [1, 2]
    assert sum(report.assessments for report in reports) == 2
    assert reports[-1].files == exported.files
    with write_session(sqlite_engine) as session:
        record_audit(session, at=NOW, actor="an", action="case.confirmed", subject="case:1")
        session.commit()
    assert all(report.holds for report in checked(sqlite_engine, exported.path))


def test_a_bundle_packed_anew_is_told_from_one_that_was_changed(
    unpacked: Path, sqlite_engine: Engine, tmp_path: Path
) -> None:
    reports = checked(sqlite_engine, pack(unpacked, tmp_path / "again.zip"))
    faults = [str(fault) for report in reports for fault in report.faults]
    assert len(faults) == 1
    assert "an export that the audit log knows" in faults[0]


def change(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"3", b"4", 1) + b" ")


HARMS: dict[str, tuple[Callable[[Path], object], str]] = {
    "a reason is changed": (lambda out: change(out / "assessment-000001" / "assessment.json"), "assessment-000001"),
    "a judgement is gone": (lambda out: shutil.rmtree(out / "assessment-000002"), "assessment:2|assessment-000002"),
    "one is slipped in": (
        lambda out: shutil.copytree(out / "assessment-000001", out / "assessment-000009"),
        "assessment-000009",
    ),
    "a record is changed": (lambda out: change(out / "domain-000001" / "record.json"), "domain-000001"),
    "an answer is changed": (lambda out: change(out / "domain-000001" / "whois.txt"), "whois.txt"),
    "an answer is gone": (lambda out: (out / "domain-000001" / "rdap.txt").unlink(), "rdap.txt"),
    "answers are added": (lambda out: (out / "domain-000001" / "tls.txt").write_text("x"), "tls.txt"),
    "a list tells otherwise": (
        lambda out: (out / "bundle.json").write_text((out / "bundle.json").read_text().replace('"likely"', '"clean"')),
        "bundle.json",
    ),
    "a visit is changed": (lambda out: change(out / "observation-000001" / "visit.json"), "observation-000001"),
}


@pytest.mark.parametrize("harm", HARMS)
@pytest.mark.parametrize("summed", [True, False], ids=["sums made anew", "sums as they were"])
def test_any_harm_is_found_with_and_without_our_program(
    unpacked: Path, sqlite_engine: Engine, tmp_path: Path, judge_tool: Judge, harm: str, summed: bool
) -> None:
    act, named = HARMS[harm]
    act(unpacked)
    if summed:
        names = sorted(p.relative_to(unpacked).as_posix() for p in unpacked.rglob("*") if p.is_file())
        sums = judge_tool("sha256sum", *(name for name in names if name != "SHA256SUMS"), cwd=unpacked)
        (unpacked / "SHA256SUMS").write_text(sums.stdout)
    verdict = check_audit(unpacked)
    outside = verdict.stdout + judge_tool("sha256sum", "-c", "SHA256SUMS", cwd=unpacked).stdout
    for visit in unpacked.glob("observation-*"):
        outside += judge_tool("sha256sum", "-c", "manifest.sha256", cwd=visit).stdout
    assert verdict.returncode == 1 or "FAILED" in outside
    assert any(name in outside for name in named.split("|"))
    reports = checked(sqlite_engine, pack(unpacked, tmp_path / "again.zip"))
    faults = [str(fault) for report in reports for fault in report.faults]
    if not summed or harm not in {"a list tells otherwise", "answers are added", "a judgement is gone"}:
        assert len(faults) > 1
        assert any(name in fault for fault in faults for name in named.split("|"))
    assert faults


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04" + b"\0" * 40, b"no zip at all"])
def test_what_is_no_bundle_is_named(data: bytes, sqlite_engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(data)
    kinds = [fault.kind for report in checked(sqlite_engine, tmp_path / "x.zip") for fault in report.faults]
    assert "unreadable" in kinds


def test_lists_without_end_do_not_fill_the_memory(
    sqlite_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle_check, "MAX_LISTS_BYTES", 3_000_000)
    file = tmp_path / "bomb.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(1, 20):
            archive.writestr(f"observation-{number:06d}/visit.json", b" " * 1_000_000)
    (report,) = checked(sqlite_engine, file)
    assert "longer lists in it than any export has" in " ".join(map(str, report.faults))


def test_answers_that_lost_their_owners_name_hold_in_bundles_of_before_and_after(
    exported: BundleReport, sqlite_engine: Engine, artifact_store: ArtifactStore, tmp_path: Path
) -> None:
    with write_session(sqlite_engine) as session:
        record = session.exec(select(DomainRecord).where(DomainRecord.domain == HOST)).one()
        assert reseal(session, [record], lambda row: setattr(row, "facts", {}), actor="x", now=NOW) == 2
        after = export_bundle(
            session, artifact_store, case_id=1, title="Vụ 1", out=tmp_path / "2.zip", actor="an", now=NOW
        )
        session.commit()
    for file in (exported.path, after.path):
        assert [str(fault) for report in checked(sqlite_engine, file) for fault in report.faults] == []
    with zipfile.ZipFile(after.path) as archive:
        archive.extractall(tmp_path / "after")
    assert check_audit(tmp_path / "after").stdout.startswith("OK")
    (tmp_path / "after" / "domain-000001" / "record.json").write_text("{}")
    assert "domain-000001 is not what the log says" in check_audit(tmp_path / "after").stdout
