"""Every route by every role, and the ways in which a stranger might act for somebody."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from storage.models import Case, WebSession
from takedown.actor import Role
from takedown.staff import set_active
from takedown.web.access import access_of, routes_of
from takedown.web.app import create_app
from takedown.web.desk import Desk
from takedown.web.sessions import IDLE, LONGEST
from tests.takedown.desk import NOW
from tests.takedown.web.conftest import HOA, SignIn, token

PEOPLE = {
    "": frozenset[Role](),
    "an": frozenset({Role.REVIEWER}),
    "chi": frozenset({Role.APPROVER}),
    "dung": frozenset({Role.AUDITOR}),
    "giang": frozenset({Role.POLICE}),
    "hoa": frozenset({Role.ADMINISTRATOR}),
}


def test_every_route_states_who_may_open_it(desk: Desk) -> None:
    silent = [route.path for route in routes_of(create_app(desk)) if access_of(route) is None]
    assert silent == []


@pytest.mark.parametrize("name", PEOPLE)
def test_every_route_by_every_role(desk: Desk, sign_in: SignIn, number: int, name: str) -> None:
    client = sign_in(name)
    csrf = token(client, "/welcome") if name else ""
    for route in routes_of(create_app(desk)):
        access = access_of(route)
        assert access is not None
        if route.path in {"/sign-out", "/me/sessions/{number}/end"}:  # either would end the walker's own sign-in
            continue
        path = route.path.replace("{number}", str(number)).replace("{name}", "x").replace("{size}", "thumb")
        path = path.replace("{digest}", "00" * 32)
        answer = client.post(path, data={"csrf": csrf}) if "POST" in route.methods else client.get(path)
        allowed = access.roles is None or bool(access.roles & PEOPLE[name])
        if not name and access.roles is not None:
            assert answer.headers["location"].startswith("/sign-in"), path
        elif allowed:
            assert answer.status_code not in {401, 500} or path == "/sign-in", (path, answer.text)
            assert "mở trang này: cần vai" not in answer.text, path  # a service may say no for reasons of its own
        else:
            assert answer.status_code == 403, path
            assert "mở trang này: cần vai" in answer.text, path


def test_police_see_no_case(sign_in: SignIn, number: int) -> None:
    client = sign_in("giang")
    assert client.get("/").headers["location"] == "/welcome"
    for path in ("/cases", f"/cases/{number}", "/notices", f"/files/evidence/{number}"):
        answer = client.get(path)
        assert answer.status_code == 403
        assert "shop-a.example" not in answer.text


def test_a_change_needs_the_token_of_the_session(desk: Desk, sign_in: SignIn, number: int) -> None:
    client, other = sign_in("an"), sign_in("binh")
    for csrf in ("", "x", token(other)):
        assert client.post(f"/cases/{number}/undo", data={"csrf": csrf, "reason": "x"}).status_code == 403
    with desk.reading() as session:
        assert session.get_one(Case, number).state == "confirmed"
    done = client.post(f"/cases/{number}/undo", data={"csrf": token(client), "reason": "x"})
    assert done.status_code == 403, "this reviewer gave no verdict: the service says no, whatever the page shows"


@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}],
)
def test_a_form_of_another_site_is_turned_away(sign_in: SignIn, headers: dict[str, str]) -> None:
    client = sign_in("an")
    answer = client.post("/sign-out", data={"csrf": token(client)}, headers=headers)
    assert answer.status_code == 403
    assert client.get("/cases").status_code == 200


def test_a_session_ends_by_idling_by_age_and_by_being_blocked(desk: Desk, sign_in: SignIn) -> None:
    client = sign_in("an")
    assert client.get("/cases").status_code == 200
    with desk.writing() as session:
        row = session.exec(select(WebSession)).one()
        assert row.expires_at == NOW + LONGEST
        row.seen_at = NOW - IDLE - timedelta(seconds=1)
    assert client.get("/cases").status_code == 303
    client = sign_in("an")
    with desk.writing() as session:
        set_active(session, name="an", active=False, actor=HOA, now=NOW)
    assert client.get("/cases").status_code == 303


def test_signing_out_ends_it_on_the_server(sign_in: SignIn) -> None:
    client = sign_in("an")
    cookie = client.cookies["lachan_session"]
    client.post("/sign-out", data={"csrf": token(client)})
    client.cookies.set("lachan_session", cookie)
    assert client.get("/cases").status_code == 303


def test_wrong_passwords_cost_waiting_and_tell_nothing(sign_in: SignIn) -> None:
    client = sign_in("")
    for name in ("an", "nobody"):
        answer = client.post("/sign-in", data={"name": name, "password": "sai mat khau roi"})
        assert (answer.status_code, "Sai tên, mật khẩu hoặc mã" in answer.text) == (401, True)
    for _ in range(5):
        answer = client.post("/sign-in", data={"name": "an", "password": "sai mat khau roi"})
    assert "thử lại sau" in answer.text
    assert client.post("/sign-in", data={"name": "an", "password": "mot mat khau dai"}).status_code == 401


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_a_sign_in_leads_nowhere_else(sign_in: SignIn, to: str) -> None:
    client = sign_in("")
    answer = client.post("/sign-in", data={"name": "an", "password": "mot mat khau dai", "to": to})
    assert answer.headers["location"] == "/"
    assert client.get("/language", params={"to": "en", "back": to}).headers["location"] == "/"


def test_every_answer_carries_its_policy(sign_in: SignIn, number: int) -> None:
    client = sign_in("an")
    for path in ("/cases", f"/cases/{number}", "/nothing", "/static/desk.css", "/sign-in"):
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"], path
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"


def test_a_huge_body_is_not_read(sign_in: SignIn) -> None:
    client = sign_in("an")
    answer = client.post("/cases/bulk", content=b"", headers={"content-length": "99999999999"})
    assert answer.status_code == 413


def test_no_page_asks_another_host_for_anything(sign_in: SignIn, number: int) -> None:
    import re

    client = sign_in("chi")
    for path in ("/cases", "/cases?view=table", f"/cases/{number}", "/notices", "/sign-in"):
        text = client.get(path).text
        loaded = re.findall(r'(?:src|href|action)="([^"]+)"', text)
        assert [link for link in loaded if not link.startswith(("/", "#"))] == [], path
        assert "<script>" not in text
        assert " style=" not in text


def test_the_other_language_is_one_click_away(sign_in: SignIn) -> None:
    client: TestClient = sign_in("an")
    assert 'lang="vi"' in client.get("/cases").text
    client.get("/language", params={"to": "en", "back": "/cases"})
    english = client.get("/cases").text
    assert '<html lang="en">' in english
    assert "Queue" in english
