"""Whom to ask about a request, the drafted letters, their way out by a second person, and reminders."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from storage.artifacts import ArtifactStore
from storage.models import RecordAsk, RecordRequest
from storage.vault import Vault
from takedown.actor import Actor, Role
from takedown.drafting import Letterhead, Writer, writer_of
from takedown.errors import NotAllowedError, RecordMissingError, RecordsError
from takedown.four_eyes import require_two_people
from takedown.recipients import load_recipients
from takedown.records.gate import Attachment, bases_of
from takedown.records.letters import DISCLOSE, PRESERVE, LetterFacts, compose_ask
from takedown.records.requests import RequestView, find_request, unseal_request
from takedown.records.sealing import data_key, seal_file
from takedown.records.states import RecordState, move, note
from takedown.records.whom import AskPlan, Whom, plan_whom
from takedown.reports.content import VIETNAM
from takedown.reports.letter import Letter
from takedown.reports.letter_docx import render_docx
from takedown.reports.letter_pdf import render_pdf
from takedown.routing import is_vietnamese
from takedown.words import word

FOLLOW_UP = timedelta(hours=24)
PROOF = "proof"
DRAFT, SENT, ANSWERED, CANCELLED = "draft", "sent", "answered", "cancelled"
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True, slots=True)
class PreparedAsk:
    """A row with its letter drawn, ready to be stored."""

    ask: RecordAsk
    pdf: bytes = field(repr=False)
    docx: bytes = field(repr=False)


def plan_asks(session: Session, vault: Vault, request_id: int, *, now: datetime) -> AskPlan:
    """Whom to ask about what. Changes nothing. Raises RecordsError, VaultError."""
    view = unseal_request(session, vault, find_request(session, request_id))
    return plan_whom(session, view, now)


def prepare_asks(
    session: Session,
    vault: Vault,
    request_id: int,
    *,
    head: Letterhead,
    actor: Actor,
    now: datetime,
    kinds: Iterable[str] = (PRESERVE, DISCLOSE),
) -> tuple[PreparedAsk, ...]:
    """Draws the letters to everybody who has none yet; writes nothing, so that nobody waits for the drawing.

    Raises RecordsError for a request that is not accepted or of which nobody is known, VaultError, NoticeError.
    """
    actor.require(Role.REVIEWER, Role.APPROVER)
    request = find_request(session, request_id)
    _require_accepted(request)
    view = unseal_request(session, vault, request)
    plan, writer = plan_whom(session, view, now), writer_of(session, head, actor, now)
    if not plan.whom:
        words = "; ".join(f"{item.subject.value}: {why}" for item, why in plan.nobody[:5])
        raise RecordsError(
            f"request {request_id}: nobody is known who could be asked ({words})",
            f"yêu cầu {request_id}: chưa biết hỏi ai được ({words})",
        )
    there = {(ask.kind, ask.recipient_id) for ask in asks_of(session, request_id)}
    return tuple(
        _draw(view, whom, kind, writer, now)
        for kind in kinds
        for whom in plan.whom
        if (kind, whom.recipient_id) not in there
    )


def add_asks(
    session: Session,
    store: ArtifactStore,
    vault: Vault,
    request_id: int,
    prepared: Iterable[PreparedAsk],
    *,
    actor: Actor,
    now: datetime,
) -> tuple[RecordAsk, ...]:
    """Stores the drafts with their letters sealed. Raises RecordsError, VaultError."""
    actor.require(Role.REVIEWER, Role.APPROVER)
    request = find_request(session, request_id)
    _require_accepted(request)
    key = data_key(vault, request)
    there = {(ask.kind, ask.recipient_id) for ask in asks_of(session, request_id)}
    made = []
    for entry in prepared:
        if (entry.ask.kind, entry.ask.recipient_id) in there:
            continue
        name = f"{entry.ask.kind}-{entry.ask.token}"
        entry.ask.files = [
            seal_file(store, key, "letter", f"{name}.pdf", entry.pdf, "application/pdf").row(),
            seal_file(store, key, "letter", f"{name}.docx", entry.docx, DOCX).row(),
        ]
        session.add(entry.ask)
        made.append(entry.ask)
    session.flush()
    detail: dict[str, object] = {"asks": [[ask.id, ask.kind, ask.recipient_id, len(ask.items)] for ask in made[:500]]}
    note(session, request, "asks_drafted", actor, now, detail)
    return tuple(made)


def release_ask(session: Session, ask_id: int, *, proof: str, actor: Actor, now: datetime) -> RecordAsk:
    """Notes that an approver signed and sent a letter which another person prepared; its clock starts.

    Raises NotAllowedError, RecordsError.
    """
    actor.require(Role.APPROVER)
    ask = find_ask(session, ask_id)
    require_two_people(session, actor, beside=ask.prepared_by)
    request = find_request(session, ask.request_id)
    if ask.prepared_by == actor.name:
        raise NotAllowedError(
            f"«{actor.name}» prepared letter {ask_id}: another person releases it",
            f"«{actor.name}» soạn công văn {ask_id}: người khác duyệt",
        )
    if ask.state != DRAFT:
        raise RecordsError(
            f"letter {ask_id} is `{ask.state}` already", f"công văn {ask_id}: {word('record_ask', ask.state, 'vi')} rồi"
        )
    if not proof.strip():
        raise RecordsError(
            "say with which number and on which day it left: --proof 'Số 12/SKHCN ngày 25/11/2026'",
            "nêu số và ngày gửi đi: --proof 'Số 12/SKHCN ngày 25/11/2026'",
        )
    ask.state, ask.sent_by, ask.sent_at, ask.proof = SENT, actor.name, now, proof
    hours = request.urgency.removesuffix("h")
    clock = timedelta(hours=int(hours)) if hours.isdigit() else None
    ask.due_at = now + clock if clock else (request.due_at or now + FOLLOW_UP)
    session.add(ask)
    session.flush()
    note(session, request, "ask_sent", actor, now, {"ask": ask_id, "recipient": ask.recipient_id, "proof": proof})
    if request.state == RecordState.ACCEPTED:
        move(session, request, RecordState.ASKED, actor=actor, reason=f"letter {ask_id}", now=now)
    return ask


def attach_proof(
    session: Session,
    store: ArtifactStore,
    vault: Vault,
    ask_id: int,
    papers: Iterable[Attachment],
    *,
    actor: Actor,
    now: datetime,
) -> RecordAsk:
    """Keeps the signed scan, the postal receipt or the portal's confirmation, sealed, with a letter that has left.

    Raises RecordsError for a letter that has not, VaultError.
    """
    actor.require(Role.REVIEWER, Role.APPROVER)
    ask = find_ask(session, ask_id)
    if ask.state not in {SENT, ANSWERED}:
        raise RecordsError(
            f"letter {ask_id} is `{ask.state}`: note first that it was sent",
            f"công văn {ask_id}: {word('record_ask', ask.state, 'vi')}; trước hết ghi nhận đã gửi",
        )
    request = find_request(session, ask.request_id)
    key = data_key(vault, request)
    kept = [seal_file(store, key, PROOF, paper.name, paper.data, paper.media_type).row() for paper in papers]
    ask.files = [*ask.files, *kept]
    session.add(ask)
    session.flush()
    note(session, request, "proof_kept", actor, now, {"ask": ask_id, "files": [row[2] for row in kept]})
    return ask


def prepare_reminder(
    session: Session, vault: Vault, ask_id: int, *, head: Letterhead, actor: Actor, now: datetime
) -> PreparedAsk:
    """Draws the next reminder of a letter whose clock ran out. Raises RecordsError before that, VaultError."""
    actor.require(Role.REVIEWER, Role.APPROVER)
    ask = find_ask(session, ask_id)
    if ask.state != SENT or ask.due_at is None or ask.due_at > now:
        raise RecordsError(
            f"letter {ask_id} is `{ask.state}` and its clock has not run out; nothing to remind of",
            f"công văn {ask_id}: {word('record_ask', ask.state, 'vi')}, đồng hồ chưa hết; chưa có gì để nhắc",
        )
    view = unseal_request(session, vault, find_request(session, ask.request_id))
    items = tuple(item for item in view.items if item.id in set(ask.items))
    entry = load_recipients().get(ask.recipient_id)
    whom = Whom(ask.recipient_id, ask.recipient_name, ask.role, None, entry is None or not is_vietnamese(entry), items)
    writer = writer_of(session, head, actor, now)
    return _draw(view, whom, ask.kind, writer, now, reminder=ask.reminders + 1, earlier=ask)


def add_reminder(
    session: Session,
    store: ArtifactStore,
    vault: Vault,
    ask_id: int,
    prepared: PreparedAsk,
    *,
    actor: Actor,
    now: datetime,
) -> RecordAsk:
    """Keeps the reminder with its letter; the clock runs anew for a day. Raises RecordsError, VaultError."""
    ask = find_ask(session, ask_id)
    request = find_request(session, ask.request_id)
    if ask.state != SENT or ask.due_at is None or ask.due_at > now:
        raise RecordsError(
            f"letter {ask_id}: somebody reminded meanwhile, or an answer came; look at it again",
            f"công văn {ask_id}: đã có người nhắc, hoặc đã có trả lời; hãy xem lại",
        )
    key = data_key(vault, request)
    ask.reminders += 1
    name = f"{ask.kind}-{ask.token}-{ask.reminders}"
    ask.files = [
        *ask.files,
        seal_file(store, key, "reminder", f"{name}.pdf", prepared.pdf, "application/pdf").row(),
        seal_file(store, key, "reminder", f"{name}.docx", prepared.docx, DOCX).row(),
    ]
    ask.reminded_at, ask.due_at = now, now + FOLLOW_UP
    session.add(ask)
    session.flush()
    note(session, request, "reminded", actor, now, {"ask": ask_id, "round": ask.reminders})
    return ask


def asks_of(session: Session, request_id: int) -> tuple[RecordAsk, ...]:
    """Every letter of a request."""
    query = select(RecordAsk).where(RecordAsk.request_id == request_id)
    return tuple(session.exec(query.order_by(col(RecordAsk.id))))


def find_ask(session: Session, ask_id: int) -> RecordAsk:
    """The row. Raises RecordsError."""
    ask = session.get(RecordAsk, ask_id)
    if ask is None:
        raise RecordMissingError(
            f"there is no letter {ask_id}; `lachan records show` lists those of a request",
            f"không có công văn {ask_id}; `lachan records show` liệt kê công văn của một yêu cầu",
        )
    return ask


def overdue_asks(session: Session, *, now: datetime) -> tuple[RecordAsk, ...]:
    """Letters whose clock ran out without an answer, the longest first."""
    query = select(RecordAsk).where(RecordAsk.state == SENT, col(RecordAsk.due_at) < now)
    return tuple(session.exec(query.order_by(col(RecordAsk.due_at))))


def _require_accepted(request: RecordRequest) -> None:
    state = RecordState(request.state)
    if state is RecordState.DRAFTED or not state.is_open:
        raise RecordsError(
            f"request {request.id} is `{state}`: only an accepted request leads to letters",
            f"yêu cầu {request.id}: {word('record', state, 'vi')}; chỉ yêu cầu đã nhận mới ra công văn",
        )


def _draw(
    view: RequestView,
    whom: Whom,
    kind: str,
    writer: Writer,
    now: datetime,
    reminder: int = 0,
    earlier: RecordAsk | None = None,
) -> PreparedAsk:
    token = earlier.token if earlier else "HS-" + "".join(secrets.choice(_ALPHABET) for _ in range(10))
    on = now.astimezone(VIETNAM).date()
    bases = bases_of(view.asked, writer.offices, view.asked.document_date or on)
    signer = writer.offices.signer(writer.agency.signer, on)
    letter: Letter = compose_ask(
        LetterFacts(
            kind=kind,
            role=whom.role,
            recipient=whom.name,
            asked=view.asked,
            items=whom.items,
            legal=tuple(entry for entry in bases if not entry.targets or whom.role in entry.targets),
            agency=writer.agency,
            signer=signer.lines if signer is not None else (),
            token=token,
            now=now,
            due_at=view.request.due_at if not reminder else now + FOLLOW_UP,
            foreign=whom.foreign,
            reminder=reminder,
            earlier=earlier.proof if earlier else "",
        )
    )
    ask = RecordAsk(
        request_id=view.request.id or 0,
        kind=kind,
        recipient_id=whom.recipient_id,
        recipient_name=whom.name,
        role=whom.role,
        state=DRAFT,
        channel=whom.channel.kind.value if whom.channel else "",
        address=whom.channel.value if whom.channel else "",
        items=[item.id for item in whom.items],
        token=token,
        prepared_by=writer.actor.name,
        prepared_at=now,
    )
    return PreparedAsk(ask, render_pdf(letter), render_docx(letter))
