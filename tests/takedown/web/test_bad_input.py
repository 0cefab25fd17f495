"""Bad values in every form: the message names the field and the remedy, and nothing that was typed is lost."""

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from annotated_types import MaxLen
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from sqlmodel import select

from storage.models import Case, RecordItem, RecordRequest
from storage.vault import add_key
from takedown.actor import Role
from takedown.web.access import access_of, routes_of
from takedown.web.app import create_app
from takedown.web.choices import BY_FORM
from takedown.web.desk import Desk
from takedown.web.typed import LABELS
from tests.takedown.desk import NOW
from tests.takedown.web.conftest import SignIn, token
from tests.takedown.web.test_access import PEOPLE
from tests.takedown.web.test_records import FIELDS

# what people choose or a page fills in: no words of theirs, and never too long by their doing
CHOSEN = {"to", "verdict", "state", "urgency", "became", "upheld", "kind", "channel"}
PASSWORDS = {"password", "old", "new", "again", "secret", "code"}
MIXED, FALSE = "p\u0430ypal.example", "xn--shop-.example"  # a Cyrillic letter; Punycode of nothing


@pytest.fixture
def office(desk: Desk, tmp_path: Path) -> Desk:
    add_key(tmp_path / "keys")
    return replace(desk, records_key_file=str(tmp_path / "keys"))


@pytest.fixture
def clients(office: Desk) -> dict[str, TestClient]:
    app = create_app(office)
    found = {}
    for name in PEOPLE:
        found[name] = TestClient(app, base_url="http://desk.example", follow_redirects=False)
        if name:
            found[name].post("/sign-in", data={"name": name, "password": "mot mat khau dai"})
    return found


def kept(page: str) -> dict[str, str]:
    """What the page offers to send again, as a browser would read it."""
    form = page.split('class="stack"', 1)[-1]
    fields = dict(re.findall(r'<input(?: type="hidden")? name="([^"]+)" value="([^"]*)">', form))
    fields |= dict(re.findall(r'<textarea name="([^"]+)"[^>]*>\n(.*?)</textarea>', form, re.S))
    fields |= dict(re.findall(r'<input type="radio" name="([^"]+)" value="([^"]*)" checked', form))
    return {name: html.unescape(value) for name, value in fields.items()}


def offered(page: str) -> set[str]:
    """The choices that the page offers to make."""
    return set(re.findall(r'<input type="(?:radio|checkbox)" name="([^"]+)"', page))


def worded(desk: Desk) -> Iterator[tuple[APIRoute, list[tuple[str, int]]]]:
    """Every form with its fields of words and how long each may be."""
    for route in routes_of(create_app(desk)):
        bounds = [
            (
                field.name,
                next((entry.max_length for entry in field.field_info.metadata if isinstance(entry, MaxLen)), 0),
            )
            for field in route.dependant.body_params
            if field.field_info.annotation is str
        ]
        if bounds:
            yield route, bounds


def test_every_field_of_words_has_a_bound_and_a_name(desk: Desk) -> None:
    for route, bounds in worded(desk):
        assert [name for name, most in bounds if most == 0 and name not in CHOSEN] == [], route.path
        assert [name for name, _ in bounds if name not in LABELS and name not in CHOSEN] == [], route.path


