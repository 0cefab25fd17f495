"""The outbox: each mail is a row that leaves once; what happened to one that was under way is never guessed."""

import os
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol, cast

from sqlalchemy import CursorResult, Engine, update
from sqlmodel import Session, col, func, select

from storage.artifacts import ArtifactStore
from storage.audit import record_audit
from storage.db import write_session
from storage.models import Notice, OutboxMail
from takedown.actor import Actor, Role
from takedown.delivery.calendar import Calendar
from takedown.delivery.message import build_message
from takedown.delivery.recheck import objections
from takedown.errors import NoticeError, NoticeMissingError
from takedown.four_eyes import require_two_people
from takedown.notices import NoticeState, find_notice, record_sent
from takedown.words import word

ACTOR = "outbox"
STALE = timedelta(minutes=15)  # a claim older than this belongs to a process that died
_MAX_ATTEMPTS = 5


class MailState(StrEnum):
    """QUEUED → SENDING → SENT. UNKNOWN: claimed by a process that died; only a person says what became of it."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    FAILED = "failed"
    HELD = "held"  # something changed since it was released
    CANCELLED = "cancelled"


class Delivered(StrEnum):
    """What a transport can say. AMBIGUOUS: the mail may have left."""

    ACCEPTED = "accepted"
    REFUSED = "refused"  # for good
    RETRY = "retry"  # surely not sent, later perhaps
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True)
class TransportAnswer:
    """How one hand-over ended, in the server's words."""

    outcome: Delivered
    words: str


class Transport(Protocol):
    """Hands a whole mail to a server; it never raises for a fault of the network's or the server's."""

    def send(self, data: bytes, *, sender: str, recipient: str) -> TransportAnswer: ...


@dataclass(frozen=True, slots=True)
class SendReport:
    """What one run did; ``dry``: what would have left, were sending switched on."""

    sent: tuple[int, ...] = ()
    failed: tuple[int, ...] = ()
    held: tuple[int, ...] = ()
    unknown: tuple[int, ...] = ()
    waiting: int = 0
    dry: tuple[int, ...] = ()


def queue_released(session: Session, store: ArtifactStore, *, sender: str, now: datetime) -> int:
    """Puts every released mail notice into the outbox, once: its key is the notice's. The number that is new."""
    query = select(Notice).where(Notice.state == NoticeState.RELEASED, Notice.channel == "email")
    queued = 0
    for notice in session.exec(query.order_by(col(Notice.id))).all():
        known = select(OutboxMail.id).where(OutboxMail.key == f"notice:{notice.id}")
        if session.exec(known).first() is not None:
            continue
        if not sender or not notice.address:
            raise NoticeError(
                "no mailbox to send from: set LACHAN_MAIL_FROM", "chưa có hộp thư để gửi đi: đặt LACHAN_MAIL_FROM"
            )
        message, message_id = build_message(notice, store, sender=sender, now=now)
        assert notice.id is not None
        mail = OutboxMail(
            notice_id=notice.id,
            key=f"notice:{notice.id}",
            recipient_id=notice.recipient_id,
            sender=sender,
            to_address=notice.address,
            subject=notice.subject,
            message_digest=store.put(message.as_bytes()),
            message_id=message_id,
            state=MailState.QUEUED,
            not_before=now,
            created_at=now,
        )
        session.add(mail)
        session.flush()
        _audit(session, mail, "queued", ACTOR, now, {"digest": mail.message_digest})
        queued += 1
    return queued


