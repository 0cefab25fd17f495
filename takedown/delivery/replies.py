"""Brings answers in: matched by their token to a notice or a letter, bounces told apart, all kept inert."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from enum import StrEnum
from hashlib import sha256

from sqlmodel import Session, col, select

from storage.artifacts import ArtifactStore
from storage.models import Notice, OutboxMail, Reply
from storage.vault import Vault
from takedown.history import find_case, record_event
from takedown.notices import NoticeState
from takedown.records import mails

ACTOR = "replies"
MAX_TEXT = 20_000
MAX_ATTACHMENTS = 30
_TOKEN = re.compile(r"LC-[23456789ABCDEFGHJKMNPQRSTVWXYZ]{10}", re.IGNORECASE | re.ASCII)
_BOUNCE_FROM = re.compile(r"mailer-daemon|postmaster", re.IGNORECASE)
_TAGS = re.compile(r"<[^>]{0,2000}>")


class ReplyState(StrEnum):
    """``matched`` by its code; else ``unmatched`` until a person attaches or dismisses it (``unmatched.py``)."""

    MATCHED = "matched"
    UNMATCHED = "unmatched"
    ATTACHED = "attached"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class Taken:
    """What one mail was. ``notice_id`` None: no notice's token matched; ``letter_id``: of an owner-record request;
    ``erased_request``: the mail cites one that was erased, and nothing of it was kept."""

    kind: str
    notice_id: int | None
    known: bool = False
    letter_id: int | None = None
    erased_request: int | None = None


def take_reply(
    session: Session, store: ArtifactStore, data: bytes, *, now: datetime, vault: Vault | None = None
) -> Taken:
    """Records one mail; the same one again changes nothing.

    An answer to an owner-record request may name people: it is sealed with its request. Raises VaultError where the
    key for that is not there; then nothing was recorded.
    """
    message = message_from_bytes(data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    key = sha256(data).hexdigest()  # not its Message-ID: a second mail under an old one would be lost
    known = session.exec(select(Reply).where(Reply.message_key == key)).first()
    if known is not None:
        return Taken(known.kind, known.notice_id, known=True)
    if (sealed := mails.known_mail(session, key)) is not None:
        erased = sealed.request_id if sealed.ask_id is None else None
        return Taken(sealed.kind, None, known=True, letter_id=sealed.ask_id, erased_request=erased)
    text = body_text(message)
    kind = judge_kind(message)
    codes = _tokens(message, text, mails.TOKEN)
    if (letter := mails.letter_of(session, codes)) is not None:
        incoming = mails.Incoming(
            key=key,
            kind=kind,
            sender=_header(message, "From"),
            subject=_header(message, "Subject"),
            text=text,
            received_at=_date(message, now),
            raw=data,
            attachments=tuple(attached_files(message)),
        )
        mails.keep_mail(session, store, vault or Vault.load(""), letter, incoming, now=now)
        return Taken(kind, None, letter_id=letter.id)
    if (erased := mails.erased_request_of(session, codes)) is not None:
        mails.note_erased(session, erased, key=key, kind=kind, received_at=_date(message, now), now=now)
        return Taken(kind, None, erased_request=erased)
    notice = _find_notice(session, message, text)
    reply = Reply(
        notice_id=notice.id if notice is not None else None,
        state=ReplyState.MATCHED if notice is not None else ReplyState.UNMATCHED,
        message_key=key,
        kind=kind,
        sender=_header(message, "From"),
        subject=_header(message, "Subject"),
        text=text,
        received_at=_date(message, now),
        raw_digest=store.put(data),
        attachments=_attachments(store, message),
    )
    session.add(reply)
    session.flush()
    if notice is not None:
        tell_notice(session, notice, reply, now)
    return Taken(kind, reply.notice_id)


def judge_kind(message: EmailMessage) -> str:
    """``bounce``, ``automatic`` (receipt, absence) or ``answer``; by headers, never by the words of a body."""
    if message.get_content_type() == "multipart/report" or _BOUNCE_FROM.search(_header(message, "From")):
        return "bounce"
    if _header(message, "Return-Path").strip() == "<>":
        return "bounce"
    if _header(message, "Auto-Submitted").lower().strip() not in {"", "no"} or _header(message, "X-Autoreply"):
        return "automatic"
    return "answer"


def body_text(message: EmailMessage) -> str:
    """The words of the mail, cut; HTML only without its tags."""
    try:
        part = message.get_body(("plain", "html"))
        content = str(part.get_content()) if part is not None else ""
    except (LookupError, ValueError, AttributeError, TypeError):
        return ""
    if part is not None and part.get_content_type() == "text/html":
        content = _TAGS.sub(" ", content[: MAX_TEXT * 10])
    return content[:MAX_TEXT]


def _find_notice(session: Session, message: EmailMessage, text: str) -> Notice | None:
    """By our Message-ID in the thread's headers first, else by the token in subject or body."""
    for token in _tokens(message, text, _TOKEN):
        if (notice := session.exec(select(Notice).where(Notice.token == token)).first()) is not None:
            return notice
    return None


