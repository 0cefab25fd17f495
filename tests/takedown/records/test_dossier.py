"""The dossier: every fact with source and time, unknown said in words, domains that read back letter by letter."""

import csv
import io
import json
import re
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlmodel import select

from storage.db import read_session, write_session
from storage.models import AuditEntry, DomainRecord, RecordRequest
from takedown.errors import NotAllowedError, RecordsError
from takedown.records.answers import AnswerState, add_answer
from takedown.records.dossier import Dossier, build_dossier, deliver_dossier, fetch_file
from takedown.records.states import RecordState
from takedown.reports.check_code import check_code
from tests.takedown.desk import AN, CHI, HEAD, NOW
from tests.takedown.records.asking import LAM, MAI, Office
from tests.takedown.reports.page_pictures import page_pictures
from tests.takedown.reports.reading_back import read_back
from tests.takedown.reports.test_letter import LETTER

DOMAINS = ("shop-l1lo0.example", "xn--vetcombank-x2i.example", "rn-m-vv-w.example", "chua-tra.example")


def prepared(office: Office, domains: tuple[str, ...] = DOMAINS) -> int:
    """Two look-ups of each domain, the later with another registrar, an answer about the first, nothing on the last."""
    with write_session(office.engine) as session:
        for place, domain in enumerate(domains[:-1]):
            for days, registrar in ((30, "Registrar Cũ"), (0, "=cmd|' /C calc'!A0" if place else "Registrar Mới")):
                at = NOW - timedelta(days=days)
                said = {"service": "rdap", "source": "rdap.example", "confidence": "high", "said_at": at.isoformat()}
                facts = {
                    "statements": [
                        {"field": "registrar", "value": registrar, **said},
                        {"field": "registered_at", "value": "2026-09-01T00:00:00+00:00", **said},
                    ],
                    "addresses": ["203.0.113.7"],
                }
                lookups = [{"service": "whois", "state": "throttled"}]
                session.add(DomainRecord(domain=domain, host=domain, looked_up_at=at, facts=facts, lookups=lookups))
        session.commit()
    number = office.accepted("\n".join(domains))
    with write_session(office.engine) as session:
        add_answer(
            session, office.store, office.vault, number, about=domains[0], state=AnswerState.FOUND,
            source="Số 12/NĐK-PL ngày 25/11/2026",
            facts=(("Chủ thể", "Nguyễn Thị Ánh Tuyết"), ("Điện thoại", "0912345678")),
            received_at=NOW, actor=AN, now=NOW,
        )  # fmt: skip
        session.commit()
    return number


def built(office: Office, number: int) -> Dossier:
    with read_session(office.engine) as session:
        return build_dossier(session, office.store, office.vault, number, head=HEAD, actor=CHI, now=NOW)


def pages_of(pdf: bytes) -> list[str]:
    return ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


def test_the_letter_holds_every_fact_with_its_source_and_what_is_unknown(quick_office: Office) -> None:
    dossier = built(quick_office, prepared(quick_office))
    files = {Path(file.name).suffix: file.data for file in dossier.files}
    text = "".join(pages_of(files[".pdf"]))
    for words in (
        *DOMAINS, "Phụ lục V", "45/CV-PA05", "Nguyễn Thị Ánh Tuyết", "Số 12/NĐK-PL", "Registrar Mới", "Registrar Cũ",
        "Nhà đăng ký (trước đây)", "RDAP rdap.example", "WHOIS: giới hạn số lần hỏi", "Chưa có lần tra cứu nào.",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", check_code(DOMAINS[1]),
    ):  # fmt: skip
        assert "".join(words.split()) in text, words
    assert "00mục" not in text, "none is not written as a number"
    assert re.search(r"Số:\s*/SKHCN", PdfReader(io.BytesIO(files[".pdf"])).pages[0].extract_text())  # number left blank
    rows = list(csv.reader(io.StringIO(files[".csv"].decode("utf-8-sig"))))
    assert {row[0] for row in rows[1:]} == set(DOMAINS)
    assert ["Chủ thể", "Nguyễn Thị Ánh Tuyết"] in [row[3:5] for row in rows]
    assert not any(cell.startswith("=") for row in rows for cell in row)
    assert ("registrar", "Registrar Cũ", "past") in {(row[3], row[4], row[8]) for row in rows}
    told = json.loads(files[".json"])
    assert [item["item"] for item in told["items"]] == list(DOMAINS)
    assert all(
        fact["source"] and fact["at"] for item in told["items"] for fact in item["facts"] if fact["fact"] != "unknown"
    )
    assert (dossier.items, dossier.unknown) == (4, 1)
    unknown = {item["item"]: [e["value"] for e in item["facts"] if e["fact"] == "unknown"] for item in told["items"]}
    assert "chủ thể" in unknown[DOMAINS[1]][0]
    assert not any("chủ thể" in words for words in unknown[DOMAINS[0]])  # the answer told it

    from docx import Document

    document = Document(io.BytesIO(files[".docx"]))
    cells = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
    assert set(DOMAINS) <= cells


