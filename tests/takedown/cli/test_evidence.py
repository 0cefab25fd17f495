"""Evidence from the command line: a whole case holds, an altered byte is found, a bundle can be unpacked."""

import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import select

from crawler.config import Config
from crawler.evidence.assessed import record_assessment
from crawler.evidence.seal import record_observation, seal
from storage.artifacts import ArtifactStore
from storage.audit import audit_head
from storage.db import open_engine, read_session, write_session
from storage.models import Assessment, AuditEntry, Case, ObservationFile
from takedown.history import record_event
from takedown.intake import take_in
from tests.crawler.evidence.visits import plain_visit

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def _sealed_case(run: Run, sqlite_url: str, artifact_store: ArtifactStore) -> None:
    seal_case(sqlite_url, artifact_store, Config().witness_file)


def seal_case(database_url: str, artifact_store: ArtifactStore, witness: Path) -> None:
    """One case with one sealed visit."""
    engine = open_engine(database_url, witness)
    with write_session(engine) as session:
        assessment = Assessment(
            url="https://b.example/",
            host="b.example",
            domain="b.example",
            assessed_at=NOW,
            level="likely",
            points=3,
            probability=0.9,
            rule_set="abc",
        )
        session.add(assessment)
        session.flush()
        visit = plain_visit()
        head = audit_head(session).digest
        sealed = seal(visit, store=artifact_store, sealed_at=NOW, rule_set="abc", audit_head=head)
        record_observation(session, sealed, visit, target_id=None, now=NOW, assessment_id=assessment.id)
        record_assessment(session, assessment, now=NOW)
        take_in(session, now=NOW, threshold="suspicious")
        session.commit()
    engine.dispose()


@pytest.mark.parametrize("words", [(), ("1",)])
def test_whole_evidence_holds(run: Run, words: tuple[str, ...]) -> None:
    code, out, err = run("evidence", "verify", *words)
    assert (code, err) == (0, "")
    assert out.startswith("Đã kiểm tra 1 lượt xem")
    summary = json.loads(run("evidence", "verify", "--json", *words)[1])
    assert (summary["visits"], summary["assessments"], summary["faults"]) == (1, 1, 0)


@pytest.mark.parametrize(
    "harm",
    [
        "DELETE FROM observation",
        "UPDATE observation SET host = 'c.example', assessment_id = NULL",
        "UPDATE observation SET manifest_digest = ''",
        "UPDATE assessment SET points = 1",
        "UPDATE assessment SET host = 'c.example'",
        "DELETE FROM assessment",
    ],
)
def test_what_was_taken_from_a_case_is_noticed_when_that_case_is_checked(run: Run, sqlite_url: str, harm: str) -> None:
    engine = open_engine(sqlite_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql('UPDATE "case" SET assessment_id = NULL')
        connection.exec_driver_sql("DELETE FROM observation_file" if harm.startswith("DELETE") else "SELECT 1")
        connection.exec_driver_sql(
            "UPDATE observation SET assessment_id = NULL" if "assessment" in harm else "SELECT 1"
        )
        connection.exec_driver_sql(harm)
    engine.dispose()
    for words in (("1",), ()):
        code, _, err = run("evidence", "verify", *words)
        assert code == 1
        assert "không có dòng này" in err or "bị sửa" in err or "bản đánh giá 1" in err


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE observation SET observed_at = 'garbage'",
        "UPDATE observation SET recipe = 'no json'",
        "UPDATE observation SET recipe = '[]'",
        "UPDATE assessment SET signals = 'x'",
        "UPDATE case_event SET at = 'garbage'",
        "UPDATE case_event SET detail = '[1]'",
    ],
)
def test_a_row_that_cannot_be_read_any_more_is_named(run: Run, sqlite_url: str, harm: str) -> None:
    engine = open_engine(sqlite_url)
    with engine.begin() as connection:
        connection.exec_driver_sql(harm)
    engine.dispose()
    for words in (("1",), ()):
        code, out, _ = run("evidence", "verify", "--json", *words)
        assert code == 1
        assert json.loads(out)["faults"] > 0