def _tokens(message: EmailMessage, text: str, pattern: re.Pattern[str]) -> tuple[str, ...]:
    """Ours in the thread's headers first, then in subject and body, then in the mail that a bounce carries along."""
    thread = " ".join((_header(message, "In-Reply-To"), _header(message, "References")))[:8000]
    outer = pattern.findall(" ".join((thread, _header(message, "Subject"), text)))[:20]
    original = next((part for part in message.walk() if part.get_content_type() == "message/rfc822"), None)
    inner = pattern.findall(str(original)[:20_000])[:20] if original is not None else []
    return tuple(dict.fromkeys(found.upper() for found in (*outer, *inner)))


def tell_notice(session: Session, notice: Notice, reply: Reply, now: datetime, *, actor: str = ACTOR) -> None:
    """What an answer or a bounce does to its notice, and the line in the case's history."""
    if reply.kind == "answer" and notice.state == NoticeState.SENT:
        notice.state, notice.answered_at = NoticeState.ANSWERED, now
        session.add(notice)
    if reply.kind == "bounce":
        query = select(OutboxMail).where(OutboxMail.notice_id == notice.id).order_by(col(OutboxMail.id).desc())
        mail = session.exec(query.limit(1)).first()
        if mail is not None and mail.state == "sent":
            mail.state, mail.reason = "failed", f"bounced: {reply.subject}"[:500]
            session.add(mail)
    detail = {"notice": notice.id, "reply": reply.id, "kind": reply.kind, "from": reply.sender[:200]}
    record_event(session, find_case(session, notice.case_id), "reply", actor=actor, detail=detail, now=now)


def _attachments(store: ArtifactStore, message: EmailMessage) -> list[list[object]]:
    """[name, digest, size]; the bytes lie in the evidence store and are never opened here."""
    return [[name, store.put(data), len(data)] for name, data in attached_files(message)]


def attached_files(message: EmailMessage) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of each attachment, bounded in number; the mail's own bound holds for their bytes."""
    count = 0
    for part in message.walk():
        name = part.get_filename()
        if count >= MAX_ATTACHMENTS or not name:
            continue
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes):
            count += 1
            yield str(name)[:200], payload


def _header(message: EmailMessage, name: str) -> str:
    try:
        return str(message.get(name) or "")[:2000]
    except (ValueError, IndexError, AttributeError, TypeError):  # a malformed header is no header
        return ""


def _date(message: EmailMessage, now: datetime) -> datetime:
    """The mail's own date, never in the future."""
    try:
        at = parsedate_to_datetime(_header(message, "Date"))
    except (ValueError, TypeError, IndexError, OverflowError):
        return now
    at = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
    return min(at, now)
