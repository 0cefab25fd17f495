"""A mail leaves once: dry by default, at decent hours, after a last look, and never again when nobody knows."""

import subprocess
import sys
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from storage.artifacts import ArtifactStore
from storage.audit import verify_audit
from storage.db import read_session, write_session
from storage.models import Case, DomainRecord, Notice, OutboxMail, Verification
from takedown.actor import Actor
from takedown.delivery.calendar import Calendar
from takedown.delivery.outbox import SendReport, queue_released, send_due, settle_mail
from takedown.delivery.smtp import SmtpServer, SmtpTransport
from takedown.errors import NotAllowedError, NoticeError
from takedown.recipients import ChannelKind, load_recipients
from takedown.recipients.confirmation import Decision, decide_contact
from tests.takedown.delivery.conftest import ABUSE, Server
from tests.takedown.desk import AN, CHI, NOW

ROOT = Path(__file__).parents[3]


def send(engine: Engine, store: ArtifactStore, smtp: Server | None, minutes: int = 1, per_hour: int = 6) -> SendReport:
    transport = SmtpTransport(SmtpServer("127.0.0.1", smtp.port)) if smtp is not None else None
    return send_due(
        engine,
        store,
        transport,
        now=NOW + timedelta(minutes=minutes),
        calendar=Calendar(),
        per_recipient_hour=per_hour,
    )


def state(engine: Engine, mail_id: int) -> tuple[str, str]:
    with read_session(engine) as session:
        mail = session.get_one(OutboxMail, mail_id)
        return mail.state, mail.reason


def test_nothing_leaves_until_an_operator_switches_sending_on(
    sqlite_engine: Engine, artifact_store: ArtifactStore, mail_id: int, smtp: Server
) -> None:
    assert send(sqlite_engine, artifact_store, None) == SendReport(dry=(mail_id,))
    assert smtp.mailbox.arrived == []
    assert state(sqlite_engine, mail_id)[0] == "queued"


def test_a_mail_leaves_once_with_its_files_and_starts_the_clock(
    sqlite_engine: Engine, artifact_store: ArtifactStore, mail_id: int, smtp: Server
) -> None:
    assert send(sqlite_engine, artifact_store, smtp).sent == (mail_id,)
    assert send(sqlite_engine, artifact_store, smtp, minutes=2) == SendReport()
    (data,) = smtp.mailbox.arrived
    message = message_from_bytes(data, policy=policy.default)
    names = [part.get_filename() for part in message.iter_attachments()]  # type: ignore[attr-defined]
    assert names == ["letter.pdf", "annex.csv", "annex.json", "xarf-1.json"]
    assert message["To"] == ABUSE
    with write_session(sqlite_engine) as session:
        notice = session.exec(select(Notice)).one()
        assert notice.state == "sent"
        assert notice.token in str(message["Subject"])
        assert session.exec(select(Case)).one().state == "waiting"
        assert verify_audit(session).holds
        assert queue_released(session, artifact_store, sender="desk@agency.example", now=NOW) == 0


def test_a_process_killed_between_sent_and_recorded_never_sends_twice(
    sqlite_engine: Engine, sqlite_url: str, artifact_store: ArtifactStore, mail_id: int, smtp: Server, tmp_path: Path
) -> None:
    words = [sqlite_url, f"file://{tmp_path / 'artifacts'}", str(smtp.port), NOW.isoformat()]
    done = subprocess.run(
        [sys.executable, "-m", "tests.takedown.delivery.killed_sender", *words], cwd=ROOT, check=False, timeout=120
    )
    assert done.returncode == -9
    assert len(smtp.mailbox.arrived) == 1
    assert send(sqlite_engine, artifact_store, smtp, minutes=5) == SendReport()  # may still be under way
    assert send(sqlite_engine, artifact_store, smtp, minutes=16).unknown == (mail_id,)
    assert send(sqlite_engine, artifact_store, smtp, minutes=600) == SendReport()
    assert len(smtp.mailbox.arrived) == 1
    assert "mail server's log" in state(sqlite_engine, mail_id)[1]
    with write_session(sqlite_engine) as session:
        with pytest.raises(NotAllowedError):
            settle_mail(session, mail_id, was_sent=True, reason="nhật ký máy chủ", actor=AN, now=NOW)
        with pytest.raises(NoticeError, match="how you know"):
            settle_mail(session, mail_id, was_sent=True, reason=" ", actor=CHI, now=NOW)
        assert settle_mail(session, mail_id, was_sent=True, reason="nhật ký", actor=CHI, now=NOW).state == "sent"
        session.commit()
    with read_session(sqlite_engine) as session:
        assert session.exec(select(Notice)).one().state == "sent"