def send_due(
    engine: Engine,
    store: ArtifactStore,
    transport: Transport | None,
    *,
    now: datetime,
    calendar: Calendar,
    per_recipient_hour: int = 6,
    limit: int = 100,
) -> SendReport:
    """Sends what is due, one mail a transaction: claimed and committed before the server is asked, settled after.

    Without a transport nothing leaves: the report says what would have. A crash in between leaves the claim, which
    a later run turns into UNKNOWN.
    """
    opening = calendar.next_opening(now)
    with write_session(engine) as session:
        lost = _find_lost(session, now)
        due = _due(session, now, limit)
        session.commit()
    if opening > now:
        return SendReport(unknown=lost, waiting=len(due))
    if transport is None:
        return SendReport(unknown=lost, dry=tuple(due))
    sent: list[int] = []
    failed: list[int] = []
    held: list[int] = []
    waiting = 0
    for mail_id in due:
        with write_session(engine) as session:
            ended = _claim(session, mail_id, now, per_recipient_hour)
            session.commit()
        if ended is MailState.SENDING:
            ended = _hand_over(engine, store, transport, mail_id, now)
        {MailState.SENT: sent, MailState.FAILED: failed, MailState.HELD: held}.get(ended, []).append(mail_id)
        waiting += ended is MailState.QUEUED
        lost += (mail_id,) if ended is MailState.UNKNOWN else ()
    return SendReport(tuple(sent), tuple(failed), tuple(held), lost, waiting)


def settle_mail(
    session: Session, mail_id: int, *, was_sent: bool, reason: str, actor: Actor, now: datetime
) -> OutboxMail:
    """A person's word on a mail that is unknown, held or failed: it did leave, or it goes into the queue again."""
    actor.require(Role.APPROVER)
    require_two_people(session, actor)
    mail = find_mail(session, mail_id)
    if mail.state not in {MailState.UNKNOWN, MailState.HELD, MailState.FAILED}:
        raise NoticeError(
            f"mail {mail_id} is `{mail.state}`; only unknown, held or failed ones need a person",
            f"thư {mail_id}: {word('mail', mail.state, 'vi')}; chỉ thư chưa rõ, bị giữ hoặc hỏng mới cần người xử lý",
        )
    if not reason.strip():
        raise NoticeError(
            f"mail {mail_id}: say how you know (the server's log, the mailbox, a call)",
            f"thư {mail_id}: nêu vì sao biết (nhật ký máy chủ, hộp thư, cuộc gọi)",
        )
    if was_sent:
        _mark_sent(session, mail, f"{actor.name}: {reason}", actor.name, now)
    else:
        mail.state, mail.claimed_at, mail.claimed_by, mail.not_before, mail.attempts = (
            MailState.QUEUED,
            None,
            "",
            now,
            0,
        )
        mail.reason = f"{actor.name}: {reason}"
        _audit(session, mail, "requeued", actor.name, now, {"reason": reason})
    return mail


def find_mail(session: Session, mail_id: int) -> OutboxMail:
    """The row. Raises NoticeError."""
    mail = session.get(OutboxMail, mail_id)
    if mail is None:
        raise NoticeMissingError(
            f"there is no mail {mail_id}; `lachan outbox list` shows what there is",
            f"không có thư {mail_id}; `lachan outbox list` liệt kê những gì có",
        )
    return mail


def list_mails(
    session: Session, state: str | None = None, limit: int = 200, *, before: int | None = None
) -> tuple[OutboxMail, ...]:
    """The newest first; those of one state, or all; ``before``: with lower numbers only."""
    query = select(OutboxMail).order_by(col(OutboxMail.id).desc()).limit(limit)
    if before is not None:
        query = query.where(col(OutboxMail.id) < before)
    return tuple(session.exec(query.where(OutboxMail.state == state) if state is not None else query))


def _find_lost(session: Session, now: datetime) -> tuple[int, ...]:
    """Claims of processes that died: unknown from now on."""
    query = select(OutboxMail).where(OutboxMail.state == MailState.SENDING, col(OutboxMail.claimed_at) <= now - STALE)
    lost = session.exec(query).all()
    for mail in lost:
        mail.state = MailState.UNKNOWN
        mail.reason = f"{mail.claimed_by} ended while sending; look into the mail server's log for {mail.message_id}"
        _audit(session, mail, "unknown", ACTOR, now, {"claimed_by": mail.claimed_by})
    return tuple(mail.id for mail in lost if mail.id is not None)