@pytest.mark.skipif(not shutil.which("tesseract"), reason="needs tesseract")
def test_the_rendered_pages_read_back_to_the_same_domains(quick_office: Office, tmp_path: Path) -> None:
    (pdf,) = [file.data for file in built(quick_office, prepared(quick_office)).files if file.name.endswith(".pdf")]
    pictures, pages = page_pictures(pdf, tmp_path, dots=400), pages_of(pdf)
    for domain in DOMAINS:
        (place,) = [n for n, text in enumerate(pages) if domain in text and "Mãkiểmtra:" in text]
        read = subprocess.run(
            ["tesseract", str(pictures[place]), "-", "--psm", "4"],
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
        assert domain in "".join(read.stdout.split()), read.stdout


def test_every_domain_of_a_dossier_is_read_letter_by_letter_from_the_picture(quick_office: Office) -> None:
    (pdf,) = [file.data for file in built(quick_office, prepared(quick_office)).files if file.name.endswith(".pdf")]
    read = read_back(pdf, LETTER)
    for domain in DOMAINS:
        assert f"{domain}" in read
        assert check_code(domain) in read


def test_a_delivered_dossier_is_kept_sealed_and_fetched_with_a_reason(quick_office: Office) -> None:
    number = prepared(quick_office)
    dossier = built(quick_office, number)
    with write_session(quick_office.engine) as session:
        with pytest.raises(RecordsError, match="--reason"):
            deliver_dossier(session, quick_office.store, quick_office.vault, dossier, reason=" ", actor=CHI, now=NOW)
        session.rollback()
        with pytest.raises(NotAllowedError):
            deliver_dossier(session, quick_office.store, quick_office.vault, dossier, reason="x", actor=LAM, now=NOW)
        session.rollback()
        done = deliver_dossier(
            session, quick_office.store, quick_office.vault, dossier, reason="trả lời", actor=CHI, now=NOW
        )
        session.commit()
        assert (done.state, done.delivered_at) == (RecordState.DELIVERED, NOW)
    words = {"reason": "nhận hồ sơ", "now": NOW}
    with write_session(quick_office.engine) as session:
        name = f"ho-so-{number}.pdf"
        file = fetch_file(session, quick_office.store, quick_office.vault, number, name, actor=LAM, **words)  # type: ignore[arg-type]
        assert file.data.startswith(b"%PDF-")
        with pytest.raises(NotAllowedError):
            fetch_file(session, quick_office.store, quick_office.vault, number, name, actor=MAI, **words)  # type: ignore[arg-type]
        with pytest.raises(RecordsError, match="has no file"):
            fetch_file(session, quick_office.store, quick_office.vault, number, "../x", actor=LAM, **words)  # type: ignore[arg-type]
        session.commit()
        exports = session.exec(select(AuditEntry).where(AuditEntry.action == "records.exported")).all()
        assert [(entry.actor, entry.detail["reason"]) for entry in exports] == [
            ("chi", "trả lời"),
            ("lam", "nhận hồ sơ"),
        ]
        assert session.get_one(RecordRequest, number).open_key is not None
    assert not any(quick_office.store.get(digest).startswith(b"%PDF-1.7\n%") for digest in quick_office.store.digests())