def test_an_assessment_that_nobody_made_is_named(run: Run, sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TEMP TABLE forged AS SELECT * FROM assessment")
        connection.exec_driver_sql("UPDATE forged SET id = -5, points = 99")
        connection.exec_driver_sql("INSERT INTO assessment SELECT * FROM forged")
        connection.exec_driver_sql('UPDATE "case" SET assessment_id = -5, points = 99')
    engine.dispose()
    for words in (("1",), ()):
        code, _, err = run("evidence", "verify", *words)
        assert (code, "bản đánh giá -5: bị thêm" in err) == (1, True)


def test_a_history_that_was_altered_is_named(run: Run, sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    with write_session(engine) as session:
        case = session.get_one(Case, 1)
        record_event(session, case, "note", actor="an", detail={"text": "đã gọi"}, now=NOW)
        session.commit()
    assert run("evidence", "verify", "1")[0] == 0
    with engine.begin() as connection:
        connection.exec_driver_sql("""UPDATE case_event SET detail = '{"text": "chưa gọi"}'""")
    engine.dispose()
    code, _, err = run("evidence", "verify")
    assert (code, "lịch sử vụ 1: bị sửa. Lẽ ra: «note»" in err) == (1, True)


def test_a_case_whose_row_was_altered_is_named(run: Run, sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("""UPDATE "case" SET level = 'near_certain'""")
    engine.dispose()
    code, _, err = run("evidence", "verify", "1")
    assert (code, err.strip()) == (
        1,
        "dòng của vụ 1: bị sửa. Lẽ ra: level «likely» như trong lịch sử của vụ; thực tế: «near_certain».",
    )


def test_a_witness_that_was_lost_is_said(run: Run) -> None:
    """Whoever cut the log's tail would remove it too."""
    assert json.loads(run("evidence", "verify", "--json")[1])["witnessed"]
    Config().witness_file.unlink()
    code, out, err = run("evidence", "verify", "--json")
    assert (code, json.loads(out)["witnessed"], err) == (0, False, "")
    code, _, err = run("evidence", "verify")
    assert (code, "chưa ghi đầu nhật ký nào" in err) == (0, True)


@pytest.mark.parametrize("words", [(), ("1",)])
def test_an_altered_byte_is_named_and_is_exit_code_1(
    run: Run, words: tuple[str, ...], sqlite_url: str, tmp_path: Path
) -> None:
    engine = open_engine(sqlite_url)
    with read_session(engine) as session:
        digest = session.exec(select(ObservationFile.digest).order_by(ObservationFile.name)).first()
    engine.dispose()
    assert digest is not None
    (file,) = (tmp_path / "artifacts").rglob(digest)
    file.chmod(0o644)
    file.write_bytes(b"x" + file.read_bytes()[1:])
    code, _, err = run("evidence", "verify", *words)
    assert code == 1
    assert "bị sửa. Lẽ ra: tệp có mã băm" in err
    assert "altered; expected bytes with digest" in run("evidence", "verify", "--en", *words)[2]
    code, out, _ = run("evidence", "export", "1", "--json")
    assert code == 1
    assert "does not hold" in json.loads(out)["error"]


def test_a_bundle_is_written_and_noted(run: Run, sqlite_url: str, tmp_path: Path) -> None:
    code, out, err = run("evidence", "export", "1", "-o", "bundle.zip", "--json")
    assert code == 0
    assert "lachan evidence stamp" in err  # no authority was asked
    report = json.loads(out)
    with zipfile.ZipFile(tmp_path / "bundle.zip") as bundle:
        assert {"README.md", "SHA256SUMS", "evidence-plain.wacz"} <= set(bundle.namelist())
    engine = open_engine(sqlite_url)
    with read_session(engine) as session:
        noted = session.exec(select(AuditEntry).where(AuditEntry.action == "evidence.exported")).one()
        assert (noted.subject, noted.detail["case"]) == (f"bundle:{report['digest']}", 1)
    engine.dispose()


def test_a_bundle_is_known_again_and_another_is_not(run: Run, tmp_path: Path) -> None:
    assert run("evidence", "export", "1", "-o", "bundle.zip")[0] == 0
    code, out, err = run("evidence", "verify", "--bundle", "bundle.zip")
    assert (code, err) == (0, "")
    assert out.startswith("Đã kiểm tra 1 lượt xem, 1 bản đánh giá, ")
    with (tmp_path / "bundle.zip").open("ab") as file:
        file.write(b"x")
    code, _, err = run("evidence", "verify", "--bundle", "bundle.zip")
    assert code == 1
    assert "một bản xuất mà nhật ký biết" in err
    assert run("evidence", "verify", "--bundle", "nothing.zip")[0] == 2


def test_a_cut_tail_of_the_log_is_found_by_the_heads_in_the_data_folder(
    run: Run, sqlite_url: str, tmp_path: Path
) -> None:
    assert run("evidence", "export", "1", "-o", "bundle.zip")[0] == 0  # the newest entry, after the last seal
    (heads,) = tmp_path.glob("heads-*.log")
    assert heads.read_text().count("\n") == 2
    assert run("evidence", "verify")[0] == 0
    engine = open_engine(sqlite_url)
    with engine.begin() as connection:
        for (name,) in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").all():
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        connection.exec_driver_sql("DELETE FROM audit_entry WHERE action = 'evidence.exported'")
    engine.dispose()
    for words in ((), ("1",)):
        code, _, err = run("evidence", "verify", *words)
        assert code == 1
        assert "mọi đầu nhật ký mà nhân chứng đã ghi" in err


def test_a_bundle_goes_into_a_folder_under_the_case_s_name(run: Run, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert run("evidence", "export", "1", "-o", "out")[0] == 0
    assert (tmp_path / "out" / "case-1.zip").exists()


def test_a_bundle_for_a_folder_that_is_not_there_is_wrong_usage(run: Run) -> None:
    code, _, err = run("evidence", "export", "1", "-o", "gone/x.zip")
    assert (code, "không có thư mục" in err) == (2, True)


@pytest.mark.parametrize("command", ["verify", "export"])
def test_a_case_that_is_not_there(run: Run, command: str) -> None:
    code, _, err = run("evidence", command, "9")
    assert (code, err) == (2, "lachan: không có vụ 9; `lachan cases` liệt kê những gì có\n")


def test_stamping_without_an_authority_is_wrong_usage(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LACHAN_TIMESTAMP_URLS", "")
    code, _, err = run("evidence", "stamp")
    assert code == 2
    assert "LACHAN_TIMESTAMP_URLS" in err


def test_an_authority_that_does_not_answer_leaves_it_pending(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LACHAN_TIMESTAMP_URLS", "http://127.0.0.1:1/tsr")
    code, out, err = run("evidence", "stamp", "--json")
    assert code == 1
    assert json.loads(out)["pending"] == 1
    assert "127.0.0.1" in err
