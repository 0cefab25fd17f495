"""The owner-record pages: a police officer's request becomes a dossier; others' stay shut; every look is noted."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from storage.db import read_session, write_session
from storage.models import AuditEntry, DomainRecord, RecordAsk, RecordItem, RecordMail, RecordRequest
from storage.vault import Vault, add_key
from takedown.actor import CONSOLE, Actor, Role
from takedown.delivery.replies import take_reply
from takedown.records.keeping import erase_request
from takedown.web.app import create_app
from takedown.web.desk import Desk
from tests.takedown.desk import NOW, hire
from tests.takedown.web.conftest import PASSWORD, SignIn

KHANH = Actor("khanh", frozenset({Role.POLICE}))
FIELDS = {
    "document_number": "45/CV-PA05",
    "document_date": "2026-11-24",
    "agency": "Công an Thành phố",
    "unit": "PA05",
    "officer": "Trần Thị <script>Bưởi</script>",
    "case_number": "123/2026",
    "legal": "luat_an_ninh_mang_2025_thong_tin",
    "urgency": "24h",
    "purpose": "xác minh chủ thể",
    "pasted": "hxxps://shop-a[.]example/x\nmau-thu.vn\n=khong\u202e phai",
}


@pytest.fixture
def enter(desk: Desk, tmp_path: Path) -> SignIn:
    """The desk with a key, and a domain that was looked up."""
    add_key(tmp_path / "keys")
    app = create_app(replace(desk, records_key_file=str(tmp_path / "keys")))
    hire(desk.engine, KHANH)
    with write_session(desk.engine) as session:
        facts = {"registrar": "GoDaddy.com, LLC", "registrar_id": "146"}
        session.add(DomainRecord(domain="shop-a.example", host="shop-a.example", looked_up_at=NOW, facts=facts))
        session.commit()

    def sign_in(name: str) -> TestClient:
        client = TestClient(app, base_url="http://desk.example", follow_redirects=False)
        assert client.post("/sign-in", data={"name": name, "password": PASSWORD}).status_code == 303
        return client

    return sign_in


def send(client: TestClient, path: str, files: dict[str, tuple[str, bytes]] | None = None, **fields: str):  # type: ignore[no-untyped-def]
    found = re.search(r'name="csrf" value="([^"]+)"', client.get("/records").text)
    assert found is not None
    return client.post(path, data={"csrf": found[1], **fields}, files=files)


def test_a_police_request_becomes_a_dossier(enter: SignIn, desk: Desk) -> None:
    police, reviewer, approver = enter("giang"), enter("an"), enter("chi")
    made = send(police, "/records", **FIELDS)
    assert made.status_code == 200
    assert "not attached" in made.text
    assert "<script>Bưởi" not in made.text
    assert "⟨U+202E⟩" in made.text  # spelt out, not obeyed
    order = {"order": ("cv 45.pdf", b"%PDF-1.7 order")}
    assert "Còn thiếu" not in send(police, "/records", order, **FIELDS, amend="1").text
    assert send(approver, "/records/1/accept").status_code == 303
    assert send(reviewer, "/records/1/ask").status_code == 303
    with read_session(desk.engine) as session:
        letter = session.exec(
            select(RecordAsk).where(RecordAsk.recipient_id == "vnnic", RecordAsk.kind == "disclose")
        ).one()
    assert send(approver, f"/records/letters/{letter.id}/sent", proof="Số 12/SKHCN").status_code == 303
    answer = {"about": "mau-thu.vn", "source": "Số 9", "facts": "Chủ thể: Nguyễn Văn A", "letter": str(letter.id)}
    assert send(reviewer, "/records/1/answers", **answer).status_code == 303
    opened = send(police, "/records/1/open", reason="đọc")
    assert opened.status_code == 200
    assert "Nguyễn Văn A" in opened.text
    assert "&lt;script&gt;Bưởi" in opened.text
    given = send(approver, "/records/1/dossier", reason="trả lời", deliver="true")
    assert given.headers["content-type"] == "application/zip"
    assert "sandbox" in given.headers["content-security-policy"]
    names = zipfile.ZipFile(io.BytesIO(given.content)).namelist()
    assert names == ["ho-so-1.pdf", "ho-so-1.docx", "ho-so-1.csv", "ho-so-1.json"]
    back = send(police, "/records/1/file", file="cv 45.pdf", reason="so lại")
    assert back.content == b"%PDF-1.7 order"
    assert send(approver, "/records/1/close", reason="đã nhận").status_code == 303
    with read_session(desk.engine) as session:
        looks = [
            e.actor for e in session.exec(select(AuditEntry)) if e.action in {"records.viewed", "records.exported"}
        ]
    assert looks == ["giang", "chi", "giang"]


def test_an_overdue_letter_is_listed_reminded_of_and_looks_are_told(enter: SignIn, desk: Desk) -> None:
    police, reviewer, approver = enter("giang"), enter("an"), enter("chi")
    send(police, "/records", {"order": ("cv.pdf", b"%PDF-1.7 order")}, **FIELDS)
    send(approver, "/records/1/accept")
    send(reviewer, "/records/1/ask")
    with write_session(desk.engine) as session:
        letter = session.exec(select(RecordAsk).where(RecordAsk.recipient_id == "vnnic")).first()
        assert letter is not None
        letter.state, letter.due_at, number = "sent", NOW - timedelta(hours=30), letter.id
        session.commit()
    assert "<b>1</b> công văn quá hạn" in reviewer.get("/records").text
    assert f"/records/letters/{number}/remind" in reviewer.get("/records/overdue").text
    assert police.get("/records/overdue").status_code == 403
    assert send(reviewer, f"/records/letters/{number}/remind").status_code == 303
    assert "Không có công văn nào quá hạn" in reviewer.get("/records/overdue").text
    assert "đã nhắc" in reviewer.get("/records/1").text
    assert send(reviewer, f"/records/letters/{number}/remind").status_code == 409, "its clock runs anew"
    send(police, "/records/1/open", reason="thẩm định <b>")
    told = approver.get("/records/looks", params={"q": "mau-thu.vn"}).text
    assert "giang" in told
    assert "thẩm định &lt;b&gt;" in told
    assert "không phải số yêu cầu" in approver.get("/records/looks", params={"q": "a b c ?"}).text
    assert reviewer.get("/records/looks").status_code == 403


def test_another_officers_request_stays_shut(enter: SignIn) -> None:
    owner, other = enter("giang"), enter("khanh")
    send(owner, "/records", **FIELDS)
    assert "45/CV-PA05" in owner.get("/records").text
    assert "45/CV-PA05" not in other.get("/records").text
    assert other.get("/records/1").status_code >= 400
    for path, fields in (("open", {}), ("dossier", {}), ("file", {"file": "x"})):
        answer = send(other, f"/records/1/{path}", reason="tò mò", **fields)
        assert answer.status_code >= 400, path
        assert "Bưởi" not in answer.text
    assert send(enter("an"), "/records/1/open", reason="x").status_code >= 400
    assert "Bưởi" not in owner.get("/records/1").text  # not before a reason is given


def test_what_is_missing_is_said_before_it_is_accepted(enter: SignIn) -> None:
    send(enter("giang"), "/records", **{**FIELDS, "legal": "", "document_date": ""})
    refused = send(enter("chi"), "/records/1/accept")
    assert refused.status_code >= 400
    assert "no legal basis" in refused.text
    assert send(enter("giang"), "/records", document_date="hôm qua").status_code >= 400
    assert send(enter("giang"), "/records", {"order": ("a.exe", b"MZ")}, **FIELDS).status_code >= 400


def test_without_a_key_the_pages_say_so(sign_in: SignIn) -> None:
    client = sign_in("giang")
    assert client.get("/records").status_code == 200
    answer = send(client, "/records", **FIELDS)
    assert answer.status_code >= 400
    assert "new-key" in answer.text


def test_a_mailed_answer_is_read_for_a_reason_and_entered(enter: SignIn, desk: Desk, tmp_path: Path) -> None:
    police, reviewer, approver = enter("giang"), enter("an"), enter("chi")
    send(police, "/records", {"order": ("cv.pdf", b"%PDF-1.7 order")}, **FIELDS)
    send(approver, "/records/1/accept")
    with write_session(desk.engine) as session:
        item = session.exec(select(RecordItem).where(RecordItem.value == "mau-thu.vn")).one()
        session.add(
            RecordAsk(
                request_id=1, kind="disclose", recipient_id="x", recipient_name="X", role="registrar", state="sent",
                items=[item.id], token="HS-23456789AB", prepared_by="an", prepared_at=NOW,
            )
        )  # fmt: skip
        session.flush()
        head = "From: a@b.example\r\nSubject: HS-23456789AB <b>\r\nContent-Type: text/plain; charset=utf-8"
        text = f"{head}\r\n\r\nChủ thể là <script>Nguyễn Văn A\u202e\r\n"
        take_reply(session, desk.store, text.encode(), now=NOW, vault=Vault.load(tmp_path / "keys"))
        session.commit()
    assert "<b>1</b> thư trả lời chờ xem" in reviewer.get("/records").text
    assert "/records/mails/1/open" in reviewer.get("/records/mails").text
    assert "/records/mails/1/open" in reviewer.get("/records/1").text
    assert police.get("/records/mails").status_code == 403
    assert "/records/mails/1/open" not in police.get("/records/1").text
    assert send(police, "/records/mails/1/open", reason="x").status_code == 403
    assert send(reviewer, "/records/mails/1/open", reason=" ").status_code == 409
    shown = send(reviewer, "/records/mails/1/open", reason="ghi trả lời").text
    assert "&lt;script&gt;Nguyễn Văn A⟨U+202E⟩" in shown
    assert "khac.vn" in send(reviewer, "/records/mails/1/accept", about="khac.vn", facts="a: b").text
    assert send(reviewer, "/records/mails/1/accept", about="mau-thu.vn", facts="Chủ thể: A").status_code == 303
    assert send(reviewer, "/records/mails/1/dismiss", reason="x").status_code == 409
    with read_session(desk.engine) as session:
        assert session.exec(select(RecordAsk)).one().state == "answered"
    with write_session(desk.engine) as session:
        session.get_one(RecordRequest, 1).state = "closed"
        erase_request(session, 1, reason="hết hạn", actor=CONSOLE, now=NOW)
        take_reply(session, desk.store, text.replace("a@b", "c@b").encode(), now=NOW)
        session.commit()
        late = session.exec(select(RecordMail)).one().id
    listed = reviewer.get("/records/mails").text
    assert "Dẫn yêu cầu đã xóa" in listed
    assert f"/records/mails/{late}/open" not in listed
    assert send(reviewer, f"/records/mails/{late}/open", reason="x").status_code == 409
    assert send(reviewer, f"/records/mails/{late}/dismiss", reason="trả lại").status_code == 303
    assert "Dẫn yêu cầu đã xóa" not in reviewer.get("/records/mails").text
