"""Mails without a code at the desk and by call: read as text, attached or dismissed, by the roles that may."""

from email.message import EmailMessage

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from storage.models import AuditEntry, Reply
from takedown.delivery.replies import take_reply
from takedown.web.desk import Desk
from tests.takedown.desk import NOW
from tests.takedown.web.conftest import SignIn, token


@pytest.fixture
def strays(desk: Desk, number: int) -> int:
    """Two mails; the number of a case."""
    with desk.writing() as session:
        for name in ("Một", "Hai"):
            mail = EmailMessage()
            mail["From"], mail["Subject"] = "Chủ trang <chu@shop-a.example>", f"<b>{name}</b> HS-2345678{name[0]}"
            mail.set_content("Xem <script>alert(1)</script> https://shop-a.example/ ‮\n")
            mail.add_attachment(b"MZ", maintype="application", subtype="octet-stream", filename="anh.exe")
            take_reply(session, desk.store, mail.as_bytes(), now=NOW)
    return number


def send(client: TestClient, path: str, **fields: str) -> int:
    return client.post(path, data={"csrf": token(client, "/me"), **fields}).status_code


def test_they_are_read_as_text_and_leave_the_list_by_a_persons_word(sign_in: SignIn, desk: Desk, strays: int) -> None:
    reviewer = sign_in("an")
    assert "thư đến không có mã" in reviewer.get("/cases").text
    page = reviewer.get("/replies").text
    assert "&lt;script&gt;" in page
    assert "⟨U+202E⟩" in page
    assert "<script>alert" not in page
    assert page.count("/attach") == 2
    assert page.count("công văn hồ sơ mà sổ không còn") == 2, "perhaps of a request that was erased long ago"
    wrong = ({"place": "x"}, {"place": "case", "target": "0"}, {"place": "case", "target": "99"}, {"reason": " "})
    for fields in wrong:
        told = {"place": "case", "target": str(strays), "reason": "chủ trang viết", **fields}
        assert send(reviewer, "/replies/1/attach", **told) in {404, 409, 422}, fields
    assert send(reviewer, "/replies/1/attach", place="letter", target="1", reason="x") == 409, "no key, no letter"
    assert send(reviewer, "/replies/1/attach", place="case", target=str(strays), reason="chủ trang viết") == 303
    assert send(sign_in("chi"), "/replies/1/dismiss", reason="quảng cáo") == 409, "another person was first"
    assert send(reviewer, "/replies/2/dismiss", reason="quảng cáo") == 303
    assert "/attach" not in reviewer.get("/replies").text
    assert f"/cases/{strays}" in reviewer.get("/replies?state=attached").text
    assert "quảng cáo" in reviewer.get("/replies?state=dismissed").text
    assert reviewer.get("/replies?state=%00&before=99999999999999").status_code == 200
    with desk.reading() as session:
        actions = [entry.action for entry in session.exec(select(AuditEntry)) if entry.action.startswith("reply.")]
        assert actions == ["reply.attached", "reply.dismissed"]


@pytest.mark.parametrize("name", ["dung", "giang", "hoa"])
def test_who_works_on_no_case_neither_reads_nor_settles_them(
    sign_in: SignIn, desk: Desk, strays: int, name: str
) -> None:
    client = sign_in(name)
    assert client.get("/replies").status_code == 403
    assert send(client, "/replies/1/dismiss", reason="x") == 403
    assert send(client, "/replies/1/attach", place="case", target=str(strays), reason="x") == 403
    with desk.reading() as session:
        assert {row.state for row in session.exec(select(Reply))} == {"unmatched"}
