"""Answers find their notice, bounces are told apart, and nothing in them is obeyed."""

from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import select

from storage.artifacts import ArtifactStore
from storage.db import read_session, write_session
from storage.models import CaseEvent, Notice, OutboxMail, Reply
from takedown.delivery.outbox import settle_mail
from takedown.delivery.replies import Taken, take_reply
from tests.takedown.desk import CHI, NOW


def mail(subject: str = "Re", body: str = "Done.", **headers: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["Subject"] = headers.pop("From", "Abuse <abuse@host.example>"), subject
    message["Message-ID"] = headers.pop("id", "<1@host.example>")
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(body)
    return message


def taken(engine: Engine, store: ArtifactStore, *messages: EmailMessage) -> tuple[Taken, ...]:
    with write_session(engine) as session:
        found = tuple(take_reply(session, store, message.as_bytes(), now=NOW) for message in messages)
        session.commit()
        return found


@pytest.fixture
def token(sqlite_engine: Engine, mail_id: int) -> str:
    with write_session(sqlite_engine) as session:
        mail = session.get_one(OutboxMail, mail_id)
        mail.state = "unknown"
        settle_mail(session, mail_id, was_sent=True, reason="nhật ký", actor=CHI, now=NOW)
        session.commit()
        return session.exec(select(Notice)).one().token


@pytest.mark.parametrize("where", ["subject", "body", "thread"])
def test_an_answer_finds_its_notice_once(
    sqlite_engine: Engine, artifact_store: ArtifactStore, token: str, where: str
) -> None:
    message = mail(
        subject=f"Re: [{token}]" if where == "subject" else "Re",
        body=f"ref {token.lower()}" if where == "body" else "ok",
        **({"In_Reply_To": f"<{token.lower()}.1@agency.example>"} if where == "thread" else {}),
    )
    assert taken(sqlite_engine, artifact_store, message) == (Taken("answer", 1),)
    assert taken(sqlite_engine, artifact_store, message) == (Taken("answer", 1, known=True),)
    with read_session(sqlite_engine) as session:
        assert session.exec(select(Notice)).one().state == "answered"
        assert [event.kind for event in session.exec(select(CaseEvent))].count("reply") == 1


def test_a_bounce_is_a_failure_not_an_answer(sqlite_engine: Engine, artifact_store: ArtifactStore, token: str) -> None:
    message = mail(subject=f"Undelivered [{token}]", From="MAILER-DAEMON@host.example")
    assert taken(sqlite_engine, artifact_store, message) == (Taken("bounce", 1),)
    with read_session(sqlite_engine) as session:
        assert session.exec(select(Notice)).one().state == "sent"
        assert session.exec(select(OutboxMail)).one().state == "failed"


def test_an_automatic_receipt_leaves_the_clock_running(
    sqlite_engine: Engine, artifact_store: ArtifactStore, token: str
) -> None:
    message = mail(subject=f"Ticket [{token}]", Auto_Submitted="auto-replied")
    assert taken(sqlite_engine, artifact_store, message) == (Taken("automatic", 1),)
    with read_session(sqlite_engine) as session:
        assert session.exec(select(Notice)).one().state == "sent"


def test_what_matches_nothing_is_kept_for_a_person(sqlite_engine: Engine, artifact_store: ArtifactStore) -> None:
    message = mail(subject="hello LC-2222222222")
    message.add_attachment(b"MZ...", maintype="application", subtype="octet-stream", filename="../../run.exe")
    assert taken(sqlite_engine, artifact_store, message) == (Taken("answer", None),)
    with read_session(sqlite_engine) as session:
        ((name, digest, size),) = session.exec(select(Reply)).one().attachments
    assert (name, size) == ("../../run.exe", 5)
    assert artifact_store.get(digest) == b"MZ..."


@settings(max_examples=60, deadline=None)
@given(data=st.binary(max_size=400), header=st.text(max_size=60))
def test_no_mail_breaks_the_reader(data: bytes, header: str) -> None:
    from email import message_from_bytes, policy

    from takedown.delivery.replies import body_text, judge_kind

    head = f"Subject: {header}\r\nContent-Type: {header}\r\n\r\n".encode(errors="replace")
    for raw in (data, head + data):
        message = message_from_bytes(raw, policy=policy.default)
        assert isinstance(message, EmailMessage)
        assert judge_kind(message) in {"bounce", "automatic", "answer"}
        assert isinstance(body_text(message), str)
