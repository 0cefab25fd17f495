"""Tokens on the account page, and a password that somebody else knows."""

import re

import pytest
from sqlmodel import select

from storage.models import ApiToken, AuditEntry
from takedown.actor import CONSOLE
from takedown.drafting import draft_notices
from takedown.errors import NotAllowedError
from takedown.four_eyes import confirm_person
from takedown.notices import release_notice
from takedown.staff import set_password
from takedown.web.desk import Desk
from tests.takedown.desk import AN, CHI, HEAD, NOW
from tests.takedown.web.conftest import HOA, PASSWORD, SignIn, token

NEW = "nhieu chu khac nhau het"


def test_a_token_is_made_with_the_password_shown_once_and_revoked(desk: Desk, sign_in: SignIn) -> None:
    client = sign_in("an")
    data = {"csrf": token(client), "label": "đồng bộ <b>", "scopes": ["cases:read"], "days": "30"}
    assert client.post("/me/tokens", data=data | {"password": "khong phai mat khau"}).status_code == 422
    page = client.post("/me/tokens", data=data | {"password": PASSWORD})
    found = re.search(r"lachan_[0-9a-f]{12}_[A-Za-z0-9_-]{43}", page.text)
    assert found is not None
    assert "đồng bộ &lt;b&gt;" in page.text
    assert found.group() not in client.get("/me").text
    headers = {"Authorization": f"Bearer {found.group()}"}
    assert sign_in("").get("/api/v1/me", headers=headers).json()["scopes"] == ["cases:read"]
    assert client.post("/me/tokens/1/revoke", data={"csrf": token(client)}).status_code == 303
    assert sign_in("").get("/api/v1/me", headers=headers).status_code == 401
    beyond = client.post("/me/tokens", data=data | {"password": PASSWORD, "scopes": ["audit:read"]})
    assert (beyond.status_code, "không làm được hơn chủ" in beyond.text) == (422, True)
    with desk.reading() as session:
        assert session.exec(select(ApiToken)).one().revoked_at is not None


def test_a_password_set_by_another_opens_the_account_page_alone(desk: Desk, sign_in: SignIn) -> None:
    admin = sign_in("hoa")
    data = {"csrf": token(admin), "name": "chi", "password": NEW}
    assert admin.post("/people/password", data=data).status_code == 303
    client = sign_in("")
    assert client.post("/sign-in", data={"name": "chi", "password": NEW}).status_code == 303
    assert client.get("/cases").headers["location"] == "/me"
    assert "hoa đặt" in client.get("/me").text
    change = {"csrf": token(client, "/me"), "old": NEW, "new": PASSWORD, "again": PASSWORD}
    assert client.post("/me/password", data=change).status_code == 303
    assert client.get("/cases").status_code == 200
    with desk.reading() as session:
        told = session.exec(select(AuditEntry).where(AuditEntry.action == "staff.password")).all()
    assert [(entry.actor, entry.detail) for entry in told] == [("hoa", {"must_change": True}), ("chi", {})]


def test_whoever_knows_two_passwords_is_not_two_people(desk: Desk, number: int) -> None:
    with desk.writing() as session:
        made = draft_notices(session, desk.store, number, head=HEAD, actor=AN, now=NOW, recipients=["cloudflare"])
        set_password(session, name="chi", password=NEW, actor=HOA, now=NOW)
    with pytest.raises(NotAllowedError, match="was set by «hoa»"), desk.writing() as session:
        release_notice(session, made[0].id or 0, actor=CHI, now=NOW)
    with desk.writing() as session:
        set_password(session, name="chi", password=PASSWORD, actor=CHI, now=NOW)
        with pytest.raises(NotAllowedError, match="another confirms it"):
            release_notice(session, made[0].id or 0, actor=CHI, now=NOW)
        confirm_person(session, name="chi", only_account=True, actor=CONSOLE, now=NOW)
        assert release_notice(session, made[0].id or 0, actor=CHI, now=NOW).approved_by == "chi"


def test_a_fault_says_what_it_is(sign_in: SignIn) -> None:
    client = sign_in("an")
    for path, status, said in (
        ("/nothing", 404, "Không có trang này"),
        ("/cases/abc", 404, "Không có trang này"),
        ("/cases/bulk", 404, "Không có trang này"),
        ("/notices/1/release", 405, "chỉ nhận biểu mẫu"),
    ):
        answer = client.get(path)
        assert (answer.status_code, said in answer.text) == (status, True), path
    long = client.post("/views", data={"csrf": token(client), "name": "x" * 100, "query": ""})
    assert (long.status_code, "«Tên»: 100 ký tự, nhiều nhất 60" in long.text) == (422, True)
