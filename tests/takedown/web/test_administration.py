"""People, the audit log, objections and what is taken back, over the web."""

import re

from storage.models import AuditEntry, Case
from takedown.drafting import draft_notices
from takedown.notices import mark_sent, release_notice
from takedown.web.desk import Desk
from tests.takedown.desk import AN, CHI, HEAD, NOW
from tests.takedown.web.conftest import PASSWORD, SignIn, token


def test_an_administrator_makes_changes_and_blocks_a_person(sign_in: SignIn) -> None:
    admin = sign_in("hoa")
    csrf = token(admin, "/people")
    words = {"csrf": csrf, "name": "khoa", "full_name": "Khoa", "password": "ba bon nam sau", "roles": ["reviewer"]}
    assert admin.post("/people", data=words).status_code == 303
    assert admin.post("/people", data=words).status_code == 409, "the name is taken"
    assert "Khoa" in admin.get("/people").text
    admin.post("/people/roles", data={"csrf": csrf, "name": "an", "roles": ["auditor"]})
    assert sign_in("an").get("/audit").status_code == 200
    admin.post("/people/active", data={"csrf": csrf, "name": "an"})
    assert sign_in("").post("/sign-in", data={"name": "an", "password": PASSWORD}).status_code == 401
    last = admin.post("/people/roles", data={"csrf": csrf, "name": "hoa", "roles": ["reviewer"]})
    assert "quản trị viên cuối cùng" in last.text


def test_an_administrator_ends_a_sign_in(sign_in: SignIn) -> None:
    person, admin = sign_in("an"), sign_in("hoa")
    page = admin.get("/people").text
    row = next(part for part in page.split("<tr>") if "<b>an</b>" in part)
    found = re.search(r'name="session_id" value="(\d+)"', row)
    assert found is not None
    admin.post("/people/sessions/end", data={"csrf": token(admin, "/people"), "session_id": found.group(1)})
    assert person.get("/cases").status_code == 303


def test_the_audit_log_is_searched_and_its_chain_checked(desk: Desk, sign_in: SignIn) -> None:
    client = sign_in("dung")
    assert "staff.signed_in" in client.get("/audit", params={"action": "staff.signed"}).text
    assert "staff.added" not in client.get("/audit", params={"action": "staff.signed"}).text
    assert "Chuỗi khớp" in client.get("/audit/check").text
    with desk.engine.begin() as connection:
        triggers = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").all()
        for (name,) in triggers:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.exec_driver_sql("UPDATE audit_entry SET actor = 'x' WHERE sequence = 2")
    assert "KHÔNG khớp" in client.get("/audit/check").text


def test_a_wrongful_report_is_objected_to_and_taken_back_everywhere(desk: Desk, sign_in: SignIn, number: int) -> None:
    with desk.writing() as session:
        (notice,) = draft_notices(session, desk.store, number, head=HEAD, actor=AN, now=NOW, recipients=["pa05_hcm"])
        release_notice(session, notice.id or 0, actor=CHI, now=NOW)
        mark_sent(session, notice.id or 0, proof="12/SKHCN", actor=AN, now=NOW)
    owner = sign_in("")
    words = {"url": "https://shop-a.example/", "text": "Chúng tôi có giấy phép <b>số 1</b>"}
    page = owner.post("/objection", data=words).text
    code = re.search(r"[2-9A-Z]{5}(?:-[2-9A-Z]{5}){3}", page)
    assert code is not None
    assert "Đang xem xét" in owner.post("/objection/status", data={"code": code.group()}).text
    assert owner.post("/objection/status", data={"code": "AAAAA-AAAAA-AAAAA-AAAAA"}).status_code == 404
    part = sign_in("chi")
    assert "người khác phải quyết định" in part.get("/appeals").text
    assert "<b>số 1</b>" not in part.get("/appeals").text
    answer = {"csrf": token(part, "/appeals"), "upheld": "yes", "decision": "Báo nhầm"}
    assert part.post("/appeals/1/decide", data=answer).status_code == 403
    admin = sign_in("hoa")
    admin.post("/people/roles", data={"csrf": token(admin, "/people"), "name": "binh", "roles": ["approver"]})
    other = sign_in("binh")
    answer["csrf"] = token(other, "/appeals")
    alone = other.post("/appeals/1/decide", data=answer)
    assert (alone.status_code, "do «hoa» lập hoặc đổi" in alone.text) == (403, True)
    word = {"csrf": token(admin, "/people"), "name": "binh"}
    assert admin.post("/people/confirm", data=word).status_code == 403, "whose hand it was is no second person"
    assert "tài khoản chờ bạn xác nhận" in part.get("/cases").text
    assert "binh" in part.get("/people/waiting").text
    word["csrf"] = token(part)
    assert part.post("/people/confirm", data=word).status_code == 409, "whether it is their only account was not asked"
    assert part.post("/people/confirm", data=word | {"only_account": "true"}).status_code == 303
    answer["csrf"] = token(other, "/appeals")
    assert other.post("/appeals/1/decide", data=answer).status_code == 303
    assert "Được chấp nhận" in owner.post("/objection/status", data={"code": code.group()}).text
    with desk.reading() as session:
        assert session.get_one(Case, number).state == "false_positive"
    page = other.get("/appeals").text
    assert "chưa tới hết" in page
    step = re.search(r"/withdrawals/steps/(\d+)/prove", page)
    assert step is not None
    proof = {"csrf": answer["csrf"], "kind": "notice", "proof": "Số 15/SKHCN"}
    assert other.post(step.group(), data=proof).status_code == 303
    assert "đã tới mọi nơi" in other.get("/appeals").text


