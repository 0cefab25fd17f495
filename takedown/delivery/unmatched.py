"""Mails that cite no code of ours: a person says which notice, case or letter one belongs to, or why none."""

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from enum import StrEnum

from sqlmodel import Session, col, select

from storage.artifacts import ArtifactStore
from storage.audit import record_audit
from storage.models import RecordMail, Reply
from storage.vault import Vault
from takedown.actor import Actor, Role
from takedown.delivery.replies import ReplyState, attached_files, tell_notice
from takedown.errors import NoticeError, NoticeMissingError
from takedown.history import find_case, record_event
from takedown.notices import find_notice
from takedown.records import mails
from takedown.records.asking import find_ask
from takedown.words import word


class Place(StrEnum):
    """What a mail is attached to by its number; a letter of an owner-record request seals it: ``attach_to_letter``."""

    NOTICE = "notice"
    CASE = "case"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One page of mails, and the number to go on before; None on the last page."""

    rows: tuple[Reply, ...]
    before: int | None


def list_replies(
    session: Session, *, actor: Actor, state: str = ReplyState.UNMATCHED, before: int | None = None, limit: int = 50
) -> Waiting:
    """Mails in one state, the newest first. Raises NotAllowedError: they may name people."""
    _allowed(actor)
    query = select(Reply).where(Reply.state == state).order_by(col(Reply.id).desc()).limit(limit + 1)
    if before is not None:
        query = query.where(col(Reply.id) < before)
    rows = tuple(session.exec(query).all())
    return Waiting(rows[:limit], rows[limit - 1].id if len(rows) > limit else None)


def find_reply(session: Session, reply_id: int, *, actor: Actor) -> Reply:
    """The row. Raises NotAllowedError, NoticeMissingError."""
    _allowed(actor)
    reply = session.get(Reply, reply_id)
    if reply is None:
        raise NoticeMissingError(
            f"there is no answer {reply_id}; `lachan replies list` shows those that wait",
            f"không có thư trả lời {reply_id}; `lachan replies list` liệt kê thư đang chờ",
        )
    return reply


def attach_reply(
    session: Session, reply_id: int, place: Place, number: int, *, reason: str, actor: Actor, now: datetime
) -> Reply:
    """To a notice, on which it then works as one that cited its code; or to a case alone.

    Raises NotAllowedError, NoticeError (also where somebody settled it before), CaseMissingError.
    """
    reply = _open(session, reply_id, reason, actor)
    if place is Place.NOTICE:
        notice = find_notice(session, number)
        reply.notice_id = notice.id
        _settle(session, reply, ReplyState.ATTACHED, reason, actor, now, {"notice": number})
        tell_notice(session, notice, reply, now, actor=actor.name)
    else:
        case = find_case(session, number)
        reply.case_id = case.id
        _settle(session, reply, ReplyState.ATTACHED, reason, actor, now, {"case": number})
        detail = {"reply": reply.id, "kind": reply.kind, "from": reply.sender[:200]}
        record_event(session, case, "reply", actor=actor.name, detail=detail, now=now)
    return reply


def attach_to_letter(
    session: Session,
    store: ArtifactStore,
    vault: Vault,
    reply_id: int,
    letter_id: int,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
) -> RecordMail:
    """To a letter of an owner-record request: sealed there as one that cited its code, and its words leave this list.

    The bytes that came stay in the evidence store, which forgets nothing. Raises NotAllowedError, NoticeError,
    RecordMissingError, VaultError, and what ``ArtifactStore.get`` raises.
    """
    reply = _open(session, reply_id, reason, actor)
    letter = find_ask(session, letter_id)
    raw = store.get(reply.raw_digest)
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    incoming = mails.Incoming(
        key=reply.message_key,
        kind=reply.kind,
        sender=reply.sender,
        subject=reply.subject,
        text=reply.text,
        received_at=reply.received_at,
        raw=raw,
        attachments=tuple(attached_files(message)),
    )
    row = mails.keep_mail(session, store, vault, letter, incoming, now=now)
    reply.sender = reply.subject = reply.text = ""
    reply.attachments = []
    _settle(session, reply, ReplyState.ATTACHED, reason, actor, now, {"letter": letter_id, "mail": row.id})
    return row


def dismiss_reply(session: Session, reply_id: int, *, reason: str, actor: Actor, now: datetime) -> Reply:
    """It belongs to nothing here; it stays kept. Raises NotAllowedError, NoticeError."""
    reply = _open(session, reply_id, reason, actor)
    _settle(session, reply, ReplyState.DISMISSED, reason, actor, now, {})
    return reply


def _allowed(actor: Actor) -> None:
    actor.require(Role.REVIEWER, Role.APPROVER)


def _open(session: Session, reply_id: int, reason: str, actor: Actor) -> Reply:
    reply = find_reply(session, reply_id, actor=actor)
    if reply.state != ReplyState.UNMATCHED:
        by = f" ({reply.decided_by})" if reply.decided_by else ""
        raise NoticeError(
            f"answer {reply_id} is `{reply.state}` already{by}",
            f"thư trả lời {reply_id}: {word('reply_state', reply.state, 'vi').lower()} rồi{by}",
        )
    if not reason.strip():
        raise NoticeError(f"answer {reply_id}: say why", f"thư trả lời {reply_id}: nêu lý do")
    return reply


def _settle(
    session: Session,
    reply: Reply,
    state: ReplyState,
    reason: str,
    actor: Actor,
    now: datetime,
    detail: dict[str, object],
) -> None:
    before, reply.state = reply.state, state
    reply.reason, reply.decided_by, reply.decided_at = reason.strip(), actor.name, now
    session.add(reply)
    session.flush()
    record_audit(
        session,
        at=now,
        actor=actor.name,
        action=f"reply.{state.value}",
        subject=f"reply {reply.id}",
        detail={"from": before, "to": state.value, "reason": reply.reason, **detail},
    )
