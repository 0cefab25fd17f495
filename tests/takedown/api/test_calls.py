"""What a program does at the desk: judged, released, repeated, raced, poisoned; and how faults are told."""

import json
import threading
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from storage.db import write_session
from storage.models import ApiAnswer, AuditEntry, Case, Notice, ObservationFile
from takedown.delivery.replies import take_reply
from takedown.lifecycle import CaseState
from takedown.oidc.provider import Provider
from takedown.staff import find_row
from takedown.web.app import create_app
from takedown.web.desk import Desk
from tests.takedown.api.conftest import ROOT, Ask, secret_of, tag_of
from tests.takedown.desk import NOW, open_case
from tests.takedown.web.office_provider import OfficeProvider

POISON = (
    "<script>alert(1)</script>",
    "‮gpj.exe",
    "\x1b[31mred\x07",
    "=HYPERLINK(1)",
    "a\x00b",
    '\'; DROP TABLE "case"; --',
    "{{7*7}}",
    "Đ́̂̃̄̅",
    '\\" \\u2028 \u2028',
)


def audited(desk: Desk, action: str) -> AuditEntry:
    with desk.reading() as session:
        return session.exec(select(AuditEntry).where(AuditEntry.action == action)).all()[-1]


def test_a_case_is_taken_and_judged_and_the_log_names_person_and_token(desk: Desk, ask: Ask) -> None:
    number = open_case(desk.engine)
    client = ask("an")
    assert client.get("/cases").json()["items"][0]["id"] == number
    taken = client.post(f"/cases/{number}/lock")
    assert (taken.status_code, taken.json()["lock_holder"]) == (200, "an")
    body = {"verdict": "confirmed", "reason": "thu tiền cọc"}
    judged = client.post(f"/cases/{number}/verdict", json=body, headers={"If-Match": taken.headers["etag"]})
    assert judged.json()["state"] == "confirmed", judged.text
    entry = audited(desk, "case.transition")
    assert (entry.actor, entry.detail["via"], entry.detail["reason"]) == ("an", "token 1", "thu tiền cọc")


def test_a_change_needs_the_tag_that_was_read(desk: Desk, ask: Ask) -> None:
    number = open_case(desk.engine)
    client, path = ask("an"), f"/cases/{number}/assignee"
    old = tag_of(client, f"/cases/{number}")
    missing = client.put(path, json={"assignee": "binh"})
    assert (missing.status_code, missing.json()["type"]) == (428, "/api/v1/docs#problem-condition-needed")
    assert client.put(path, json={"assignee": "binh"}, headers={"If-Match": "*"}).status_code == 412
    assert client.put(path, json={"assignee": "binh"}, headers=old).status_code == 200
    late = client.put(path, json={"assignee": ""}, headers=old)
    assert late.status_code == 412
    assert late.headers["etag"] == tag_of(client, f"/cases/{number}")["If-Match"]
    assert client.get(f"/cases/{number}").json()["case"]["assignee"] == "binh"


