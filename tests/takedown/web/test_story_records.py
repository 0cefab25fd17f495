"""A police request in a real browser: what it lacks is named, letters and answers follow, the dossier is opened."""

import csv
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import Page
from pypdf import PdfReader
from sqlmodel import select

from storage.audit import verify_audit
from storage.models import AuditEntry, DomainRecord, RecordRequest
from storage.vault import add_key
from takedown.actor import Actor, Role
from takedown.web.desk import Desk
from tests.takedown.desk import NOW, hire
from tests.takedown.web.serving import browser, enter, served

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
KHANH = Actor("khanh", frozenset({Role.POLICE}))
OWNER = "Nguyễn Thị Ánh Tuyết"
DOMAINS = ("shop-a.example", "mau-thu-l1lI0O.vn")
WRITTEN = {
    "document_number": "45/CV-PA05",
    "agency": "Công an Thành phố Hồ Chí Minh",
    "unit": "PA05",
    "officer": "Đại úy Trần Thị Bưởi",
    "case_number": "123/2026",
    "purpose": "Xác minh chủ thể vụ lừa đảo qua bán hàng trên mạng.",
    "pasted": "hxxps://shop-a[.]example/x\nmau-thu-l1lI0O.vn\n=không phải tên",
}


def ask(page: Page, address: str) -> str:
    """The officer writes half a request, is told what it lacks, and mends it; its address."""
    page.goto(f"{address}/records/new")
    for name, words in WRITTEN.items():
        page.fill(f"[name={name}]", words)
    page.click("text=Lưu bản nháp")
    lacking = page.locator(".notice.warn").inner_text().lower()
    assert "căn cứ" in lacking or "legal basis" in lacking
    assert "=không" in page.locator("main").inner_text(), "the line that was not read"
    request = f"{address}/records/1"
    page.goto(request)
    page.fill("form[action$='/open'] [name=reason]", "bổ sung")
    page.click("form[action$='/open'] button")
    page.fill("[name=document_date]", "2026-11-24")
    page.select_option("[name=urgency]", "24h")
    page.check("[value=luat_an_ninh_mang_2025_thong_tin]")
    page.set_input_files(
        "[name=order]", {"name": "cv 45.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 order"}
    )
    page.click("text=Lưu bản nháp")
    page.wait_for_selector("text=Đã lưu bản nháp")
    assert page.locator(".notice.warn").count() == 0
    return request


def answer(reviewer: Page, approver: Page, request: str) -> None:
    """Letters by one person, sent by another; what came back is entered."""
    reviewer.goto(request)
    reviewer.click("text=Soạn công văn hỏi")
    reviewer.wait_for_selector("td:has-text('VNNIC')")
    assert reviewer.locator("form[action$='/sent']").count() == 0, "who drafted does not release"
    approver.goto(request)
    form = approver.locator("tr:has-text('VNNIC') form[action$='/sent']").first
    form.locator("[name=proof]").fill("Số 12/SKHCN ngày 25/11/2026")
    form.locator("button").click()
    approver.wait_for_selector("text=Số 12/SKHCN")
    reviewer.goto(request)
    reviewer.fill("[name=about]", DOMAINS[1].lower())
    reviewer.fill("[name=source]", "Số 9/VNNIC ngày 25/11/2026")
    reviewer.fill("[name=facts]", f"Chủ thể: {OWNER}\nĐiện thoại: 0912345678")
    reviewer.click("text=Lưu trả lời")
    reviewer.wait_for_load_state()


def check_dossier(path: Path) -> None:
    """Every file of it opens and says the same."""
    with zipfile.ZipFile(path) as archive:
        files = {Path(name).suffix: archive.read(name) for name in archive.namelist()}
    assert set(files) == {".pdf", ".docx", ".csv", ".json"}
    pages = "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(files[".pdf"])).pages)
    document = Document(io.BytesIO(files[".docx"]))
    cells = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
    rows = list(csv.reader(io.StringIO(files[".csv"].decode("utf-8-sig"))))
    told = json.loads(files[".json"])
    for domain in (name.lower() for name in DOMAINS):
        assert domain in pages
        assert domain in cells
        assert domain in {row[0] for row in rows}
        assert domain in {item["item"] for item in told["items"]}
    assert "".join(OWNER.split()) in pages
    assert OWNER in cells
    assert OWNER in {row[4] for row in rows}


def test_a_police_request_becomes_a_dossier_that_opens(desk: Desk, tmp_path: Path) -> None:
    add_key(tmp_path / "keys")
    hire(desk.engine, KHANH)
    with desk.writing() as session:
        facts = {"registrar": "GoDaddy.com, LLC", "registrar_id": "146"}
        session.add(DomainRecord(domain=DOMAINS[0], host=DOMAINS[0], looked_up_at=NOW, facts=facts))
    office = replace(desk, records_key_file=str(tmp_path / "keys"))
    with served(office) as address, browser() as opened:
        officer, approver, reviewer = (enter(opened.new_context(), address, who) for who in ("giang", "chi", "an"))
        request = ask(officer, address)
        assert officer.goto(f"{address}/cases").status == 403, "police see their requests and nothing else"  # type: ignore[union-attr]
        approver.goto(request)
        approver.click("text=Tiếp nhận")
        approver.wait_for_load_state()
        answer(reviewer, approver, request)

        approver.goto(request)
        approver.fill("form[action$='/dossier'] [name=reason]", "trả lời")
        approver.check("form[action$='/dossier'] [name=deliver]")
        with approver.expect_download() as handed:
            approver.click("form[action$='/dossier'] button")
        check_dossier(Path(handed.value.path()))
        officer.goto(request)
        officer.select_option("form[action$='/file'] [name=file]", "ho-so-1.pdf")
        officer.fill("form[action$='/file'] [name=reason]", "nhận hồ sơ")
        with officer.expect_download() as fetched:
            officer.click("form[action$='/file'] button")
        assert PdfReader(fetched.value.path()).pages, "the officer opens what was handed over"
        other = enter(opened.new_context(), address, "khanh")
        assert other.goto(request).status >= 400  # type: ignore[union-attr]
        assert WRITTEN["document_number"] not in other.content()
    with desk.reading() as session:
        assert session.get_one(RecordRequest, 1).state == "delivered"
        looks = [
            (entry.actor, entry.detail["reason"])
            for entry in session.exec(select(AuditEntry))
            if entry.action in {"records.viewed", "records.exported"}
        ]
        assert looks == [("giang", "bổ sung"), ("chi", "trả lời"), ("giang", "nhận hồ sơ")]
        assert OWNER not in str([entry.model_dump() for entry in session.exec(select(AuditEntry))])
        assert verify_audit(session).holds
