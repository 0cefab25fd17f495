"""Administration, dashboard and objections in a real browser: accessible, and none wider than its screen."""

from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlmodel import col, select

from storage.models import Appeal, Case, RecordAsk, Staff
from storage.vault import Vault, add_key
from takedown.appeals import receive_appeal
from takedown.delivery.replies import take_reply
from takedown.drafting import draft_notices
from takedown.notices import mark_sent, release_notice
from takedown.records.gate import Asked
from takedown.records.requests import take_request
from takedown.records.subjects import read_subjects
from takedown.web.desk import Desk
from tests.takedown.desk import AN, CHI, HEAD, NOW, open_case, proven_case
from tests.takedown.web.serving import AXE, browser, check_accessible, enter, served

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
HOUR = timedelta(hours=1)


def lived_in(desk: Desk) -> None:
    """A desk with a past: a letter that left, a page that came down, an objection."""
    number = proven_case(desk.engine, desk.store)
    open_case(desk.engine, "khac.example")
    with desk.writing() as session:
        (notice,) = draft_notices(session, desk.store, number, head=HEAD, actor=AN, now=NOW, recipients=["pa05_hcm"])
        release_notice(session, notice.id or 0, actor=CHI, now=NOW)
        mark_sent(session, notice.id or 0, proof="12/SKHCN", actor=AN, now=NOW - 90 * HOUR)
        receive_appeal(session, url="https://shop-a.example/", text="Chúng tôi có đăng ký", now=NOW)
        case = session.get_one(Case, number)
        case.opened_at, case.down_at = NOW - 200 * HOUR, NOW - 10 * HOUR
        assert session.get(Appeal, 1) is not None
        for row in session.exec(select(Staff).where(col(Staff.name).in_(("an", "binh")))):
            row.full_name, row.unconfirmed_by = "Nguyễn Văn An", ["hoa"] if row.name == "binh" else []


def answered_by_mail(desk: Desk) -> None:
    """A registrar's answer to an owner-record request, with two files, that waits for a person."""
    asked = Asked(
        document_number="45/CV", subjects=read_subjects("shop-a.example"), pasted="shop-a.example", received_at=NOW
    )
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "Nhà đăng ký <ho-tro@registrar.example>", "Trả lời HS-23456789AB"
    mail.set_content("Chủ thể: Nguyễn Thị Ánh Tuyết\n")
    mail.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="tra-loi.pdf")
    mail.add_attachment(b"MZ", maintype="application", subtype="octet-stream", filename="anh.exe")
    vault = Vault.load(desk.records_key_file)
    with desk.writing() as session:
        number = take_request(session, desk.store, vault, asked, actor=AN, now=NOW).request.id or 0
        words = {"kind": "disclose", "recipient_id": "x", "recipient_name": "X", "role": "registrar", "state": "sent"}
        session.add(
            RecordAsk(request_id=number, token="HS-23456789AB", prepared_by="an", prepared_at=NOW, items=[1], **words)
        )
        session.flush()
        take_reply(session, desk.store, mail.as_bytes(), now=NOW, vault=vault)
        mail.replace_header("Subject", "Trả lời, quên ghi mã")
        take_reply(session, desk.store, mail.as_bytes(), now=NOW, vault=vault)


@pytest.mark.parametrize(("scheme", "size"), [("light", (1366, 768)), ("dark", (390, 844))])
def test_every_page_is_accessible(desk: Desk, scheme: str, size: tuple[int, int], tmp_path: Path) -> None:
    lived_in(desk)
    add_key(tmp_path / "keys")
    desk = replace(desk, records_key_file=str(tmp_path / "keys"))
    answered_by_mail(desk)
    pages = {
        "hoa": ("/people", "/audit", "/audit/check", "/settings", "/dashboard", "/objection"),
        "chi": ("/recipients", "/appeals", "/outbox", "/replies", "/notices", "/dashboard", "/people/waiting"),
    }
    with served(desk) as address, browser() as opened:
        for name, paths in pages.items():
            context = opened.new_context(
                viewport={"width": size[0], "height": size[1]},
                color_scheme="dark" if scheme == "dark" else "light",
                bypass_csp=True,  # for axe alone
            )
            page = enter(context, address, name)
            for path in paths:
                page.goto(f"{address}{path}")
                check_accessible(page)
            if name == "chi":
                page.goto(f"{address}/records/mails")
                check_accessible(page)
                page.fill("form[action$='/open'] [name=reason]", "nhập trả lời")
                page.click("form[action$='/open'] button")
                page.wait_for_selector("pre.words >> text=Chủ thể")
                check_accessible(page)


def test_axe_would_find_a_fault() -> None:
    with browser() as opened:
        page = opened.new_page()
        page.set_content("<html><body><img src='/x'><input></body></html>")
        page.evaluate(AXE)
        found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
        assert {"image-alt", "label"} <= {each["id"] for each in found["violations"]}
