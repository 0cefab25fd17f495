"""The exported bundle, judged by the tools that a third party would use."""

import hashlib
import json
import random
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from crawler.errors import EvidenceError
from crawler.evidence.assessed import record_assessment
from crawler.evidence.export import BundleReport, export_bundle
from crawler.evidence.seal import record_observation, seal
from crawler.evidence.timestamp import Stamper
from crawler.rendering.vantages import PHONE
from crawler.visit import Outcome, Visit
from storage.artifacts import ArtifactStore
from storage.audit import record_audit
from storage.db import open_engine, write_session
from storage.models import Assessment, Case, Observation
from tests.crawler.evidence.conftest import JUDGES, Judge
from tests.crawler.evidence.mutation import mutate
from tests.crawler.evidence.visits import DESKTOP, HTML, NOW, URL, browser_visit, exchange, plain_visit
from tests.timestamp_authority import TimestampAuthority


def seal_one(session: Session, store: ArtifactStore, visit: Visit, stamper: Stamper | None) -> int:
    sealed = seal(visit, store=store, sealed_at=NOW, rule_set="r1", audit_head="0" * 64, stamper=stamper)
    row = record_observation(session, sealed, visit, target_id=None, now=NOW)
    assert row.id is not None
    return row.id


@pytest.fixture(scope="module")
def bundle(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, authority: TimestampAuthority
) -> tuple[Path, BundleReport]:
    """A bundle of a rendered and a plain visit, unpacked, with an entry of another matter between them in the log."""
    folder = tmp_path_factory.mktemp("bundle")
    (folder / "db.sqlite").write_bytes(sqlite_template.read_bytes())
    engine = open_engine(f"sqlite:///{folder / 'db.sqlite'}")
    store = ArtifactStore.open(f"file://{folder / 'artifacts'}")
    stamper = Stamper(("http://tsa.example/",), authority.certificate, authority.post)
    with write_session(engine) as session:
        first = seal_one(session, store, browser_visit(), stamper)
        record_audit(session, at=NOW, actor="TRAN THI B", action="case.confirmed", subject="case:7", detail={})
        second = seal_one(session, store, plain_visit(), stamper)
        report = export_bundle(
            session,
            store,
            observation_ids=(second, first),
            title="Vụ <b>1</b>\u202e| shop-sale.example",
            out=folder / "bundle.zip",
            ca=authority.certificate,
        )
    engine.dispose()
    with zipfile.ZipFile(folder / "bundle.zip") as archive:
        archive.extractall(folder / "out")
    return folder / "out", report


def test_every_sum_holds(bundle: tuple[Path, BundleReport], judge_tool: Judge) -> None:
    folder, report = bundle
    verdict = judge_tool("sha256sum", "-c", "--strict", "SHA256SUMS", cwd=folder)
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr
    assert verdict.stdout.count(": OK") == report.files - 1
    for piece in folder.glob("observation-*"):
        assert judge_tool("sha256sum", "-c", "--strict", "manifest.sha256", cwd=piece).returncode == 0


def test_any_mutation_of_a_bundle_is_found_by_sha256sum(
    bundle: tuple[Path, BundleReport], judge_tool: Judge, tmp_path: Path
) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(bundle[0], folder)
    names = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "SHA256SUMS")
    chance = random.Random(20261120)
    for _ in range(60):
        path = chance.choice(names)
        whole = path.read_bytes()
        path.write_bytes(mutate(whole, chance))
        assert judge_tool("sha256sum", "-c", "SHA256SUMS", cwd=folder).returncode != 0
        path.write_bytes(whole)


def test_a_list_of_sums_in_another_spelling_is_found(bundle: tuple[Path, BundleReport], tmp_path: Path) -> None:
    """sha256sum reads capitals as well, so that a changed letter of the list itself would pass it."""
    shutil.copytree(bundle[0], tmp_path / "copy")
    sums = tmp_path / "copy" / "SHA256SUMS"
    first, _, rest = sums.read_text().partition("\n")
    sums.write_text(f"{first[:64].upper()}{first[64:]}\n{rest}")
    verdict = check_audit(tmp_path / "copy")
    assert (verdict.returncode, "is foreign" in verdict.stdout) == (1, True)


