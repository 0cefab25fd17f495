"""Whom to ask, the letters, their way out by a second person, reminders, and answers that are about something else."""

import io
from datetime import timedelta

import pytest
from pypdf import PdfReader
from sqlmodel import select

from storage.db import read_session, write_session
from storage.models import AuditEntry, DomainRecord, RecordAsk, RecordRequest
from takedown.errors import NotAllowedError, RecordsError
from takedown.records.answers import AnswerState, add_answer
from takedown.records.asking import (
    add_asks,
    add_reminder,
    asks_of,
    attach_proof,
    overdue_asks,
    plan_asks,
    prepare_asks,
    prepare_reminder,
    release_ask,
)
from takedown.records.dossier import fetch_file
from takedown.records.gate import Attachment
from takedown.records.states import RecordState
from tests.takedown.desk import AN, CHI, HEAD, NOW
from tests.takedown.records.asking import LAM, OFFICER, Office, asked

LATER = NOW + timedelta(hours=25)
TEXT = "shop-a.example\nmau-thu.vn\nqua-tang.weebly.com/gio-hang\n0961234567\nkhong-biet.example"


def look_up(office: Office) -> None:
    """As a sweep would leave it: a registrar and the network of one domain."""
    with write_session(office.engine) as session:
        facts = {
            "registrar": "GoDaddy.com, LLC",
            "registrar_id": "146",
            "networks": [{"address": "203.0.113.7", "asn": 13335, "name": "CLOUDFLARENET"}],
            "statements": [
                {"field": "registrar", "value": "GoDaddy.com, LLC", "service": "rdap", "source": "rdap.example",
                 "confidence": "high", "said_at": NOW.isoformat()},
            ],
        }  # fmt: skip
        record = DomainRecord(domain="shop-a.example", host="shop-a.example", looked_up_at=NOW, facts=facts)
        session.add(record)
        session.commit()


def drafted(office: Office, text: str = TEXT, kinds: tuple[str, ...] = ("disclose",)) -> int:
    look_up(office)
    number = office.accepted(text)
    with read_session(office.engine) as session:
        prepared = prepare_asks(session, office.vault, number, head=HEAD, actor=AN, now=NOW, kinds=kinds)
    with write_session(office.engine) as session:
        add_asks(session, office.store, office.vault, number, prepared, actor=AN, now=NOW)
        session.commit()
    return number


def answer(office: Office, number: int, about: str, ask: int | None = None, **words: object) -> str:
    given: dict[str, object] = {
        "state": AnswerState.FOUND,
        "source": "Số 12/NĐK",
        "facts": (("Chủ thể", "Nguyễn Văn A"),),
    }
    with write_session(office.engine) as session:
        add_answer(
            session, office.store, office.vault, number,
            about=about, ask_id=ask, received_at=NOW, actor=AN, now=NOW, **given | words,  # type: ignore[arg-type]
        )  # fmt: skip
        session.commit()
        return session.get_one(RecordRequest, number).state


def test_each_is_asked_by_whom_it_concerns_and_nobody_is_passed_over_in_silence(quick_office: Office) -> None:
    look_up(quick_office)
    number = quick_office.accepted(TEXT)
    with read_session(quick_office.engine) as session:
        plan = plan_asks(session, quick_office.vault, number, now=NOW)
    asked_of = {whom.recipient_id: {item.subject.value for item in whom.items} for whom in plan.whom}
    assert asked_of["vnnic"] == {"mau-thu.vn"}
    assert asked_of["weebly"] == {"qua-tang.weebly.com"}
    assert asked_of["viettel"] == {"+84961234567"}
    assert {"godaddy", "cloudflare"} <= {name.split("_")[0] for name in asked_of}
    assert [(item.subject.value, "lachan whois" in why) for item, why in plan.nobody] == [("khong-biet.example", True)]