@pytest.mark.parametrize(("answer", "expected"), [("451 later", "queued"), ("550 no such user", "failed")])
def test_a_servers_no_is_told_from_its_not_now(
    sqlite_engine: Engine, artifact_store: ArtifactStore, mail_id: int, smtp: Server, answer: str, expected: str
) -> None:
    smtp.mailbox.answer = answer
    send(sqlite_engine, artifact_store, smtp)
    assert state(sqlite_engine, mail_id) == (expected, answer)


def test_a_server_that_is_not_there_is_tried_later(
    sqlite_engine: Engine, artifact_store: ArtifactStore, mail_id: int
) -> None:
    nobody = SmtpTransport(SmtpServer("127.0.0.1", 1))
    send_due(sqlite_engine, artifact_store, nobody, now=NOW, calendar=Calendar())
    held, reason = state(sqlite_engine, mail_id)
    assert held == "queued"
    assert reason.startswith("not connected")


def test_a_mail_waits_for_the_morning(
    sqlite_engine: Engine, artifact_store: ArtifactStore, mail_id: int, smtp: Server
) -> None:
    assert send(sqlite_engine, artifact_store, smtp, minutes=11 * 60) == SendReport(waiting=1)  # 21:00 in Vietnam
    assert smtp.mailbox.arrived == []


def test_one_recipient_is_not_flooded(
    sqlite_engine: Engine, artifact_store: ArtifactStore, mail_id: int, smtp: Server
) -> None:
    assert send(sqlite_engine, artifact_store, smtp, per_hour=0) == SendReport(waiting=1)
    assert state(sqlite_engine, mail_id)[0] == "queued"


@pytest.mark.parametrize("change", ["down", "moved", "contact", "old"])
def test_a_last_look_holds_what_changed(
    sqlite_engine: Engine, artifact_store: ArtifactStore, mail_id: int, smtp: Server, change: str
) -> None:
    minutes = 1
    with write_session(sqlite_engine) as session:
        if change == "down":
            url = "https://shop-a.example/"  # as the case has it; the notice names the address that it led to
            session.add(Verification(case_id=1, url=url, at=NOW, verdict="removed"))
        if change == "moved":
            facts = {"networks": [{"address": "203.0.113.9", "asn": 16276}]}
            host = "shop-a.example"
            session.add(DomainRecord(domain=host, host=host, looked_up_at=NOW + timedelta(minutes=1), facts=facts))
        if change == "contact":
            recipient = load_recipients().get("cloudflare")
            assert recipient is not None
            decide_contact(
                session,
                recipient,
                ChannelKind.EMAIL,
                ABUSE,
                decision=Decision.REJECTED,
                actor="chi",
                reason="sai",
                now=NOW,
            )
        if change == "old":
            minutes = 5 * 24 * 60
        session.commit()
    assert send(sqlite_engine, artifact_store, smtp, minutes=minutes).held == (mail_id,)
    words = {"down": "down already", "moved": "another network", "contact": "refused by a person", "old": "not seen"}
    assert words[change] in state(sqlite_engine, mail_id)[1]
    assert smtp.mailbox.arrived == []


def test_the_stranger_cannot_settle(sqlite_engine: Engine, mail_id: int) -> None:
    with write_session(sqlite_engine) as session, pytest.raises(NotAllowedError):
        settle_mail(session, mail_id, was_sent=False, reason="x", actor=Actor("x", frozenset()), now=NOW)