def test_what_is_too_long_is_named_and_everything_typed_is_offered_again(
    office: Desk, clients: dict[str, TestClient]
) -> None:
    tried = 0
    for route, bounds in worded(office):
        access = access_of(route)
        assert access is not None
        roles = access.roles
        name = "" if roles is None else next(n for n, held in PEOPLE.items() if roles & held)
        csrf = token(clients[name], "/welcome") if name else ""
        path = re.sub(r"\{\w+\}", "1", route.path)
        listed = {choice.name for choice in BY_FORM.get(route.path, ())}  # nobody writes these
        for field, most in bounds:
            if field in CHOSEN | listed:
                continue
            typed = {
                other: f"“{other}” ở đây\u202e" for other, longest in bounds if longest > 30 and other not in listed
            }
            typed |= {field: "dài " * (most // 4 + 1)}
            page = clients[name].post(path, data={"csrf": csrf, **typed})
            assert page.status_code == 422, (path, field, page.text)
            assert f"«{LABELS[field][0]}»" in page.text, (path, field)
            assert "rút ngắn lại" in page.text
            again = kept(page.text)
            lost = {name for name in set(typed) - PASSWORDS if again.get(name) != typed[name]}
            assert lost == set(), (path, field)
            tried += 1
    assert tried > 50


LIST = "\n".join(f"shop-{number}.example" for number in range(10_001))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"document_date": "31/02/2026"}, "Ngày văn bản: «31/02/2026» không phải ngày; ghi dạng 2026-11-24"),
        ({"urgency": "ngay"}, "Mức khẩn: không có «ngay»; chọn một trong"),
        ({"document_number": "4" * 101}, "Số văn bản dài quá 100 ký tự; rút ngắn lại"),
        ({"amend": "x"}, "không phải số"),
        ({"amend": "77"}, "77"),
        ({"pasted": LIST}, "10.001|10,001"),
        ({"pasted": "a.example\n" * 20_001}, "20,001 dòng"),
        ({"pasted": "a" * 3_999_999 + "\n.example"}, ""),
        ({"order": ("cv.exe", b"MZ")}, "cv.exe: không phải PDF, DOCX"),
        ({"order": ("cv.pdf", b"")}, "cv.pdf: tệp rỗng"),
    ],
    ids=["date", "urgency", "long", "word", "nobody", "10001", "lines", "4MB", "kind", "empty"],
)
def test_a_request_that_is_refused_keeps_what_was_typed(
    clients: dict[str, TestClient], changed: dict[str, Any], said: str
) -> None:
    client = clients["giang"]
    typed = FIELDS | {name: value for name, value in changed.items() if isinstance(value, str)}
    parts: dict[str, Any] = {name: (None, value) for name, value in typed.items()}
    parts |= {name: value for name, value in changed.items() if not isinstance(value, str)}
    page = client.post("/records", files={"csrf": (None, token(client, "/welcome")), **parts})
    if page.status_code == 200:  # one line of four million letters is read, and told as what it is
        assert "không đọc được" in page.text
        return
    assert page.status_code in {404, 409, 422}, page.text[:300]
    assert re.search(said, html.unescape(page.text)), page.text[:3000]
    if page.status_code != 404:
        assert {**kept(page.text), "csrf": ""} == {**typed, "csrf": ""}


def test_tricks_of_names_are_told_by_line_and_ten_thousand_are_taken(
    office: Desk, clients: dict[str, TestClient]
) -> None:
    client = clients["giang"]
    csrf = token(client, "/welcome")
    pasted = "\n".join((MIXED, FALSE, "xn--80ak6aa92e.example", "shop-a.example shop-a.example", "không phải tên"))
    page = html.unescape(client.post("/records", data={"csrf": csrf, **FIELDS, "pasted": pasted}).text)
    for words in (
        "trộn chữ Cyrillic, Latin",
        "tên máy chủ|host name holds what none may hold",
        "tên có chữ ngoài ASCII",
    ):
        assert re.search(words, page), words
    many = client.post("/records", data={"csrf": csrf, **FIELDS, "document_number": "46/CV", "pasted": LIST[:-18]})
    assert many.status_code == 200, many.text
    with office.reading() as session:
        number = session.exec(select(RecordRequest.id).where(RecordRequest.document_number == "46/CV")).one()
        assert len(session.exec(select(RecordItem.id).where(RecordItem.request_id == number)).all()) == 10_000
    page = client.post(f"/records/{number}/open", data={"csrf": csrf, "reason": "soạn tiếp"}).text
    assert kept(page.replace('class="record-form"', 'class="stack"'))["pasted"] == LIST[:-18], (
        "amended, it is all there"
    )