def test_a_bundle_summed_anew_is_found_by_the_log_and_the_time_stamp(
    bundle: tuple[Path, BundleReport], judge_tool: Judge, tmp_path: Path
) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(bundle[0], folder)
    piece = folder / "observation-000001"
    (piece / "dom.html").write_bytes(b"something else")
    names = sorted(path.name for path in piece.iterdir() if not path.name.startswith("manifest"))
    (piece / "manifest.sha256").write_text(judge_tool("sha256sum", *names, cwd=piece).stdout)
    words = ("ts", "-verify", "-in", "manifest.tsr", "-CAfile", "../authorities.pem", "-data", "manifest.sha256")
    assert judge_tool("openssl", *words, cwd=piece).returncode != 0
    assert "observation-000001 is not what the log says" in check_audit(folder).stdout


def test_openssl_accepts_the_time_stamps_and_refuses_other_bytes(
    bundle: tuple[Path, BundleReport], judge_tool: Judge, tmp_path: Path
) -> None:
    folder, _ = bundle
    pieces = sorted(folder.glob("observation-*"))
    words = ("ts", "-verify", "-in", "manifest.tsr", "-CAfile", "../authorities.pem", "-data")
    for piece in pieces:
        verdict = judge_tool("openssl", *words, "manifest.sha256", cwd=piece)
        assert (verdict.returncode, verdict.stdout) == (0, "Verification: OK\n"), verdict.stderr
    other = tmp_path / "other"
    other.write_bytes((pieces[0] / "manifest.sha256").read_bytes() + b"\n")
    assert judge_tool("openssl", *words, other, cwd=pieces[0]).returncode != 0


def test_warcio_and_wacz_accept_the_archives(bundle: tuple[Path, BundleReport], judge_tool: Judge) -> None:
    folder, _ = bundle
    for warc in folder.glob("*/response.warc.gz"):
        verdict = judge_tool("warcio", "check", warc)
        assert verdict.returncode == 0, verdict.stdout
    packs = sorted(folder.glob("evidence-*.wacz"))
    assert [pack.stem for pack in packs] == ["evidence-desktop", "evidence-plain"]
    for pack in packs:
        verdict = judge_tool("wacz", "validate", "-f", pack)
        assert verdict.returncode == 0, verdict.stdout
        assert "the passed WACZ is valid" in verdict.stdout


def test_the_audit_checker_runs_alone_and_finds_what_was_altered(
    bundle: tuple[Path, BundleReport], tmp_path: Path
) -> None:
    folder, _ = bundle
    assert check_audit(folder).returncode == 0
    assert "TRAN THI B" not in (folder / "audit.jsonl").read_text()
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    log = copy / "audit.jsonl"
    log.write_text(log.read_text().replace('"files":9', '"files":8'))
    assert "was altered" in check_audit(copy).stdout


