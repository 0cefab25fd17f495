"""A mail that cites no code waits until one person says where it belongs, and works there as if it had cited it."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from storage.artifacts import ArtifactStore
from storage.audit import verify_audit
from storage.db import read_session, write_session
from storage.models import AuditEntry, CaseEvent, Notice, OutboxMail, RecordAsk, RecordMail, Reply
from storage.vault import Vault, add_key
from takedown.delivery.outbox import settle_mail
from takedown.delivery.replies import ReplyState, take_reply
from takedown.delivery.unmatched import Place, attach_reply, attach_to_letter, dismiss_reply, list_replies
from takedown.errors import CaseMissingError, NotAllowedError, NoticeError, RecordMissingError
from takedown.records.gate import Asked
from takedown.records.mails import open_mail
from takedown.records.requests import take_request
from takedown.records.subjects import read_subjects
from tests.takedown.delivery.test_replies import mail
from tests.takedown.desk import AN, CHI, DUNG, NOW, open_case


def stray(engine: Engine, store: ArtifactStore, subject: str = "Đã gỡ trang", sender: str = "a@b.example") -> int:
    with write_session(engine) as session:
        taken = take_reply(session, store, mail(subject=subject, From=sender).as_bytes(), now=NOW)
        assert (taken.notice_id, taken.letter_id) == (None, None)
        session.commit()
        (number,) = (row.id for row in session.exec(select(Reply)) if row.subject == subject)
        return number or 0


@pytest.fixture
def sent(sqlite_engine: Engine, mail_id: int) -> int:
    """The notice, whose mail left."""
    with write_session(sqlite_engine) as session:
        session.get_one(OutboxMail, mail_id).state = "unknown"
        settle_mail(session, mail_id, was_sent=True, reason="nhật ký", actor=CHI, now=NOW)
        session.commit()
        return session.exec(select(Notice)).one().id or 0


def test_attached_to_a_notice_it_answers_it_by_the_name_of_who_read_it(
    sqlite_engine: Engine, artifact_store: ArtifactStore, sent: int
) -> None:
    number = stray(sqlite_engine, artifact_store)
    with write_session(sqlite_engine) as session:
        attach_reply(session, number, Place.NOTICE, sent, reason="quên mã", actor=AN, now=NOW)
        session.commit()
    with read_session(sqlite_engine) as session:
        notice, reply = session.get_one(Notice, sent), session.get_one(Reply, number)
        assert (notice.state, reply.state, reply.notice_id, reply.decided_by) == ("answered", "attached", sent, "an")
        event = [event for event in session.exec(select(CaseEvent)) if event.kind == "reply"][-1]
        assert (event.actor, event.detail["reply"]) == ("an", number)
        entry = session.exec(select(AuditEntry).where(AuditEntry.action == "reply.attached")).one()
        assert entry.detail == {"from": "unmatched", "to": "attached", "reason": "quên mã", "notice": sent}
        assert verify_audit(session).holds


def test_a_bounce_without_a_code_is_a_failure_once_a_person_knows_of_which_mail(
    sqlite_engine: Engine, artifact_store: ArtifactStore, sent: int, mail_id: int
) -> None:
    number = stray(sqlite_engine, artifact_store, "Undelivered", "MAILER-DAEMON@host.example")
    with write_session(sqlite_engine) as session:
        attach_reply(session, number, Place.NOTICE, sent, reason="cùng giờ, cùng địa chỉ", actor=AN, now=NOW)
        assert (session.get_one(OutboxMail, mail_id).state, session.get_one(Notice, sent).state) == ("failed", "sent")


def test_to_a_case_or_to_nothing_and_never_twice(sqlite_engine: Engine, artifact_store: ArtifactStore) -> None:
    case = open_case(sqlite_engine)
    first, second = (stray(sqlite_engine, artifact_store, subject) for subject in ("Một", "Hai"))
    with write_session(sqlite_engine) as session:
        with pytest.raises(CaseMissingError):
            attach_reply(session, first, Place.CASE, 99, reason="x", actor=AN, now=NOW)
        session.rollback()
        attach_reply(session, first, Place.CASE, case, reason="chủ trang viết", actor=AN, now=NOW)
        dismiss_reply(session, second, reason="quảng cáo", actor=CHI, now=NOW + timedelta(hours=1))
        session.commit()
    with read_session(sqlite_engine) as session:
        assert [(row.state, row.case_id) for row in session.exec(select(Reply).order_by(Reply.id))] == [  # type: ignore[arg-type]
            ("attached", case),
            ("dismissed", None),
        ]
        for number in (first, second):
            with pytest.raises(NoticeError, match="already"):
                dismiss_reply(session, number, reason="lại", actor=AN, now=NOW)
        assert list_replies(session, actor=AN).rows == ()
        assert [row.id for row in list_replies(session, actor=AN, state=ReplyState.DISMISSED).rows] == [second]


def test_who_may_not_and_no_reason_change_nothing(sqlite_engine: Engine, artifact_store: ArtifactStore) -> None:
    number = stray(sqlite_engine, artifact_store)
    with write_session(sqlite_engine) as session:
        with pytest.raises(NotAllowedError):
            list_replies(session, actor=DUNG)
        with pytest.raises(NotAllowedError):
            dismiss_reply(session, number, reason="x", actor=DUNG, now=NOW)
        with pytest.raises(NoticeError, match="say why"):
            dismiss_reply(session, number, reason="  ", actor=AN, now=NOW)
        with pytest.raises(NoticeError, match="no answer 99"):
            dismiss_reply(session, 99, reason="x", actor=AN, now=NOW)
        assert session.get_one(Reply, number).state == "unmatched"


def test_a_registrars_answer_without_its_code_is_sealed_with_the_letter_that_a_person_names(
    sqlite_engine: Engine, artifact_store: ArtifactStore, tmp_path: Path
) -> None:
    add_key(tmp_path / "keys")
    vault = Vault.load(tmp_path / "keys")
    asked = Asked(document_number="45/CV", subjects=read_subjects("a.example"), pasted="a.example", received_at=NOW)
    number = stray(sqlite_engine, artifact_store, "Chủ thể: Nguyễn Thị Ánh")
    with write_session(sqlite_engine) as session:
        request = take_request(session, artifact_store, vault, asked, actor=AN, now=NOW).request.id or 0
        words = {"kind": "disclose", "recipient_id": "x", "recipient_name": "X", "role": "registrar", "state": "sent"}
        session.add(
            RecordAsk(request_id=request, token="HS-23456789AB", prepared_by="an", prepared_at=NOW, items=[1], **words)
        )
        session.commit()
    with write_session(sqlite_engine) as session:
        with pytest.raises(RecordMissingError):
            attach_to_letter(session, artifact_store, vault, number, 99, reason="x", actor=AN, now=NOW)
        row = attach_to_letter(session, artifact_store, vault, number, 1, reason="quên mã", actor=AN, now=NOW)
        assert (row.state, row.request_id, row.ask_id) == ("waiting", request, 1)
        session.commit()
    with write_session(sqlite_engine) as session:
        reply = session.get_one(Reply, number)
        assert (reply.state, reply.subject, reply.text, reply.sender) == ("attached", "", "", "")
        assert "Ánh" not in str(session.exec(select(RecordMail)).one())
        view = open_mail(session, artifact_store, vault, row.id or 0, reason="đọc", actor=AN, now=NOW)
        assert view.subject == "Chủ thể: Nguyễn Thị Ánh"
        known = take_reply(session, artifact_store, artifact_store.get(reply.raw_digest), now=NOW, vault=vault)
        assert known.known, "the same mail fetched again stays where it was put"


def test_pages_go_from_the_newest_to_the_oldest(sqlite_engine: Engine, artifact_store: ArtifactStore) -> None:
    numbers = [stray(sqlite_engine, artifact_store, f"Thư {place}") for place in range(3)]
    with read_session(sqlite_engine) as session:
        first = list_replies(session, actor=AN, limit=2)
        rest = list_replies(session, actor=AN, limit=2, before=first.before)
    assert [row.id for row in (*first.rows, *rest.rows)] == numbers[::-1]
    assert (first.before, rest.before) == (numbers[1], None)
