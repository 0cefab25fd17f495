"""Lines from before owners' names were sealed are shown without them, and stay as the chain knows them."""

from sqlmodel import select

from storage.audit import verify_audit
from storage.models import AuditEntry
from takedown.history import find_case, record_event
from takedown.queue import load_case
from takedown.web.desk import Desk
from tests.takedown.desk import NOW
from tests.takedown.web.conftest import SignIn

NAME, MARK = "Nguyễn Thị Ánh", "ab12" * 8


def test_no_reader_of_older_lines_sees_a_name_or_its_mark(desk: Desk, sign_in: SignIn, number: int) -> None:
    changed = {"field": "registrant", "before": [NAME], "after": ["Công ty B"], "records": [1, 2]}
    linked = {"other": 2, "shared": [f"registrant {MARK}", "phone +84901234567"]}
    kept = {"field": "registrar", "before": ["Nhà đăng ký A"], "after": ["Nhà đăng ký B"]}
    with desk.writing() as session:
        for kind, detail in (("domain_changed", changed), ("look_alike", linked), ("domain_changed", kept)):
            record_event(session, find_case(session, number), kind, actor="intake", detail=detail, now=NOW)
    with desk.reading() as session:
        told = str(load_case(session, number).history)
        assert (verify_audit(session).holds, NAME in str([e.detail for e in session.exec(select(AuditEntry))])) == (
            True,
            True,
        )
    for text in (told, sign_in("an").get(f"/cases/{number}").text, sign_in("dung").get("/audit").text):
        for secret in (NAME, "Công ty B", MARK):
            assert secret not in text
        assert "Nhà đăng ký A" in text
        assert "901234567" in text