def test_the_audit_checker_lists_foreign_files(bundle: tuple[Path, BundleReport], tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(bundle[0], copy)
    (copy / "notes").mkdir()
    (copy / "notes" / "b.txt").write_text("x")
    (copy / "observation-000001" / "extra.html").symlink_to("dom.html")
    with (copy / "SHA256SUMS").open("a") as sums:  # named by the outer list, yet sealed by no manifest
        sums.write(f"{hashlib.sha256(b'x').hexdigest()}  observation-000002/late.html\n")
    (copy / "observation-000002" / "late.html").write_bytes(b"x")
    verdict = check_audit(copy)
    assert verdict.returncode == 1
    assert [line.partition(" is foreign")[0] for line in verdict.stdout.splitlines()] == [
        "notes/b.txt",
        "observation-000001/extra.html",
        "observation-000002/late.html",
    ]


def test_the_commands_of_the_readme_check_every_folder_as_they_stand(
    bundle: tuple[Path, BundleReport], judge_tool: Judge, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(bundle[0], copy)
    block = (copy / "README.md").read_text().partition("```sh\n")[2].partition("```")[0]
    commands, _, replay = block.partition("bundle=")
    assert "wb-manager" in replay  # run by a test of its own
    (tmp_path / "check.sh").write_text(f'PATH="{JUDGES}:$PATH"\n{commands}')
    sound = judge_tool("sh", tmp_path / "check.sh", cwd=copy)
    assert "FAILED" not in sound.stdout + sound.stderr
    assert sound.stdout.count("Verification: OK") == 2
    assert "the log holds" in sound.stdout
    assert "valid" in sound.stdout
    (copy / "observation-000002" / "manifest.sha256").write_text("")
    broken = judge_tool("sh", tmp_path / "check.sh", cwd=copy)
    assert broken.stdout.count("FAILED: observation-000002") == 2
    assert "FAILED: observation-000001" not in broken.stdout


def check_audit(folder: Path) -> "subprocess.CompletedProcess[str]":
    words = [sys.executable, "-I", "check_audit.py"]
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False, timeout=30)


def test_the_page_list_matches_the_records_to_the_second(bundle: tuple[Path, BundleReport]) -> None:
    pages, index, stored = [], [], {}
    for pack in sorted(bundle[0].glob("evidence-*.wacz")):
        with zipfile.ZipFile(pack) as wacz:
            pages += [json.loads(line) for line in wacz.read("pages/pages.jsonl").splitlines()][1:]
            lines = wacz.read("indexes/index.cdx").decode().splitlines()
            assert lines == sorted(lines)
            index += lines
            stored |= {entry.filename: entry.compress_type for entry in wacz.infolist()}
    assert [(page["url"], page["ts"]) for page in pages] == [
        (URL, "2026-11-20T08:30:16Z"),
        ("https://b.example/", "2026-11-20T08:30:15Z"),
    ]
    assert pages[0]["title"] == "Siêu thị giá rẻ"
    assert "NGUYEN VAN A" in pages[0]["text"]
    assert any(line.startswith("example,shop-sale)/khuyen-mai 20261120083016 ") for line in index)
    assert {stored[name] for name in stored if name.startswith("archive/")} == {zipfile.ZIP_STORED}


def test_the_readme_is_inert_and_bilingual(bundle: tuple[Path, BundleReport]) -> None:
    text = (bundle[0] / "README.md").read_text()
    assert text.index("Gói chứng cứ") < text.index("Evidence bundle")
    assert "<b>" not in text
    assert "\u202e" not in text
    assert "for visit in observation-*" in text


def test_the_same_evidence_gives_the_same_bundle(
    tmp_path: Path, sqlite_engine: Engine, artifact_store: ArtifactStore
) -> None:
    with write_session(sqlite_engine) as session:
        number = seal_one(session, artifact_store, browser_visit(), None)
        reports = [
            export_bundle(session, artifact_store, observation_ids=[number], title="t", out=tmp_path / name)
            for name in ("a.zip", "b.zip")
        ]
    assert reports[0].digest == reports[1].digest == hashlib.sha256((tmp_path / "b.zip").read_bytes()).hexdigest()
    assert reports[0].unstamped == ((number, "pending"),)
    assert sorted(path.suffix for path in tmp_path.glob("*.zip*")) == [".zip", ".zip"]


def test_a_case_brings_all_its_sealed_visits(
    tmp_path: Path, sqlite_engine: Engine, artifact_store: ArtifactStore
) -> None:
    with write_session(sqlite_engine) as session:
        numbers = [seal_one(session, artifact_store, visit, None) for visit in (browser_visit(), plain_visit())]
        row = Assessment(
            url=URL, host="h", domain="h", assessed_at=NOW, level="likely", points=5, probability=0.9, rule_set="r1"
        )
        case = Case(host="h", domain="h", url=URL, state="new", level="likely", points=5, opened_at=NOW, updated_at=NOW)
        session.add_all([row, case])
        session.flush()
        for number in numbers:
            session.get_one(Observation, number).assessment_id = row.id
        with pytest.raises(EvidenceError, match="assessment 1: added"):
            export_bundle(session, artifact_store, case_id=case.id, title="t", out=tmp_path / "x.zip")
        record_assessment(session, row, now=NOW)
        report = export_bundle(
            session, artifact_store, case_id=case.id, title="t", out=tmp_path / "x.zip", actor="desk", now=NOW
        )
        assert report.observations == tuple(numbers)


def test_a_bundle_names_nothing_of_another_case(
    tmp_path: Path, sqlite_engine: Engine, artifact_store: ArtifactStore
) -> None:
    other = replace(plain_visit(), requested_url="https://another-case.example/")
    with write_session(sqlite_engine) as session:
        first, _, last = (
            seal_one(session, artifact_store, each, None) for each in (browser_visit(), other, plain_visit())
        )
        out = tmp_path / "x.zip"
        export_bundle(session, artifact_store, observation_ids=[first, last], title="t", out=out)
    with zipfile.ZipFile(out) as archive:
        archive.extractall(tmp_path / "x")
    assert "another-case" not in (tmp_path / "x" / "audit.jsonl").read_text()
    assert check_audit(tmp_path / "x").returncode == 0


def test_altered_evidence_is_not_exported(tmp_path: Path, sqlite_engine: Engine, artifact_store: ArtifactStore) -> None:
    with write_session(sqlite_engine) as session:
        number = seal_one(session, artifact_store, browser_visit(), None)
        session.get_one(Observation, number).status = 404
        session.flush()
        with pytest.raises(EvidenceError, match=r"observation 1 does not hold.*status.*404"):
            export_bundle(session, artifact_store, observation_ids=[number], title="t", out=tmp_path / "x.zip")
    assert not list(tmp_path.glob("*.zip*"))


@pytest.mark.parametrize(
    ("chosen", "words"),
    [({"observation_ids": [9]}, "observation 9 does not exist"), ({"case_id": 9}, "no case 9"), ({}, "nothing was")],
)
def test_nothing_to_export_says_so(
    chosen: dict[str, object], words: str, tmp_path: Path, sqlite_engine: Engine, artifact_store: ArtifactStore
) -> None:
    with write_session(sqlite_engine) as session, pytest.raises(EvidenceError, match=words):
        export_bundle(session, artifact_store, title="t", out=tmp_path / "x.zip", **chosen)  # type: ignore[arg-type]


def test_a_folder_that_cannot_be_written_says_so(
    tmp_path: Path, sqlite_engine: Engine, artifact_store: ArtifactStore
) -> None:
    with write_session(sqlite_engine) as session:
        number = seal_one(session, artifact_store, plain_visit(), None)
        with pytest.raises(EvidenceError, match="choose a folder"):
            export_bundle(session, artifact_store, observation_ids=[number], title="t", out=tmp_path / "no" / "x.zip")


def test_a_visit_that_brought_no_page_is_exported_too(
    tmp_path: Path, sqlite_engine: Engine, artifact_store: ArtifactStore, judge_tool: Judge
) -> None:
    dead = Visit("https://dead.example/", "", plain_visit().vantage, Outcome.DNS_FAILED, NOW, NOW, "no such name")
    with write_session(sqlite_engine) as session:
        number = seal_one(session, artifact_store, dead, None)
        export_bundle(session, artifact_store, observation_ids=[number], title="t", out=tmp_path / "x.zip")
    with zipfile.ZipFile(tmp_path / "x.zip") as archive:
        archive.extract("evidence-plain.wacz", tmp_path)
    assert judge_tool("wacz", "validate", "-f", tmp_path / "evidence-plain.wacz").returncode == 0


@pytest.mark.parametrize("parsed", [True, False])
def test_what_a_page_holds_never_keeps_its_evidence_from_being_packed(
    tmp_path: Path,
    sqlite_engine: Engine,
    artifact_store: ArtifactStore,
    monkeypatch: pytest.MonkeyPatch,
    parsed: bool,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RecursionError("a tree too deep")

    if not parsed:
        monkeypatch.setattr("crawler.evidence.bundle_page.first_look", fail)
    headers = (("Content-Type", "text/html; charset=utf-8"), ("Content-Encoding", "foo"))
    odd = replace(plain_visit(), exchanges=(exchange("https://b.example/", headers=headers, body=HTML),))
    with write_session(sqlite_engine) as session:
        number = seal_one(session, artifact_store, odd, None)
        export_bundle(session, artifact_store, observation_ids=[number], title="t", out=tmp_path / "x.zip")
    with zipfile.ZipFile(tmp_path / "x.zip") as archive:
        archive.extract("evidence-plain.wacz", tmp_path)
    with zipfile.ZipFile(tmp_path / "evidence-plain.wacz") as wacz:
        page = json.loads(wacz.read("pages/pages.jsonl").splitlines()[1])
    assert page["title"] == ("Siêu thị giá rẻ" if parsed else "https://b.example/")
    assert ("NGUYEN VAN A" in page["text"]) is parsed


def test_a_bundle_full_of_hostile_text_is_whole(
    tmp_path: Path, sqlite_engine: Engine, artifact_store: ArtifactStore, judge_tool: Judge
) -> None:
    ugly = "\x00\ud800\u202e`|$x${y}\x1b[31m\r\n../../etc/passwd"
    headers = (("Content-Type", f"text/html; {ugly}"), (ugly, ugly))
    hostile = replace(
        browser_visit(),
        requested_url=f"https://a.example/{ugly}",
        final_url=f"https://a.example/{ugly}",
        reason=ugly,
        dom=f"<title>{ugly.replace(chr(0xD800), '')}</title>".encode(),
        exchanges=(exchange(f"https://a.example/{ugly}", headers=headers, body=b"<p>x", decoded=True),),
    )
    with write_session(sqlite_engine) as session:
        number = seal_one(session, artifact_store, hostile, None)
        export_bundle(session, artifact_store, observation_ids=[number], title=ugly, out=tmp_path / "x.zip")
    with zipfile.ZipFile(tmp_path / "x.zip") as archive:
        names = archive.namelist()
        archive.extractall(tmp_path / "out")
    assert all(re.fullmatch(r"(observation-000001/)?[A-Za-z0-9_.-]+", name) for name in names)
    readme = (tmp_path / "out" / "README.md").read_text()
    assert all(character.isprintable() or character == "\n" for character in readme)
    assert judge_tool("sha256sum", "-c", "SHA256SUMS", cwd=tmp_path / "out").returncode == 0
    assert judge_tool("wacz", "validate", "-f", tmp_path / "out" / "evidence-desktop.wacz").returncode == 0
    assert judge_tool("warcio", "check", tmp_path / "out" / "observation-000001" / "response.warc.gz").returncode == 0


def test_pywb_replays_the_page(bundle: tuple[Path, BundleReport], judge_tool: Judge, tmp_path: Path) -> None:
    unpack_for_replay(bundle[0], judge_tool, tmp_path)
    with replay_server(tmp_path) as base:
        page = read(f"{base}/evidence-desktop/20261120083016mp_/{URL}")
        plain = read(f"{base}/evidence-plain/mp_/https://b.example/")
        picture = read(f"{base}/evidence-desktop/mp_/urn:fullPage:{URL}")
    assert "Chuyển khoản trước cho NGUYEN VAN A" in page.decode()
    assert "Giảm 90% hôm nay" in plain.decode()
    assert picture.startswith(b"\xff\xd8\xff")


def unpack_for_replay(folder: Path, judge_tool: Judge, into: Path) -> None:
    """A collection for each package, as the bundle's own README says."""
    for pack in sorted(folder.glob("evidence-*.wacz")):
        for words in (("init", pack.stem), ("add", "--unpack-wacz", pack.stem, pack)):
            added = judge_tool("wb-manager", *words, cwd=into)
            assert added.returncode == 0, added.stderr


def test_a_site_that_hides_from_desktops_is_replayed_as_each_saw_it(
    tmp_path: Path, sqlite_engine: Engine, artifact_store: ArtifactStore, judge_tool: Judge
) -> None:
    """Both visits fall into the same second."""
    seen = {DESKTOP: b"<p>Bep nha que", PHONE: b"<p>Nhap ma OTP"}
    with write_session(sqlite_engine) as session:
        numbers = [
            seal_one(
                session,
                artifact_store,
                replace(browser_visit(), vantage=vantage, exchanges=(exchange(URL, body=body, decoded=True),)),
                None,
            )
            for vantage, body in seen.items()
        ]
        export_bundle(session, artifact_store, observation_ids=numbers, title="t", out=tmp_path / "x.zip")
    with zipfile.ZipFile(tmp_path / "x.zip") as archive:
        archive.extractall(tmp_path / "out")
    assert check_audit(tmp_path / "out").returncode == 0
    unpack_for_replay(tmp_path / "out", judge_tool, tmp_path)
    with replay_server(tmp_path) as base:
        for vantage, body in seen.items():
            assert body in read(f"{base}/evidence-{vantage.name}/mp_/{URL}")


# What `wayback` does, but on a free port that it tells.
SERVER = """
from gevent.monkey import patch_all; patch_all()
from gevent.pywsgi import WSGIServer
from pywb.apps.frontendapp import FrontEndApp
server = WSGIServer(("127.0.0.1", 0), FrontEndApp(), log=None)
server.start()
print("port", server.server_port, flush=True)
server.serve_forever()
"""


@contextmanager
def replay_server(folder: Path) -> Iterator[str]:
    """pywb over the collections in ``folder``; gives its address on loopback."""
    words = [str(JUDGES / "python"), "-c", SERVER]
    with (folder / "pywb.log").open("w") as log:
        server = subprocess.Popen(words, cwd=folder, stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        assert server.stdout
        told = next((line for line in server.stdout if line.startswith("port ")), "")
        assert told, (folder / "pywb.log").read_text()
        yield f"http://127.0.0.1:{told.split()[1]}"
    finally:
        server.kill()
        server.communicate()


def read(url: str) -> bytes:
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            return bytes(answer.read())
    except urllib.error.HTTPError as error:
        raise AssertionError(error.read()[:2000]) from None
