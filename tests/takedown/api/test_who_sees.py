"""Personal data by every role: on no page, in no call and in no command without its role and a reason that stays."""

import io
import json
import re
import zipfile
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select

from crawler.detection.facts import DomainFacts, Lookup, LookupState, Statement
from crawler.enrichment import Enrichment, record_domain
from crawler.evidence.assessed import record_assessment
from crawler.evidence.export import export_bundle
from crawler.evidence.seal import record_observation, seal
from storage.audit import verify_audit
from storage.models import Assessment, AuditEntry, Observation, RecordAsk, RecordItem, RecordMail
from storage.vault import Vault
from takedown.actor import CONSOLE
from takedown.cli import main
from takedown.delivery.replies import take_reply
from takedown.records.answers import AnswerState, add_answer
from takedown.records.gate import Asked, Attachment, Urgency
from takedown.records.keeping import who_saw
from takedown.records.requests import accept_request, take_request
from takedown.records.subjects import read_subjects
from takedown.web.access import routes_of
from takedown.web.app import create_app
from takedown.web.desk import Desk
from tests.crawler.evidence.visits import browser_visit
from tests.takedown.api.conftest import Ask
from tests.takedown.api.test_walk import paths
from tests.takedown.desk import AN, CHI, NOW, proven_case
from tests.takedown.web.conftest import GIANG, PASSWORD

NAMES = ("an", "chi", "dung", "giang", "hoa")  # reviewer, approver, auditor, police who asks, administrator
DOMAIN = "shop-a.example"
SECRETS = ("Officer-Kin", "Purpose-Kin", "Owner-Kin", "Answered-Kin", "Mailed-Kin", "0901234567", "Pasted-Kin")
REASON = "vì lý do 77"
MAKER, ENTERS = {"giang", "chi"}, {"an", "chi"}


@dataclass
class Office:
    """A desk with one of everything that names people."""

    desk: Desk
    vault: Vault
    record: int

    def looks(self) -> list[tuple[str, str, str]]:
        """(who, what, why) of every look so far."""
        actions = ("records.viewed", "records.exported", "domain.answer_opened")
        with self.desk.reading() as session:
            query = select(AuditEntry).where(col(AuditEntry.action).in_(actions)).order_by(col(AuditEntry.sequence))
            return [(e.actor, e.action, str(e.detail.get("reason"))) for e in session.exec(query)]


@pytest.fixture
def office(desk: Desk) -> Office:
    vault, store = Vault.load(desk.records_key_file), desk.store
    proven_case(desk.engine, store)
    said = Lookup("rdap", LookupState.FOUND, "rdap.example", "", NOW)
    facts = DomainFacts(
        DOMAIN, DOMAIN, NOW, (said,), registrar="Registrar A", registrant="Owner-Kin",
        statements=(Statement("registrant", "Owner-Kin", "rdap", "rdap.example", "low", NOW),),
    )  # fmt: skip
    asked = Asked(
        document_number="45/CV", document_date=(NOW - timedelta(days=1)).date(), agency="Công an", unit="PA05",
        officer="Officer-Kin", contact="028", case_number="1", legal=("luat_an_ninh_mang_2025_thong_tin",),
        urgency=Urgency.HOURS_24, purpose="Purpose-Kin", subjects=read_subjects(f"{DOMAIN}\n0901234567"),
        pasted=f"{DOMAIN} Pasted-Kin", received_at=NOW,
    )  # fmt: skip
    with desk.writing() as session:
        record = record_domain(session, Enrichment(facts, {"rdap": b"Owner-Kin"}), store, vault)
        order = Attachment.read("cv.pdf", b"%PDF-1.7 Officer-Kin")
        number = take_request(session, store, vault, asked, order=order, actor=GIANG, now=NOW).request.id or 0
        accept_request(session, vault, number, actor=CHI, now=NOW)
        item = session.exec(select(RecordItem).where(RecordItem.value == DOMAIN)).one()
        session.add(
            RecordAsk(
                request_id=number, kind="disclose", recipient_id="x", recipient_name="X", role="registrar",
                state="sent", items=[item.id], token="HS-23456789AB", prepared_by="an", prepared_at=NOW,
            )
        )  # fmt: skip
        session.flush()
        add_answer(
            session, store, vault, number, about=DOMAIN, state=AnswerState.FOUND, source="Số 9",
            facts=(("Chủ thể", "Answered-Kin"),), received_at=NOW, actor=AN, now=NOW,
        )  # fmt: skip
        mail = EmailMessage()
        mail["From"], mail["Subject"] = "Mailed-Kin <a@b.example>", "HS-23456789AB"
        mail.set_content("Mailed-Kin")
        take_reply(session, store, mail.as_bytes(), now=NOW, vault=vault)
        session.commit()
    return Office(desk, vault, record)


def shown_by(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]


