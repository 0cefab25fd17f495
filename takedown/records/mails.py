"""Answers that came by mail, known by their letter's code: sealed as they came, entered by a person alone."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, col, select

from storage.artifacts import ArtifactStore
from storage.models import ErasedCode, RecordAnswer, RecordAsk, RecordMail, RecordRequest
from storage.vault import Vault
from takedown.actor import CONSOLE, Actor, Role
from takedown.errors import RecordMissingError, RecordsError
from takedown.records.answers import AnswerState, add_answer
from takedown.records.gate import Attachment, plain_name
from takedown.records.requests import find_request
from takedown.records.sealing import SealedFile, data_key, open_file, seal_file
from takedown.records.states import note
from takedown.reports.content import VIETNAM
from takedown.words import word

TOKEN = re.compile(r"HS-[23456789ABCDEFGHJKMNPQRSTVWXYZ]{10}", re.IGNORECASE | re.ASCII)
WAITING, NOTED, ACCEPTED, DISMISSED = "waiting", "noted", "accepted", "dismissed"
ERASED = "erased"  # cites an erased request: nothing of it is kept, a person reads it in the mailbox
ATTACHED = "mail_attachment"
_RAW = "mail"
_INERT = "application/octet-stream"  # whatever it says of itself: nothing of it is opened here


@dataclass(frozen=True, slots=True)
class Incoming:
    """One mail as it was read. ``kind``: answer | bounce | automatic; ``attachments``: (name, bytes)."""

    key: str
    kind: str
    sender: str
    subject: str
    text: str
    received_at: datetime
    raw: bytes = field(repr=False)
    attachments: tuple[tuple[str, bytes], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class MailView:
    """A mail in the clear. ``usable``: attachments that can be papers of an answer, ``held``: all others."""

    mail: RecordMail
    sender: str
    subject: str
    text: str
    usable: tuple[str, ...] = ()
    held: tuple[str, ...] = ()


def letter_of(session: Session, tokens: Sequence[str]) -> RecordAsk | None:
    """The letter that one of these codes belongs to; None for none, and for letters of an erased request."""
    for token in dict.fromkeys(tokens):
        if (ask := session.exec(select(RecordAsk).where(RecordAsk.token == token.upper())).first()) is not None:
            return ask
    return None


def erased_request_of(session: Session, tokens: Sequence[str]) -> int | None:
    """The erased request that one of these codes belonged to."""
    for token in dict.fromkeys(tokens):
        if (code := session.get(ErasedCode, token.upper())) is not None:
            return code.request_id
    return None


def known_mail(session: Session, key: str) -> RecordMail | None:
    """The mail of this digest, where it was kept before."""
    return session.exec(select(RecordMail).where(RecordMail.message_key == key)).first()


def keep_mail(
    session: Session, store: ArtifactStore, vault: Vault, ask: RecordAsk, mail: Incoming, *, now: datetime
) -> RecordMail:
    """Seals one mail with its letter; neither the letter nor the request moves by it: whoever knows the code could have
    written. Raises VaultError, and what ``ArtifactStore.put`` raises."""
    request = find_request(session, ask.request_id)
    key = data_key(vault, request)
    row = RecordMail(
        request_id=ask.request_id,
        ask_id=ask.id or 0,
        message_key=mail.key,
        kind=mail.kind,
        state=NOTED if mail.kind == "automatic" else WAITING,
        received_at=mail.received_at,
        taken_at=now,
    )
    session.add(row)
    session.flush()
    told = {"sender": mail.sender, "subject": mail.subject, "text": mail.text}
    row.sealed = key.seal_json(told, _label(row))
    row.files = [seal_file(store, key, _RAW, f"thu-{row.id}.eml", mail.raw, _INERT).row()]
    for place, (name, data) in enumerate(mail.attachments, start=1):
        kept = f"thu-{row.id}-{place}-{plain_name(name)}"
        row.files = [*row.files, seal_file(store, key, ATTACHED, kept, data, _INERT).row()]
    session.add(row)
    session.flush()
    detail: dict[str, object] = {"mail": row.id, "ask": ask.id, "kind": mail.kind, "files": len(row.files)}
    note(session, request, "mail_taken", CONSOLE, now, detail)
    return row


def note_erased(
    session: Session, request_id: int, *, key: str, kind: str, received_at: datetime, now: datetime
) -> RecordMail:
    """Notes that a mail cites an erased request, and keeps nothing of what it says: no basis for that is left.

    The mail stays in the mailbox, where a person reads it and says what is done about it.
    """
    row = RecordMail(
        request_id=request_id, message_key=key, kind=kind, state=ERASED, received_at=received_at, taken_at=now
    )
    session.add(row)
    session.flush()
    note(session, find_request(session, request_id), "mail_taken", CONSOLE, now, {"mail": row.id, "kind": kind})
    return row


def mails_of(session: Session, request_id: int) -> tuple[RecordMail, ...]:
    """Every mail of a request, the oldest first. Nothing sealed is shown by it."""
    query = select(RecordMail).where(RecordMail.request_id == request_id)
    return tuple(session.exec(query.order_by(col(RecordMail.id))))


def waiting_mails(session: Session, limit: int = 200) -> tuple[RecordMail, ...]:
    """Mails that nobody has looked into yet, and those that cite an erased request, the oldest first."""
    query = select(RecordMail).where(col(RecordMail.state).in_((WAITING, ERASED)))
    return tuple(session.exec(query.order_by(col(RecordMail.id)).limit(limit)))


def list_mails(session: Session, *, state: str, after: int = 0, limit: int = 200) -> tuple[RecordMail, ...]:
    """Mails in one state with a number above ``after``, the oldest first. Nothing sealed is shown by it."""
    query = select(RecordMail).where(RecordMail.state == state, col(RecordMail.id) > after)
    return tuple(session.exec(query.order_by(col(RecordMail.id)).limit(limit)))


def open_mail(
    session: Session, store: ArtifactStore, vault: Vault, mail_id: int, *, reason: str, actor: Actor, now: datetime
) -> MailView:
    """One mail in the clear, for those who enter answers; the look stands in the audit chain.

    Raises NotAllowedError, RecordsError, VaultError.
    """
    actor.require(Role.REVIEWER, Role.APPROVER)
    mail = _kept(session, mail_id)
    if not reason.strip():
        raise RecordsError("say why the mail is looked at: --reason", "nêu lý do xem thư: --reason")
    request = find_request(session, mail.request_id)
    view = _unsealed(store, vault, request, mail)
    note(session, request, "viewed", actor, now, {"reason": reason, "what": f"mail {mail_id}"})
    return view


def accept_mail(
    session: Session,
    store: ArtifactStore,
    vault: Vault,
    mail_id: int,
    *,
    about: str,
    state: AnswerState,
    facts: Sequence[tuple[str, str]] = (),
    source: str = "",
    words: str = "",
    actor: Actor,
    now: datetime,
) -> RecordAnswer:
    """Enters what a mail says about one item through the one door of answers, with its usable attachments as papers.

    A mail may answer about several items: each is entered by itself. ``source``: by default sender and day.
    Raises RecordsError for a mail that was dismissed, and whatever ``add_answer`` raises.
    """
    actor.require(Role.REVIEWER, Role.APPROVER)
    mail = _kept(session, mail_id)
    if mail.state == DISMISSED:
        raise RecordsError(
            f"mail {mail_id} was dismissed by {mail.decided_by}: {mail.reason}",
            f"thư {mail_id} đã bị {mail.decided_by} bỏ qua: {mail.reason}",
        )
    request = find_request(session, mail.request_id)
    view = _unsealed(store, vault, request, mail)
    key = data_key(vault, request)
    files = [SealedFile.of(row) for row in mail.files]
    papers = [Attachment.read(e.name, open_file(store, key, e)) for e in files if e.name in view.usable]
    sent = mail.received_at.astimezone(VIETNAM)
    row = add_answer(
        session,
        store,
        vault,
        mail.request_id,
        about=about,
        state=state,
        source=source.strip() or f"{view.sender[:200]}, thư ngày {sent:%d/%m/%Y}",
        facts=facts,
        words=words,
        files=papers,
        ask_id=mail.ask_id,
        received_at=mail.received_at,
        actor=actor,
        now=now,
    )
    mail.answers = [*mail.answers, row.id]
    _decide(session, mail, ACCEPTED, "", actor, now)
    note(session, request, "mail_accepted", actor, now, {"mail": mail_id, "answer": row.id})
    return row


def dismiss_mail(session: Session, mail_id: int, *, reason: str, actor: Actor, now: datetime) -> RecordMail:
    """Notes that a mail is no answer, or what was done about one that cites an erased request. What was sealed of it
    stays so. Raises RecordsError."""
    actor.require(Role.REVIEWER, Role.APPROVER)
    mail = find_mail(session, mail_id)
    if mail.state not in {WAITING, NOTED, ERASED}:
        raise RecordsError(
            f"mail {mail_id} is `{mail.state}` already", f"thư {mail_id}: {word('record_mail', mail.state, 'vi')} rồi"
        )
    if not reason.strip():
        raise RecordsError("say why the mail is no answer: --reason", "nêu vì sao thư không phải trả lời: --reason")
    _decide(session, mail, DISMISSED, reason, actor, now)
    note(session, find_request(session, mail.request_id), "mail_dismissed", actor, now, {"mail": mail_id})
    return mail


def find_mail(session: Session, mail_id: int) -> RecordMail:
    """The row. Raises RecordMissingError."""
    mail = session.get(RecordMail, mail_id)
    if mail is None:
        raise RecordMissingError(
            f"there is no mail {mail_id}; `lachan records mails` lists them",
            f"không có thư {mail_id}; `lachan records mails` liệt kê",
        )
    return mail


def _kept(session: Session, mail_id: int) -> RecordMail:
    mail = find_mail(session, mail_id)
    if mail.ask_id is None:
        raise RecordsError(
            f"mail {mail_id} cites request {mail.request_id}, which was erased: nothing of it is kept here; read it in "
            f"the mailbox and say what was done: `lachan records dismiss-mail {mail_id}`",
            f"thư {mail_id} dẫn yêu cầu {mail.request_id} đã xóa: ở đây không giữ gì của thư; đọc trong hộp thư rồi "
            f"ghi cách xử lý: `lachan records dismiss-mail {mail_id}`",
        )
    return mail


def _unsealed(store: ArtifactStore, vault: Vault, request: RecordRequest, mail: RecordMail) -> MailView:
    key = data_key(vault, request)
    told = key.unseal_json(mail.sealed, _label(mail))
    usable: list[str] = []
    held: list[str] = []
    for file in (SealedFile.of(row) for row in mail.files[1:]):
        try:
            paper = Attachment.read(file.name, open_file(store, key, file))
        except RecordsError:
            held.append(file.name)
            continue
        archive = paper.media_type.endswith(".document") and not file.name.lower().endswith(".docx")
        (held if archive else usable).append(file.name)  # any ZIP begins as a DOCX does
    sender, subject, text = (str(told.get(name, "")) for name in ("sender", "subject", "text"))
    return MailView(mail, sender, subject, text, tuple(usable), tuple(held))


def _decide(session: Session, mail: RecordMail, state: str, reason: str, actor: Actor, now: datetime) -> None:
    mail.state, mail.reason, mail.decided_by, mail.decided_at = state, reason, actor.name, now
    session.add(mail)
    session.flush()


def _label(mail: RecordMail) -> str:
    return f"mail {mail.request_id} {mail.id}"