def test_a_letter_names_the_items_and_keeps_the_officer_out(quick_office: Office) -> None:
    look_up(quick_office)
    number = quick_office.accepted(TEXT)
    with read_session(quick_office.engine) as session:
        prepared = prepare_asks(session, quick_office.vault, number, head=HEAD, actor=AN, now=NOW)
    kinds = {(entry.ask.kind, entry.ask.recipient_id) for entry in prepared}
    assert {("disclose", "vnnic"), ("preserve", "vnnic"), ("disclose", "viettel")} <= kinds
    (letter,) = [entry for entry in prepared if (entry.ask.kind, entry.ask.recipient_id) == ("disclose", "vnnic")]
    text = "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(letter.pdf)).pages).split())
    for words in (
        "mau-thu.vn",
        "45/CV-PA05",
        letter.ask.token,
        "Luật An ninh mạng ngày 10 tháng 12 năm 2025",
        "HỎA TỐC",
    ):
        assert "".join(words.split()) in text
    assert "".join(OFFICER.split()) not in text
    assert "weebly" not in text


def test_a_letter_leaves_by_a_second_person_and_its_clock_runs(quick_office: Office) -> None:
    number = drafted(quick_office)
    with write_session(quick_office.engine) as session:
        ask = next(entry for entry in asks_of(session, number) if entry.kind == "disclose")
        assert ask.id is not None
        with pytest.raises(NotAllowedError):
            release_ask(session, ask.id, proof="Số 1", actor=AN, now=NOW)
        with pytest.raises(RecordsError, match="--proof"):
            release_ask(session, ask.id, proof=" ", actor=CHI, now=NOW)
        release_ask(session, ask.id, proof="Số 12/SKHCN ngày 25/11/2026", actor=CHI, now=NOW)
        session.commit()
        assert session.get_one(RecordRequest, number).state == RecordState.ASKED
        assert not overdue_asks(session, now=NOW)
        assert [entry.id for entry in overdue_asks(session, now=LATER)] == [ask.id]
        with pytest.raises(RecordsError, match="not run out"):
            prepare_reminder(session, quick_office.vault, ask.id, head=HEAD, actor=AN, now=NOW)
        reminder = prepare_reminder(session, quick_office.vault, ask.id, head=HEAD, actor=AN, now=LATER)
        add_reminder(session, quick_office.store, quick_office.vault, ask.id, reminder, actor=AN, now=LATER)
        with pytest.raises(RecordsError, match="meanwhile"):
            add_reminder(session, quick_office.store, quick_office.vault, ask.id, reminder, actor=AN, now=LATER)
        session.commit()
        assert (ask.reminders, len(ask.files)) == (1, 4)
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(reminder.pdf)).pages)
    assert "12/SKHCN" in text


def test_the_signed_scan_is_kept_sealed_with_a_letter_that_left(quick_office: Office) -> None:
    number = drafted(quick_office)
    scan = Attachment.read("cong-van-12.pdf", b"%PDF- signed scan")
    words = {"actor": CHI, "now": NOW}
    with write_session(quick_office.engine) as session:
        ask = asks_of(session, number)[0]
        store, vault = quick_office.store, quick_office.vault
        with pytest.raises(RecordsError, match="note first"):
            attach_proof(session, store, vault, ask.id or 0, (scan,), **words)  # type: ignore[arg-type]
        release_ask(session, ask.id or 0, proof="Số 12/SKHCN ngày 25/11/2026", **words)  # type: ignore[arg-type]
        attach_proof(session, store, vault, ask.id or 0, (scan,), **words)  # type: ignore[arg-type]
        session.commit()
    with write_session(quick_office.engine) as session:
        found = fetch_file(session, store, vault, number, scan.name, reason="đối chiếu", **words)  # type: ignore[arg-type]
        assert found.data == scan.data
        kept = session.exec(select(AuditEntry).where(AuditEntry.action == "records.proof_kept")).one()
        assert kept.actor == "chi"
    assert not any(scan.data in store.get(digest) for digest in store.digests())