def test_two_reviewers_at_once_and_one_of_them_has_it(desk: Desk, ask: Ask) -> None:
    number = open_case(desk.engine)
    clients = [ask("an"), ask("binh")]
    barrier, codes = threading.Barrier(2), []

    def take(client: TestClient) -> None:
        barrier.wait()
        codes.append(client.post(f"/cases/{number}/lock").status_code)

    threads = [threading.Thread(target=take, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [200, 409]


def test_a_notice_takes_two_people_whatever_tokens_they_have(desk: Desk, ask: Ask, number: int) -> None:
    approver, other = ask("chi"), ask("chi")
    key = {"Idempotency-Key": "draft-number-1"}
    made = approver.post(f"/cases/{number}/notices", json={"recipients": ["cloudflare"]}, headers=key)
    notice = made.json()["items"][0]["id"]
    again = approver.post(f"/cases/{number}/notices", json={"recipients": ["cloudflare"]}, headers=key)
    assert (again.json(), again.headers["idempotency-replayed"]) == (made.json(), "true")
    with desk.reading() as session:
        assert len(session.exec(select(Notice)).all()) == 1
    own = other.post(f"/notices/{notice}/release", headers=tag_of(other, f"/notices/{notice}"))
    assert (own.status_code, "another person" in own.json()["detail_en"]) == (403, True)


def test_a_key_belongs_to_one_request_of_one_token(desk: Desk, ask: Ask) -> None:
    number = open_case(desk.engine)
    client, key = ask("an"), {"Idempotency-Key": "the-same-key"}
    body = {"cases": [number], "verdict": "false_positive", "reason": "cửa hàng thật"}
    assert client.post("/verdicts", json=body).json()["type"].endswith("key-needed")
    assert client.post("/verdicts", json=body, headers=key).json() == {"judged": [number], "refused": []}
    other = client.post("/verdicts", json={**body, "reason": "khác"}, headers=key)
    assert (other.status_code, other.json()["type"]) == (422, "/api/v1/docs#problem-key-reused")
    refused = ask("binh").post("/verdicts", json=body, headers=key).json()["refused"]
    assert [row["case"] for row in refused] == [number]


def test_what_failed_is_not_remembered(desk: Desk, ask: Ask) -> None:
    number = open_case(desk.engine)
    client, key = ask("an"), {"Idempotency-Key": "tried-twice"}
    assert client.post("/cases/999/lock", headers=key).status_code == 404
    with desk.reading() as session:
        assert session.exec(select(ApiAnswer)).all() == []
    assert client.post(f"/cases/{number}/lock", headers=key).status_code == 200


def test_the_guard_says_why_in_both_languages(desk: Desk, ask: Ask) -> None:
    number = open_case(desk.engine, "zalo.me", CaseState.CONFIRMED)
    key = {"Idempotency-Key": "against-a-platform"}
    answer = ask("an").post(f"/cases/{number}/notices", json={"recipients": ["x"]}, headers=key)
    assert answer.status_code == 409
    told = answer.json()["reasons"]
    assert {"rule", "vi", "en"} == set(told[0])
    assert any("nền tảng" in entry["vi"] and "platform" in entry["en"] for entry in told)


@pytest.mark.parametrize(
    ("method", "path", "words", "status", "kind"),
    [
        ("GET", "/nothing", {}, 404, "missing"),
        ("GET", "/cases/1/x", {}, 404, "missing"),
        ("GET", "/cases/999", {}, 404, "missing"),
        ("GET", "/cases/99999999999999999999", {}, 422, "invalid"),
        ("GET", "/cases/abc", {}, 422, "invalid"),
        ("GET", "/cases?limit=1000", {}, 422, "invalid"),
        ("GET", "/cases?stat=new", {}, 422, "invalid"),
        ("GET", "/notices?stat=new", {}, 422, "invalid"),
        ("GET", "/cases?after=xx", {}, 422, "invalid"),
        ("DELETE", "/cases", {}, 405, "method"),
        ("POST", "/verdicts", {"content": b"{", "headers": {"content-type": "application/json"}}, 400, "malformed"),
        ("POST", "/verdicts", {"content": b'"\\ud800"', "headers": {"content-type": "application/json"}}, 400, ""),
        (
            "POST",
            "/verdicts",
            {"content": b"\xff\xfe", "headers": {"content-type": "application/json"}},
            400,
            "malformed",
        ),
        (
            "POST",
            "/verdicts",
            {"content": b"[" * 5000, "headers": {"content-type": "application/json"}},
            400,
            "malformed",
        ),
        ("POST", "/verdicts", {"data": {"a": "b"}}, 415, "media-type"),
        ("POST", "/verdicts", {"content": b"{}", "headers": {"content-length": "99999999"}}, 413, "too-large"),
        ("POST", "/verdicts", {"content": iter([b"{}"])}, 411, "length-needed"),
        ("POST", "/verdicts", {"json": {"verdic": "x"}, "headers": {"idempotency-key": "12345678"}}, 422, "invalid"),
    ],
)
def test_every_fault_is_a_problem_document(
    desk: Desk, ask: Ask, method: str, path: str, words: dict[str, object], status: int, kind: str
) -> None:
    answer = ask("an").request(method, path, **words)  # type: ignore[arg-type]
    told = answer.json()
    if kind:
        assert (answer.status_code, told["type"]) == (status, f"/api/v1/docs#problem-{kind}"), told
    assert answer.headers["content-type"] == "application/problem+json"
    assert (told["status"], told["instance"]) == (answer.status_code, "/api/v1" + path.split("?")[0])
    assert told["title"]
    assert told["title_en"]
    assert told["detail"]


def test_a_path_that_breaks_its_line_is_a_problem_too(ask: Ask) -> None:
    answer = ask("an").get("/recipients/a%0Ab")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("poison", POISON)
def test_poison_goes_in_and_out_as_plain_text(desk: Desk, ask: Ask, number: int, poison: str) -> None:
    client = ask("chi")
    with write_session(desk.engine) as session:
        session.get_one(Case, number).title = f"Xả kho {poison}"
        session.commit()
    for answer in (
        client.get(f"/cases/{number}"),
        client.get("/cases", params={"state": "all", "q": poison}),
        client.post(f"/cases/{number}/undo", json={"reason": poison}, headers=tag_of(client, f"/cases/{number}")),
        client.get(f"/cases/{number}/history"),
    ):
        assert answer.status_code == 200, answer.text
        raw = answer.content.decode()
        assert not set(raw) & set("<>\x1b\x07\x00\u202e\u2028"), raw
    title = client.get(f"/cases/{number}").json()["brief"]["title"]
    assert title == f"Xả kho {poison}".replace("\x00", "�")
    assert json.dumps(client.get(f"/cases/{number}/history").json())


def test_pages_of_the_queue_follow_each_other(desk: Desk, ask: Ask) -> None:
    numbers = {open_case(desk.engine, f"shop-{place}.example") for place in range(7)}
    client, seen, after = ask("an"), [], ""
    while True:
        page = client.get("/cases", params={"limit": 3, "after": after}).json()
        seen += [row["id"] for row in page["items"]]
        assert page["total"] == 7
        if page["next"] is None:
            break
        after = page["next"]
    assert (len(seen), set(seen)) == (7, numbers)


def test_a_picture_leaves_encoded_anew_and_nothing_else_does(desk: Desk, ask: Ask, number: int) -> None:
    client = ask("an")
    with desk.reading() as session:
        digest = session.exec(select(ObservationFile)).one().digest
    answer = client.get(f"/pictures/{digest}")
    assert (answer.headers["content-type"], answer.content[8:12]) == ("image/webp", b"WEBP")
    assert "attachment" in answer.headers["content-disposition"]
    assert client.get("/pictures/" + "0" * 64).status_code == 404


def test_personal_data_takes_a_reason_and_is_not_kept_beside_the_answers(desk: Desk, ask: Ask) -> None:
    client = ask("giang", "records:write", "records:personal", "records:read")
    body = {"document_number": "9/CV", "officer": "Nguyễn Văn Kín", "subjects": "shop-a.example\n0901234567"}
    made = client.post("/records", json=body, headers={"Idempotency-Key": "asking-once"})
    number = made.json()["request"]["id"]
    with desk.reading() as session:
        kept = str([row.model_dump() for row in session.exec(select(ApiAnswer))])
    assert "Kín" not in kept
    assert "0901234567" not in kept
    assert client.post(f"/records/{number}/open", json={}).status_code == 422
    opened = client.post(f"/records/{number}/open", json={"reason": "soát lại"}).json()
    assert (opened["officer"], len(opened["items"])) == ("Nguyễn Văn Kín", 2)
    entry = audited(desk, "records.viewed")
    assert (entry.actor, entry.detail["reason"], entry.detail["via"]) == ("giang", "soát lại", "token 1")
    assert ask("giang", "records:read").post(f"/records/{number}/open", json={"reason": "x"}).status_code == 403


def test_a_paper_that_is_no_base64_is_said_to_be_none(ask: Ask) -> None:
    for data in ("đơn", "====", "a"):
        body = {"order": {"name": "don.pdf", "data": data}}
        answer = ask("an").post("/records", json=body, headers={"Idempotency-Key": "no-base-64"})
        assert (answer.status_code, "base64" in answer.json()["detail"]) == (422, True)


def test_statistics_and_the_audit_log_are_read_and_checked(ask: Ask, number: int) -> None:
    auditor = ask("dung")
    assert {row["state"]: row["cases"] for row in auditor.get("/statistics").json()["by_state"]} == {"confirmed": 1}
    assert auditor.get("/statistics/weeks.csv").text.startswith('\ufeff"week_until","opened","down"')
    checked = auditor.get("/audit/check").json()
    assert (checked["holds"], checked["faults"]) == (True, [])
    entries = auditor.get("/audit", params={"limit": 2}).json()
    assert len(entries["items"]) == 2
    older = auditor.get("/audit", params={"limit": 2, "before": entries["next"]}).json()["items"]
    assert older[0]["sequence"] == entries["items"][1]["sequence"] - 1


def test_an_account_is_confirmed_by_a_second_person_who_asked(desk: Desk, ask: Ask) -> None:
    with desk.writing() as session:
        find_row(session, "an").unconfirmed_by = ["hoa"]
    assert ask("hoa").get("/accounts/waiting").json()["items"] == [], "it was their hand"
    client = ask("chi")
    (row,) = client.get("/accounts/waiting").json()["items"]
    assert (row["name"], row["unconfirmed_by"], row["own_password"]) == ("an", ["hoa"], True)
    path, read = "/accounts/an/confirmation", tag_of(client, "/accounts/an")
    for body in ({}, {"only_account": False}):
        assert client.post(path, json=body, headers=read).status_code == 422
    word = {"only_account": True}
    assert client.post(path, json=word).status_code == 428
    with desk.writing() as session:
        find_row(session, "an").roles = ["reviewer", "approver"]
    assert client.post(path, json=word, headers=read).status_code == 412, "they have other roles than were read"
    read = tag_of(client, "/accounts/an")
    assert ask("chi", "cases:read").post(path, json=word, headers=read).status_code == 403
    assert ask("hoa").post(path, json=word, headers=read).status_code == 403
    assert client.post(path, json=word, headers=read).json()["unconfirmed_by"] == []
    entry = audited(desk, "staff.confirmed")
    assert (entry.actor, entry.subject, entry.detail["only_account"]) == ("chi", "staff an", True)
    assert client.get("/accounts/nobody").status_code == 404


def test_an_administrator_links_and_unlinks_a_person_by_calls(desk: Desk) -> None:
    provided = replace(desk, provider=Provider(OfficeProvider().settings, OfficeProvider().ask))
    client = TestClient(create_app(provided), base_url=f"http://desk.example{ROOT}")
    client.headers["Authorization"] = f"Bearer {secret_of(desk, 'hoa', 'people:link')}"
    body, key = {"name": "an", "subject": "sub-1"}, {"Idempotency-Key": "link-once"}
    assert client.get("/sign-in-links").json() == {"issuer": OfficeProvider().issuer, "items": []}
    assert client.get("/sign-in-links/an").status_code == 404
    assert client.post("/sign-in-links", json=body).status_code == 400, "without a key a repeat would do harm"
    made = client.post("/sign-in-links", json=body, headers=key)
    assert (made.json()["staff_name"], made.json()["linked_by"]) == ("an", "hoa")
    assert client.post("/sign-in-links", json=body, headers=key).json() == made.json()
    assert client.post("/sign-in-links", json=body, headers={"Idempotency-Key": "link-twice"}).status_code == 409
    with desk.reading() as session:
        assert find_row(session, "an").unconfirmed_by == ["hoa"], "as with a password that another person sets"
    read = tag_of(client, "/sign-in-links/an")
    assert client.post("/sign-in-links/an/end").status_code == 428
    assert client.post("/sign-in-links/an/end", headers={"If-Match": '"x"'}).status_code == 412
    assert client.post("/sign-in-links/an/end", headers=read).json()["items"] == []
    assert (audited(desk, "staff.linked").actor, audited(desk, "staff.unlinked").detail["subject"]) == ("hoa", "sub-1")


def test_a_mail_without_a_code_is_attached_once_by_calls(desk: Desk, ask: Ask, number: int) -> None:
    with desk.writing() as session:
        for name in ("a", "b"):
            data = f"From: {name}@b.example\r\nSubject: {name}\r\n\r\nChào\r\n".encode()
            take_reply(session, desk.store, data, now=NOW)
    client = ask("an")
    listed = client.get("/replies?limit=1").json()
    assert ([row["subject"] for row in listed["items"]], listed["next"]) == (["b"], 2)
    assert [row["subject"] for row in client.get("/replies?before=2").json()["items"]] == ["a"]
    tag = {"If-Match": client.get("/replies/1").headers["etag"]}
    told = {"place": "case", "number": number, "reason": "chủ trang viết"}
    assert client.post("/replies/1/attach", json={**told, "number": 99}, headers=tag).status_code == 404
    done = client.post("/replies/1/attach", json=told, headers=tag).json()
    assert (done["state"], done["case_id"], done["decided_by"]) == ("attached", number, "an")
    assert client.post("/replies/1/dismiss", json={"reason": "x"}, headers=tag).status_code == 412
    tag = {"If-Match": client.get("/replies/2").headers["etag"]}
    assert client.post("/replies/2/dismiss", json={"reason": "rác"}, headers=tag).json()["state"] == "dismissed"
    assert client.get("/replies").json() == {"items": [], "next": None}