def test_strangers_cannot_bury_the_desk(sign_in: SignIn) -> None:
    client = sign_in("")
    codes = [
        client.post("/objection", data={"url": f"https://a{n}.example/", "text": "x"}).status_code for n in range(6)
    ]
    assert codes == [200] * 5 + [429]


def test_a_bundle_that_leaves_stands_in_the_log(desk: Desk, sign_in: SignIn, number: int) -> None:
    from dataclasses import replace
    from pathlib import Path

    from fastapi.testclient import TestClient
    from sqlmodel import select

    from takedown.web.app import create_app

    class Lent:
        def faults(self, case_id: int) -> tuple[str, ...]:
            return ("visit 1: altered",)

        def export(self, case_id: int, to: Path) -> None:
            to.write_bytes(b"PK" * 1000)

    client = TestClient(create_app(replace(desk, evidence=Lent())), base_url="http://desk.example")
    client.post("/sign-in", data={"name": "an", "password": PASSWORD})
    answer = client.get(f"/files/evidence/{number}")
    assert (len(answer.content), answer.headers["content-disposition"]) == (2000, 'attachment; filename="case-1.zip"')
    assert "sandbox" in answer.headers["content-security-policy"]
    with desk.reading() as session:
        entry = session.exec(select(AuditEntry).where(AuditEntry.action == "evidence.downloaded")).one()
    assert entry.actor == "an"
    assert "KHÔNG khớp" in client.get(f"/cases/{number}/evidence").text


def test_an_address_is_used_only_once_a_person_confirmed_it(desk: Desk, sign_in: SignIn) -> None:
    from takedown.recipients import ChannelKind, load_recipients
    from takedown.recipients.confirmation import current_recipient, quarantine_contact

    with desk.writing() as session:
        learnt = quarantine_contact(
            session,
            subject_kind="domain",
            subject="shop-a.example",
            kind=ChannelKind.EMAIL,
            value="chu@shop-a.example",
            source="page",
            now=NOW,
        )
        number = learnt.id
    reviewer, approver = sign_in("an"), sign_in("chi")
    assert "chu@shop-a.example" in reviewer.get("/recipients").text
    words = {"channel": "email", "value": "abuse@host.example", "decision": "confirmed", "reason": "gọi điện"}
    assert reviewer.post("/recipients/cloudflare/decide", data={**words, "csrf": token(reviewer)}).status_code == 403
    words["csrf"] = token(approver)
    assert approver.post("/recipients/cloudflare/decide", data=words).status_code == 303
    assert approver.post("/recipients/cloudflare/decide", data={**words, "value": "no address"}).status_code == 409
    assert approver.post("/recipients/nobody/decide", data=words).status_code == 409
    assert approver.post(f"/recipients/learnt/{number}", data=words).status_code == 303
    with desk.reading() as session:
        recipient = load_recipients().get("cloudflare")
        assert recipient is not None
        usable = current_recipient(session, recipient, now=NOW).usable_channels()
    assert "abuse@host.example" in {channel.value for channel in usable}
    assert "chu@shop-a.example" not in approver.get("/recipients").text.split('id="waiting"')[1]


def test_damaged_evidence_is_said_in_words(desk: Desk, sign_in: SignIn, number: int) -> None:
    from sqlmodel import select

    from storage.models import ObservationFile

    with desk.writing() as session:
        session.exec(select(ObservationFile)).one().digest = "ab" * 32
    answer = sign_in("an").get(f"/pictures/thumb/{'ab' * 32}")
    assert answer.status_code == 503
    assert "ab" * 32 in answer.text
