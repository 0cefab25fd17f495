"""What an officer pastes becomes the same record as any answer; another domain's or none is refused with a remedy."""

import io
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy import Engine
from sqlmodel import select

from crawler.detection.facts import LookupState
from crawler.enrichment import domain_facts_from_json
from crawler.enrichment.officer import UnusablePictureError, check_picture, record_paste
from crawler.enrichment.registry_paste import UnreadablePasteError, parse_paste
from storage.artifacts import ArtifactStore
from storage.db import read_session, write_session
from storage.models import AuditEntry, DomainRecord

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
COLONS = """\
Thông tin tên miền
Tên miền: mau-thu.vn
Trạng thái: clientTransferProhibited
Tên chủ thể đăng ký sử dụng: CÔNG TY TNHH MẪU
Nhà đăng ký quản lý: Công ty TNHH Nhà đăng ký Mẫu
Ngày đăng ký: 02-11-2026
Ngày hết hạn: 02-11-2027
Máy chủ tên miền (DNS):
+ ns1.dns-a.example
+ ns2.dns-a.example
"""
LINES = "Tên miền\nmau-thu.vn\nNgày đăng ký\n02/11/2026\nNgày hết hạn\n02/11/2027\nNhà đăng ký\nMẫu\n"
TABS = "Domain name:\tmau-thu.vn\nRegistrar:\tMẫu\nRegistrant:\t*****\nCreation date:\t2026-11-02\n"


def picture(kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (4, 4)).save(out, kind)
    return out.getvalue()


def test_labels_with_colons() -> None:
    found = parse_paste(COLONS, "mau-thu.vn").registration
    assert found.registrar == "Công ty TNHH Nhà đăng ký Mẫu"
    assert found.registrant == "CÔNG TY TNHH MẪU"
    assert found.registered_at == datetime(2026, 11, 1, 17, tzinfo=UTC)  # midnight in Vietnam
    assert found.expires_at == datetime(2027, 11, 1, 17, tzinfo=UTC)
    assert found.nameservers == ("ns1.dns-a.example", "ns2.dns-a.example")
    assert found.statuses == ("clientTransferProhibited",)


@pytest.mark.parametrize("text", [LINES, TABS, "\ufeff" + COLONS.replace("\n", "\r\n")])
def test_other_ways_to_copy_the_same_page(text: str) -> None:
    found = parse_paste(text, "mau-thu.vn")
    assert found.state is LookupState.FOUND
    assert found.registration.registered_at == datetime(2026, 11, 1, 17, tzinfo=UTC)


def test_a_masked_owner_is_withheld_and_not_a_name() -> None:
    found = parse_paste(TABS, "mau-thu.vn").registration
    assert (found.registrant, found.withheld) == ("", True)


def test_a_free_name_is_unregistered() -> None:
    found = parse_paste("Tên miền mau-thu.vn chưa được đăng ký", "mau-thu.vn")
    assert found.state is LookupState.UNREGISTERED


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (COLONS.replace("mau-thu.vn", "khac.vn"), "about khac.vn"),
        (COLONS.replace("Tên miền: mau-thu.vn\n", ""), "does not name"),
        ("Xin chào mau-thu.vn", "could be read"),
        ("", "could be read"),
        ("chưa được đăng ký", "could be read"),
    ],
)
def test_what_is_no_answer_about_the_domain_is_refused(text: str, words: str) -> None:
    with pytest.raises(UnreadablePasteError, match=words):
        parse_paste(text, "mau-thu.vn")


@given(st.text(max_size=300))
def test_no_text_breaks_the_reader(text: str) -> None:
    with suppress(UnreadablePasteError):
        found = parse_paste(f"Tên miền: mau-thu.vn\nNgày đăng ký: {text}\n{text}", "mau-thu.vn")
        assert found.state in {LookupState.FOUND, LookupState.REDACTED, LookupState.UNREGISTERED}


def test_a_look_up_by_hand_is_sealed_and_in_the_audit_log(engine: Engine, artifact_store: ArtifactStore) -> None:
    with write_session(engine) as session:
        recorded = record_paste(
            session, artifact_store, None, domain="mau-thu.vn", text=COLONS.encode(), picture=picture(), officer="an",
            source="tracuutenmien.gov.vn", looked_at=NOW, now=NOW,
        )  # fmt: skip
        session.commit()
    assert recorded.unread == ("Thông tin tên miền",)
    with read_session(engine) as session:
        row = session.get_one(DomainRecord, recorded.record_id)
        facts = domain_facts_from_json(row.facts)
        entry = session.exec(select(AuditEntry).where(AuditEntry.action == "domain.looked_up_by_hand")).one()
    assert facts.state("officer") is LookupState.FOUND
    assert facts.statements[0].service == "officer"
    assert artifact_store.get(row.raw["officer"]) == COLONS.encode()
    assert artifact_store.get(row.raw["officer_screenshot"]) == picture()
    assert (entry.actor, entry.subject) == ("an", "mau-thu.vn")


@pytest.mark.parametrize("data", [b"", b"no picture", b"<svg/>", picture()[:30]])
def test_a_screenshot_that_is_none_is_refused(data: bytes) -> None:
    with pytest.raises(UnusablePictureError):
        check_picture(data)
    check_picture(picture("JPEG"))