def _due(session: Session, now: datetime, limit: int) -> list[int]:
    query = select(OutboxMail.id).where(OutboxMail.state == MailState.QUEUED, col(OutboxMail.not_before) <= now)
    rows = session.exec(query.order_by(col(OutboxMail.not_before), col(OutboxMail.id)).limit(limit))
    return [number for number in rows if number is not None]


def _claim(session: Session, mail_id: int, now: datetime, per_hour: int) -> MailState:
    """SENDING where the mail is ours now; HELD where something changed; QUEUED where it has to wait."""
    mail = find_mail(session, mail_id)
    if _sent_lately(session, mail, now) >= per_hour:
        mail.not_before = now + timedelta(minutes=15)
        session.add(mail)
        return MailState.QUEUED
    if against := objections(session, find_notice(session, mail.notice_id), now=now):
        mail.state, mail.reason = MailState.HELD, "; ".join(against)
        _audit(session, mail, "held", ACTOR, now, {"reason": mail.reason})
        return MailState.HELD
    who = f"{socket.gethostname()}:{os.getpid()}"
    statement = (
        update(OutboxMail)
        .where(col(OutboxMail.id) == mail_id, col(OutboxMail.state) == MailState.QUEUED.value)
        .values(state=MailState.SENDING.value, claimed_at=now, claimed_by=who, attempts=col(OutboxMail.attempts) + 1)
    )
    result = cast(CursorResult[Any], session.execute(statement.execution_options(synchronize_session=False)))
    return MailState.SENDING if result.rowcount == 1 else MailState.CANCELLED  # another process has it


def _sent_lately(session: Session, mail: OutboxMail, now: datetime) -> int:
    query = (
        select(func.count())
        .select_from(OutboxMail)
        .where(OutboxMail.recipient_id == mail.recipient_id, col(OutboxMail.sent_at) > now - timedelta(hours=1))
    )
    return session.exec(query).one()


def _hand_over(engine: Engine, store: ArtifactStore, transport: Transport, mail_id: int, now: datetime) -> MailState:
    with write_session(engine) as session:
        mail = find_mail(session, mail_id)
    data = store.get(mail.message_digest)
    answer = transport.send(data, sender=mail.sender, recipient=mail.to_address)
    with write_session(engine) as session:
        mail = find_mail(session, mail_id)
        _settle(session, mail, answer, now)
        session.commit()
        return MailState(mail.state)


def _settle(session: Session, mail: OutboxMail, answer: TransportAnswer, now: datetime) -> None:
    if answer.outcome is Delivered.ACCEPTED:
        _mark_sent(session, mail, answer.words, ACTOR, now)
        return
    mail.reason = answer.words
    if answer.outcome is Delivered.AMBIGUOUS:
        mail.state = MailState.UNKNOWN
    elif answer.outcome is Delivered.REFUSED or mail.attempts >= _MAX_ATTEMPTS:
        mail.state = MailState.FAILED
    else:
        mail.state, mail.not_before = MailState.QUEUED, now + timedelta(minutes=5 * 2**mail.attempts)
    mail.claimed_at, mail.claimed_by = None, ""
    _audit(session, mail, mail.state, ACTOR, now, {"reason": answer.words[:500]})


def _mark_sent(session: Session, mail: OutboxMail, words: str, actor: str, now: datetime) -> None:
    mail.state, mail.sent_at, mail.reason = MailState.SENT, now, words
    _audit(session, mail, "sent", actor, now, {"message_id": mail.message_id, "answer": words[:500]})
    notice = find_notice(session, mail.notice_id)
    if notice.state == NoticeState.RELEASED:
        record_sent(session, notice, proof=f"{mail.message_id}: {words}"[:500], actor=actor, now=now)


def _audit(session: Session, mail: OutboxMail, what: str, actor: str, now: datetime, detail: dict[str, object]) -> None:
    session.add(mail)
    session.flush()
    record_audit(session, at=now, actor=actor, action=f"mail.{what}", subject=f"mail {mail.id}", detail=detail)