@pytest.mark.parametrize(
    ("name", "path", "typed", "said"),
    [
        ("chi", "/cases/1/undo", {"reason": " "}, "lý do"),
        ("an", "/cases/1/merge", {"other": "hai", "reason": "cùng nhóm"}, "«Vụ gộp vào»: không phải số"),
        ("an", "/cases/1/merge", {"reason": "cùng nhóm"}, "«Vụ gộp vào»: chưa điền"),
        ("an", "/cases/1/split", {"host": "khac.example", "reason": "khác nhóm"}, "khac.example"),
        ("chi", "/cases/1/move", {"to": "xuống", "reason": "vì"}, "không phải trạng thái"),
        ("an", "/cases/1/judge", {"reason": "thu tiền cọc"}, "chưa chọn"),
        ("an", "/cases/1/judge", {"verdict": "confirmed", "reason": "thu tiền cọc"}, ""),
        ("an", "/cases/bulk", {"reason": "cùng nhóm"}, "chưa chọn kết luận"),
        ("chi", "/outbox/1/settle", {"became": "rồi", "reason": "nhật ký máy chủ"}, "Chọn đã gửi hay gửi lại"),
        ("chi", "/appeals/1/decide", {"decision": "có giấy phép"}, "Chọn chấp nhận hay bác bỏ"),
        ("hoa", "/people", {"name": "A B", "full_name": "Nguyễn Thị <Ánh>", "password": "x"}, "tên"),
    ],
)
def test_a_refusal_of_the_desk_keeps_the_words(
    clients: dict[str, TestClient], number: int, name: str, path: str, typed: dict[str, str], said: str
) -> None:
    assert number == 1
    client = clients[name]
    page = client.post(path, data={"csrf": token(client, "/welcome"), **typed})
    assert page.status_code in {409, 422}, page.text
    assert said in html.unescape(page.text).lower() or said in html.unescape(page.text)
    choices = {choice.name: {option[0] for option in choice.options} for choice in BY_FORM.get(form_of(path), ())}
    assert offered(page.text) == set(choices), "what is missing is chosen here"
    again = kept(page.text)
    for field in set(typed) - PASSWORDS:
        wrong = field in choices and typed[field] not in choices[field]
        assert again.get(field) == (None if wrong else typed[field]), field


def form_of(path: str) -> str:
    """The form's own address, as its route has it."""
    return re.sub(r"/1(?=/)", "/{number}", path)


def test_every_form_with_choices_is_one_of_ours_and_has_them(desk: Desk) -> None:
    routes = [route for route in routes_of(create_app(desk)) if "POST" in route.methods]
    fields = {route.path: {field.name for field in route.dependant.body_params} for route in routes}
    for path, choices in BY_FORM.items():
        assert {choice.name for choice in choices} <= fields[path], path


def test_the_way_back_leads_to_the_page_that_the_form_stood_on(clients: dict[str, TestClient], number: int) -> None:
    client = clients["chi"]
    words = {"csrf": token(client, "/welcome"), "decision": "có giấy phép", "reason": " ", "proof": "số 4", "name": ""}
    came = f"/cases/{number}?state=all"
    for path in ("/appeals/1/decide", "/outbox/1/settle", "/withdrawals/steps/7/prove", "/cases/1/undo", "/views"):
        for origin in ("", "http://desk.example", "http://x.example"):
            page = client.post(path, data=words, headers={"referer": f"{origin}{came}"} if origin else {})
            back = html.unescape(re.findall(r'<a href="([^"]+)">Quay lại', page.text)[0])
            assert client.get(back).status_code == 200, (path, back)
            assert (back == came) == (origin == "http://desk.example")


def test_words_that_came_after_the_session_wait_for_a_press(desk: Desk, number: int) -> None:
    late = [NOW]
    app = create_app(replace(desk, clock=lambda: late[0]))
    client = TestClient(app, base_url="http://desk.example", follow_redirects=False)
    enter = {"name": "chi", "password": "mot mat khau dai"}
    client.post("/sign-in", data=enter)
    old = token(client, "/welcome")
    typed = {"reason": "hồ sơ «chưa» đủ <b>‮, xem lại"}
    late[0] += timedelta(hours=3)
    path = f"/cases/{number}/undo?state=all"
    page = client.post(path, data={"csrf": old, **typed})
    assert page.status_code == 401
    assert "Phiên làm việc đã hết" in page.text
    assert f'action="{path}"' in page.text
    assert kept(page.text)["reason"] == typed["reason"]
    client.post("/sign-in", data=enter)
    page = client.post(path, data={"csrf": kept(page.text)["csrf"], **typed})
    assert page.status_code == 403, "nothing is done for the token of another session"
    again = kept(page.text)
    assert again["reason"] == typed["reason"]
    assert again["csrf"] not in {"", old}
    with desk.reading() as session:
        before = session.get_one(Case, number).state
    assert client.post(path, data=again).status_code == 303
    with desk.reading() as session:
        assert session.get_one(Case, number).state != before, "only this press did it"


def test_an_objection_that_is_refused_keeps_its_words(sign_in: SignIn) -> None:
    client = sign_in("")
    typed = {
        "url": "không phải địa chỉ",
        "text": "Chúng tôi có giấy phép\nsố 12",
        "name": "Lê",
        "contact": "a@b.example",
    }
    page = client.post("/objection", data=typed)
    assert page.status_code == 422
    for value in typed.values():
        assert value in html.unescape(page.text)
    assert Role.POLICE in PEOPLE["giang"]