def test_drafting_again_asks_nobody_twice(quick_office: Office) -> None:
    number = drafted(quick_office)
    with read_session(quick_office.engine) as session:
        assert (
            prepare_asks(session, quick_office.vault, number, head=HEAD, actor=AN, now=NOW, kinds=("disclose",)) == ()
        )


def test_only_an_accepted_request_leads_to_letters(quick_office: Office) -> None:
    number = quick_office.take(asked())
    with read_session(quick_office.engine) as session:
        with pytest.raises(RecordsError, match="accepted"):
            prepare_asks(session, quick_office.vault, number, head=HEAD, actor=AN, now=NOW)
        with pytest.raises(NotAllowedError):
            prepare_asks(session, quick_office.vault, number, head=HEAD, actor=LAM, now=NOW)
    lonely = quick_office.accepted("khong-biet.example", number="50/CV")
    with read_session(quick_office.engine) as session, pytest.raises(RecordsError, match="nobody is known"):
        prepare_asks(session, quick_office.vault, lonely, head=HEAD, actor=AN, now=NOW)


def test_an_answer_for_another_domain_is_refused_and_says_where_it_belongs(quick_office: Office) -> None:
    number = quick_office.accepted("shop-a.example")
    other = quick_office.accepted("shop-b.example", number="46/CV")
    with pytest.raises(
        RecordsError, match=rf"does not ask about it[\s\S]*shop-a.example[\s\S]*requests ask about it: {other}"
    ):
        answer(quick_office, number, "shop-b.example")
    with pytest.raises(RecordsError, match="names 2"):
        answer(quick_office, number, "shop-a.example shop-b.example")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"source": " "}, "--source"),
        ({"facts": ()}, "nothing_held"),
        ({"facts": (("x", "y" * 1001),)}, "1 to"),
        ({"facts": (("x", "y"),) * 41}, "at most"),
        ({"received_at": LATER}, "future"),
    ],
)
def test_an_answer_that_says_nothing_usable_is_refused(
    quick_office: Office, words: dict[str, object], message: str
) -> None:
    number = quick_office.accepted()
    given = {"about": "shop-a.example", "state": AnswerState.FOUND, "source": "x", "facts": (("Chủ thể", "A"),)}
    with write_session(quick_office.engine) as session, pytest.raises(RecordsError, match=message):
        add_answer(
            session,
            quick_office.store,
            quick_office.vault,
            number,
            **{"received_at": NOW, **given, **words},
            actor=AN,
            now=NOW,
        )  # type: ignore[arg-type]


def test_answers_move_the_request_and_their_papers_are_sealed(quick_office: Office) -> None:
    number = drafted(quick_office)
    with write_session(quick_office.engine) as session:
        mine = {ask.recipient_id: ask.id for ask in asks_of(session, number) if ask.kind == "disclose"}
        for recipient in ("vnnic", "viettel"):
            release_ask(session, mine[recipient] or 0, proof="Số 1", actor=CHI, now=NOW)
        session.commit()
    paper = Attachment.read("tra-loi.pdf", b"%PDF- Nguyen Van A")
    assert answer(quick_office, number, "hxxp://mau-thu[.]vn/", mine["vnnic"], files=(paper,)) == RecordState.PARTLY
    with pytest.raises(RecordsError, match="did not ask about"):
        answer(quick_office, number, "mau-thu.vn", mine["viettel"])
    assert answer(quick_office, number, "0961 234 567", mine["viettel"], facts=(), state=AnswerState.NOTHING_HELD) == (
        RecordState.ANSWERED
    )
    with read_session(quick_office.engine) as session:
        states = {ask.recipient_id: ask.state for ask in session.exec(select(RecordAsk)) if ask.kind == "disclose"}
        assert (states["vnnic"], states["viettel"]) == ("answered", "answered")
        chain = str([entry.model_dump() for entry in session.exec(select(AuditEntry))])
    assert "Nguyễn Văn A" not in chain
    assert not any(b"Nguyen Van A" in quick_office.store.get(digest) for digest in quick_office.store.digests())
