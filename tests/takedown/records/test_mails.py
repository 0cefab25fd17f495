"""A mailed answer finds its letter by the code, lies sealed and inert, and becomes an answer by a person's hand."""

import json
from datetime import timedelta
from email.message import EmailMessage

import pytest
from sqlmodel import select

from storage.db import read_session, write_session
from storage.errors import VaultError
from storage.models import AuditEntry, RecordAsk, RecordMail, RecordRequest, Reply
from takedown.actor import CONSOLE
from takedown.delivery.replies import Taken, take_reply
from takedown.errors import NotAllowedError, RecordsError
from takedown.records.answers import AnswerState, answers_of
from takedown.records.asking import SENT
from takedown.records.dossier import fetch_file
from takedown.records.keeping import erase_request, who_saw
from takedown.records.mails import accept_mail, dismiss_mail, mails_of, open_mail, waiting_mails
from takedown.records.requests import refuse_request
from takedown.records.sealing import data_key
from tests.takedown.desk import AN, CHI, DUNG, NOW
from tests.takedown.records.asking import LAM, Office

OWNER = "Nguyễn Thị Ánh Tuyết"
CODE = "HS-23456789AB"


def mail(subject: str = "Trả lời", body: str = OWNER, **headers: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["Subject"] = f"{OWNER} <phaply@nhadangky.example>", subject
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(body)
    message.add_attachment(b"%PDF-1.7 " + OWNER.encode(), maintype="application", subtype="pdf", filename="../cv.pdf")
    message.add_attachment(b"MZ evil", maintype="application", subtype="pdf", filename="hoa-don.pdf")
    message.add_attachment(b"PK\x03\x04 macro", maintype="application", subtype="zip", filename="mau.zip")
    return message


@pytest.fixture
def letter(quick_office: Office) -> int:
    """A letter that has left, about one of the request's two domains."""
    number = quick_office.accepted("shop-a.example\nshop-b.example")
    with write_session(quick_office.engine) as session:
        ask = RecordAsk(
            request_id=number, kind="disclose", recipient_id="x", recipient_name="Nhà đăng ký", role="registrar",
            state=SENT, items=[1], token=CODE, prepared_by="an", prepared_at=NOW,
        )  # fmt: skip
        session.add(ask)
        session.commit()
        return ask.id or 0


def take(office: Office, message: EmailMessage) -> Taken:
    with write_session(office.engine) as session:
        found = take_reply(session, office.store, message.as_bytes(), now=NOW, vault=office.vault)
        session.commit()
        return found


@pytest.mark.parametrize(
    "message",
    [
        mail(subject=f"Re: {CODE.lower()}"),
        mail(body=f"Kính gửi, mã {CODE}. {OWNER}"),
        mail(In_Reply_To=f"<{CODE}.1@agency.example>"),
    ],
    ids=["subject", "body", "thread"],
)
def test_an_answer_finds_its_letter_once_and_nothing_of_it_is_readable(
    quick_office: Office, letter: int, message: EmailMessage
) -> None:
    assert take(quick_office, message) == Taken("answer", None, letter_id=letter)
    assert take(quick_office, message) == Taken("answer", None, known=True, letter_id=letter)
    stored = b"".join(quick_office.store.get(digest) for digest in quick_office.store.digests())
    assert OWNER.encode() not in stored
    assert b"MZ evil" not in stored
    with read_session(quick_office.engine) as session:
        (row,) = waiting_mails(session)
        assert OWNER not in str(row.model_dump())
        assert session.exec(select(Reply)).all() == []
        assert session.get_one(RecordAsk, letter).state == SENT, "a mail moves nothing by itself"
        assert session.get_one(RecordRequest, row.request_id).state == "accepted"
        assert OWNER not in json.dumps([e.detail for e in session.exec(select(AuditEntry))], ensure_ascii=False)


def test_bounces_and_receipts_are_told_apart(quick_office: Office, letter: int) -> None:
    assert take(quick_office, mail(subject=CODE, Return_Path="<>")).kind == "bounce"
    assert take(quick_office, mail(subject=CODE, Auto_Submitted="auto-replied")).kind == "automatic"
    with read_session(quick_office.engine) as session:
        assert [row.state for row in mails_of(session, 1)] == ["waiting", "noted"]
    assert take(quick_office, mail(subject="HS-ZZZZZZZZZZ")) == Taken("answer", None)  # a code of nobody's
    assert letter


def test_without_the_key_nothing_is_recorded(quick_office: Office, letter: int) -> None:
    assert letter
    with write_session(quick_office.engine) as session, pytest.raises(VaultError, match="LACHAN_RECORDS_KEY_FILE"):
        take_reply(session, quick_office.store, mail(subject=CODE).as_bytes(), now=NOW)
    with read_session(quick_office.engine) as session:
        assert (session.exec(select(RecordMail)).all(), session.exec(select(Reply)).all()) == ([], [])


def test_a_person_reads_it_for_a_reason_and_enters_it_through_the_door_of_answers(
    quick_office: Office, letter: int
) -> None:
    take(quick_office, mail(subject=CODE))
    store, vault = quick_office.store, quick_office.vault
    with write_session(quick_office.engine) as session:
        for actor in (LAM, DUNG):
            with pytest.raises(NotAllowedError):
                open_mail(session, store, vault, 1, reason="x", actor=actor, now=NOW)
        with pytest.raises(RecordsError, match="--reason"):
            open_mail(session, store, vault, 1, reason=" ", actor=AN, now=NOW)
        view = open_mail(session, store, vault, 1, reason="ghi trả lời", actor=AN, now=NOW)
        assert (OWNER in view.sender, OWNER in view.text, view.subject) == (True, True, CODE)
        assert (view.usable, view.held) == (("thu-1-1-cv.pdf",), ("thu-1-2-hoa-don.pdf", "thu-1-3-mau.zip"))
        with pytest.raises(RecordsError, match="did not ask about"):
            accept_mail(
                session, store, vault, 1, about="shop-b.example", state=AnswerState.FOUND, actor=AN, now=NOW
            )  # fmt: skip
        row = accept_mail(
            session, store, vault, 1, about="shop-a.example", state=AnswerState.FOUND,
            facts=(("Chủ thể", OWNER),), actor=AN, now=NOW,
        )  # fmt: skip
        session.commit()
        assert session.get_one(RecordAsk, letter).state == "answered"
        assert session.get_one(RecordRequest, 1).state == "answered"
        assert session.get_one(RecordMail, 1).answers == [row.id]
    with write_session(quick_office.engine) as session:
        request = session.get_one(RecordRequest, 1)
        (given,) = answers_of(session, data_key(vault, request), 1)[1]
        assert (given.facts, given.files) == ((("Chủ thể", OWNER),), ("thu-1-1-cv.pdf",))
        assert "thư ngày" in given.source
        held = fetch_file(session, store, vault, 1, "thu-1-2-hoa-don.pdf", reason="soi", actor=AN, now=NOW)
        assert (held.data, held.media_type) == (b"MZ evil", "application/octet-stream")
        with pytest.raises(RecordsError, match="has no file"):
            fetch_file(session, store, vault, 1, "thu-1-2-hoa-don.pdf", reason="soi", actor=LAM, now=NOW)
        looks = [(look.actor, look.what) for look in who_saw(session, "shop-a.example", actor=CHI)]
        assert looks == [("an", "mail 1"), ("an", "mail_attachment")]


def test_what_is_no_answer_is_dismissed_and_all_goes_with_its_request(quick_office: Office, letter: int) -> None:
    take(quick_office, mail(subject=CODE))
    with write_session(quick_office.engine) as session:
        with pytest.raises(RecordsError, match="--reason"):
            dismiss_mail(session, 1, reason=" ", actor=AN, now=NOW)
        dismiss_mail(session, 1, reason="quảng cáo", actor=AN, now=NOW)
        for again in (
            lambda: dismiss_mail(session, 1, reason="x", actor=AN, now=NOW),
            lambda: accept_mail(
                session, quick_office.store, quick_office.vault, 1, about="shop-a.example",
                state=AnswerState.REFUSED, actor=AN, now=NOW,
            ),
            lambda: dismiss_mail(session, 9, reason="x", actor=AN, now=NOW),
        ):  # fmt: skip
            with pytest.raises(RecordsError):
                again()
        refuse_request(session, 1, reason="rút", actor=CHI, now=NOW)
        erase_request(session, 1, reason="hết hạn", actor=CONSOLE, now=NOW + timedelta(days=1))
        session.commit()
        assert session.exec(select(RecordMail)).all() == []
        assert letter


def test_a_mail_that_cites_an_erased_request_waits_for_a_person_and_nothing_of_it_is_kept(
    quick_office: Office, letter: int
) -> None:
    assert letter
    with write_session(quick_office.engine) as session:
        refuse_request(session, 1, reason="rút", actor=CHI, now=NOW)
        erase_request(session, 1, reason="hết hạn", actor=CONSOLE, now=NOW)
        session.commit()
    before, late = set(quick_office.store.digests()), mail(subject=f"Re: {CODE}")
    assert take(quick_office, late) == Taken("answer", None, erased_request=1)
    assert take(quick_office, late) == Taken("answer", None, known=True, erased_request=1)
    assert set(quick_office.store.digests()) == before
    store, vault = quick_office.store, quick_office.vault
    with write_session(quick_office.engine) as session:
        assert session.exec(select(Reply)).all() == []
        (row,) = waiting_mails(session)
        assert (row.state, row.request_id, row.sealed, row.files) == ("erased", 1, None, [])
        assert OWNER not in str(row.model_dump())
        with pytest.raises(RecordsError, match="in the mailbox"):
            open_mail(session, store, vault, 1, reason="x", actor=AN, now=NOW)
        with pytest.raises(RecordsError, match="in the mailbox"):
            accept_mail(
                session, store, vault, 1, about="shop-a.example", state=AnswerState.FOUND, actor=AN, now=NOW
            )  # fmt: skip
        dismiss_mail(session, 1, reason="trả lại người gửi", actor=AN, now=NOW)
        assert waiting_mails(session) == ()