def packed(data: bytes) -> str:
    """Everything that lies in an archive, unpacked; an office document is one as well."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = [archive.read(name) for name in archive.namelist()]
    assert members
    return "\n".join(packed(one) if one[:4] == b"PK\x03\x04" else one.decode("utf-8", "replace") for one in members)


def sign_in(office: Office, name: str) -> TestClient:
    client = TestClient(create_app(office.desk), base_url="http://desk.example", follow_redirects=False)
    assert client.post("/sign-in", data={"name": name, "password": PASSWORD}).status_code == 303
    return client


@pytest.mark.parametrize("name", NAMES)
def test_no_page_shows_it_and_each_look_takes_its_role_and_a_reason(office: Office, name: str) -> None:
    client = sign_in(office, name)
    for route in routes_of(create_app(office.desk)):
        if "GET" in route.methods and route.path != "/sign-out":
            path = re.sub(r"{[^}]+}", "1", route.path)
            assert shown_by(client.get(path).text) == [], path
    assert office.looks() == []
    found = re.search(r'name="csrf" value="([^"]+)"', client.get("/welcome").text)
    assert found is not None
    looks: tuple[tuple[str, dict[str, str], set[str], str], ...] = (
        ("/records/1/open", {}, MAKER, "Owner-Kin"),
        ("/records/1/file", {"file": "cv.pdf"}, MAKER, "Officer-Kin"),
        ("/records/1/file", {"file": "thu-1.eml"}, ENTERS, "Mailed-Kin"),
        ("/records/mails/1/open", {}, ENTERS, "Mailed-Kin"),
        ("/records/1/dossier", {}, MAKER, "Answered-Kin"),
    )
    for path, fields, who, secret in looks:
        before = office.looks()
        for reason in ("", REASON):
            answer = client.post(path, data={"csrf": found[1], "reason": reason, **fields})
            if name in who and reason:
                told = packed(answer.content) if path.endswith("/dossier") else answer.text
                assert (answer.status_code, secret in told) == (200, True), (path, fields)
                assert office.looks()[len(before) :][-1:] == [(name, office.looks()[-1][1], REASON)], path
            else:
                assert (answer.status_code >= 400, shown_by(answer.text)) == (True, []), (path, fields)
                assert office.looks() == before, path


@pytest.mark.parametrize("name", NAMES)
def test_no_call_shows_it_and_each_look_takes_its_role_and_a_reason(office: Office, ask: Ask, name: str) -> None:
    client = ask(name)
    for method, path, _ in paths(office.desk, 1):
        if method == "GET":
            assert shown_by(client.get(path).text) == [], path
    assert office.looks() == []
    looks: tuple[tuple[str, dict[str, Any], set[str]], ...] = (
        ("/records/1/open", {}, MAKER),
        ("/records/1/files", {"file": "cv.pdf"}, MAKER),
        ("/records/1/dossier", {}, MAKER),
        ("/records/mails/1/open", {}, ENTERS),
    )
    known = {path for _, path, _ in paths(office.desk, 1)}
    for path, body, who in looks:
        assert path in known
        before = len(office.looks())
        refused = client.post(path, json={**body, "reason": " "})
        assert (refused.status_code >= 400, shown_by(refused.text), len(office.looks())) == (True, [], before), path
        answer = client.post(path, json={**body, "reason": REASON})
        if name in who:
            assert answer.status_code == 200, (path, answer.text)
            assert office.looks()[-1][::2] == (name, REASON)
        else:
            assert (answer.status_code, shown_by(answer.text), len(office.looks())) == (403, [], before), path


def test_a_mailed_answer_is_entered_by_calls_and_never_twice(office: Office, ask: Ask) -> None:
    client, key = ask("an"), {"Idempotency-Key": "entered-once"}
    (listed,) = client.get("/records/mails").json()["items"]
    assert (listed["id"], listed["kind"], listed["state"], len(listed["files"])) == (1, "answer", "waiting", 1)
    before = client.get("/records/mails/1").headers["etag"]
    opened = client.post("/records/mails/1/open", json={"reason": "nhập trả lời"}).json()
    assert "Mailed-Kin" in opened["text"]
    told = {"about": DOMAIN, "facts": [{"what": "Chủ thể", "value": "Mailed-Kin"}]}
    entered = client.post("/records/mails/1/answers", json=told, headers=key)
    assert (entered.status_code, shown_by(entered.text)) == (200, [])
    assert client.post("/records/mails/1/answers", json=told, headers=key).json() == entered.json()
    shown = client.get("/records/mails/1")
    assert (shown.json()["state"], shown.json()["answers"]) == ("accepted", [entered.json()["answer"]])
    assert client.get("/records/mails").json()["items"] == []
    assert client.get("/records/mails?state=accepted&after=1").json() == {"items": [], "next": None}
    late = client.post("/records/mails/1/dismiss", json={"reason": "trùng"}, headers={"If-Match": before})
    assert late.status_code == 412, "another person entered it meanwhile"
    gone = client.post(
        "/records/mails/1/dismiss", json={"reason": "trùng"}, headers={"If-Match": shown.headers["etag"]}
    )
    assert gone.status_code == 409
    with office.desk.writing() as session:
        row = session.get_one(RecordMail, 1)
        row.state, row.answers = "waiting", []
    tag = client.get("/records/mails/1").headers["etag"]
    done = client.post("/records/mails/1/dismiss", json={"reason": "quảng cáo"}, headers={"If-Match": tag})
    assert (done.json()["state"], done.json()["decided_by"], done.json()["reason"]) == ("dismissed", "an", "quảng cáo")
    assert (
        client.post("/records/mails/1/answers", json=told, headers={"Idempotency-Key": "after-it"}).status_code == 409
    )
    with office.desk.reading() as session:
        assert verify_audit(session).holds


def test_each_command_that_shows_it_takes_its_role_and_a_reason(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LACHAN_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("LACHAN_DATABASE_URL", str(office.desk.engine.url))
    monkeypatch.setenv("LACHAN_RECORDS_KEY_FILE", office.desk.records_key_file)

    def run(*words: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            main(words)
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out + err

    quiet = (
        ("whois", "history", DOMAIN), ("whois", "history", DOMAIN, "--json"), ("case", "1"), ("cases",),
        ("records", "list", "--as", "chi"), ("records", "mails", "1", "--as", "an"),
        ("records", "overdue", "--as", "chi"),
    )  # fmt: skip
    for words in quiet:
        assert shown_by(run(*words)[1]) == [], words
    loud: tuple[tuple[tuple[str, ...], set[str]], ...] = (
        (("records", "show", "1"), MAKER),
        (("records", "fetch", "1", "cv.pdf"), MAKER),
        (("records", "fetch", "1", "thu-1.eml"), ENTERS),
        (("records", "mail", "1"), ENTERS),
        (("records", "export", "1"), MAKER),
        (("whois", "answer", str(office.record), "rdap"), ENTERS),
        (("whois", "answer", str(office.record), "owner"), ENTERS),
    )
    for words, who in loud:
        for name in NAMES:
            before = office.looks()
            folder = ("-o", name) if words[1] in {"fetch", "answer", "export"} else ()
            code, said = run(*words, *folder, "--reason", " ", "--as", name)
            assert (code != 0, shown_by(said), office.looks()) == (True, [], before), (words, name)
            assert words[1] != "export" or not list((tmp_path / name).glob("**/*.docx")), "files before the reason"
            code, said = run(*words, *folder, "--reason", REASON, "--as", name)
            if name in who:
                assert (code, office.looks()[len(before) :]) == (0, [(name, office.looks()[-1][1], REASON)]), words
            else:
                assert (code != 0, shown_by(said), office.looks()) == (True, [], before), (words, name)
    with office.desk.reading() as session:
        seen = [(look.actor, look.action) for look in who_saw(session, DOMAIN, actor=CONSOLE, vault=office.vault)]
        assert len(seen) == sum(len(who) for _, who in loud)
        assert ("an", "answer_opened") in seen
        entries = json.dumps([e.detail for e in session.exec(select(AuditEntry))], ensure_ascii=False)
        assert shown_by(entries) == []
    for name in NAMES:
        files = list((tmp_path / name).glob("**/*")) if (tmp_path / name).exists() else []
        assert bool([file for file in files if file.suffix == ".docx"]) is (name in MAKER), (name, files)
    assert "Answered-Kin" in packed(next((tmp_path / "chi").glob("**/*.docx")).read_bytes())


def test_an_evidence_bundle_holds_what_is_sealed_as_it_lies(office: Office, tmp_path: Path) -> None:
    """Whoever reads cases may take one: registries' answers and owners' names leave in it as ciphertext alone."""
    visit, store = browser_visit(), office.desk.store
    with office.desk.writing() as session:
        judged = Assessment(
            url=f"https://{DOMAIN}/", host=DOMAIN, domain=DOMAIN, assessed_at=NOW, level="likely", points=3.0,
            probability=0.9, signals=[], rule_set="r1", domain_record_id=office.record,
        )  # fmt: skip
        session.add(judged)
        session.flush()
        sealed = seal(visit, store=store, sealed_at=NOW, rule_set="r1", audit_head="0" * 64)
        record_observation(session, sealed, visit, target_id=None, now=NOW, assessment_id=judged.id, site=DOMAIN)
        record_assessment(session, judged, now=NOW)
        seen = session.exec(select(Observation.id).where(Observation.assessment_id == judged.id)).all()
        out = tmp_path / "bundle.zip"
        export_bundle(session, store, out=out, title="x", observation_ids=[n for n in seen if n is not None], now=NOW)
    inside = packed(out.read_bytes())
    assert "record.json" in str(zipfile.ZipFile(out).namelist())
    assert (shown_by(inside), DOMAIN in inside) == ([], True)
