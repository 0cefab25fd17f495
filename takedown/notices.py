"""The life of a notice: prepared by one person, released by another, sent once, answered, cancelled."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col, select

from storage.audit import record_audit
from storage.models import Case, Notice, NoticeUrl
from takedown.actor import Actor, Role
from takedown.errors import NotAllowedError, NoticeError, NoticeMissingError
from takedown.four_eyes import require_two_people
from takedown.guards import require_request
from takedown.history import find_case, record_event
from takedown.lifecycle import CaseState, lock_cases, transition
from takedown.offices import current_offices
from takedown.recipients import ChannelKind
from takedown.situation import read_situation
from takedown.watching import start_watch
from takedown.words import word


class NoticeState(StrEnum):
    """A draft is changed by nobody: it is cancelled and made anew. RELEASED waits for the mail or the clerk."""

    DRAFT = "draft"
    RELEASED = "released"
    SENT = "sent"
    ANSWERED = "answered"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"

    @property
    def is_live(self) -> bool:
        """Does it count against a second one of its kind?"""
        return self not in {NoticeState.CANCELLED, NoticeState.WITHDRAWN}


def release_notice(session: Session, notice_id: int, *, actor: Actor, now: datetime) -> Notice:
    """The second pair of eyes: an approver who is not the one that prepared it. The guards are asked again. Whoever
    releases a letter vouches for the law in it that nobody has checked yet; the log names it beside the person.

    Raises NotAllowedError, RefusedError, NoticeError.
    """
    actor.require(Role.APPROVER)
    lock_cases(session)
    notice = find_notice(session, notice_id)
    require_two_people(session, actor, beside=notice.prepared_by)
    if notice.state != NoticeState.DRAFT:
        raise NoticeError(
            f"notice {notice_id} is `{notice.state}`; only a draft can be released",
            f"thông báo {notice_id}: {word('notice', notice.state, 'vi')}; chỉ bản nháp mới duyệt được",
        )
    if notice.prepared_by == actor.name:
        raise NotAllowedError(
            f"notice {notice_id} was prepared by {actor.name}: another person must release it",
            f"thông báo {notice_id} do {actor.name} soạn: người khác phải duyệt",
        )
    case = find_case(session, notice.case_id)
    if notice.kind != "withdrawal":
        require_request(read_situation(session, notice.case_id, now=now).findings)
        if case.state == CaseState.CONFIRMED:
            words = f"thông báo {notice_id} tới {notice.recipient_name} được duyệt"
            transition(session, case, CaseState.REQUESTED, actor=actor.name, reason=words, now=now)
    notice.state, notice.approved_by, notice.approved_at = NoticeState.RELEASED, actor.name, now
    told: dict[str, object] = {
        "prepared_by": notice.prepared_by,
        "law_vouched_for": list(unchecked_law(session, notice)),
    }
    note_notice(session, notice, "released", actor, now, told)
    return notice


def unchecked_law(session: Session, notice: Notice) -> tuple[str, ...]:
    """What the notice relies on, as it cites it, that no row says was checked against the gazette."""
    checked = {row.cited for row in current_offices(session).legal if row.confirmed}
    return tuple(words for words in notice.legal if words not in checked)


def cancel_notice(session: Session, notice_id: int, *, reason: str, actor: Actor, now: datetime) -> Notice:
    """Throws a draft away, or a released one that has not left."""
    actor.require(Role.REVIEWER, Role.APPROVER)
    lock_cases(session)
    notice = find_notice(session, notice_id)
    if notice.state not in {NoticeState.DRAFT, NoticeState.RELEASED}:
        raise NoticeError(
            f"notice {notice_id} is `{notice.state}`; what was sent is withdrawn, not cancelled",
            f"thông báo {notice_id}: {word('notice', notice.state, 'vi')}; cái đã gửi thì rút lại, không hủy",
        )
    if not reason.strip():
        raise NoticeError(f"notice {notice_id}: say why it is cancelled", f"thông báo {notice_id}: nêu lý do hủy")
    notice.state = NoticeState.CANCELLED
    notice.key = f"{notice.key}:cancelled:{notice.id}"  # another draft may be made
    note_notice(session, notice, "cancelled", actor, now, {"reason": reason})
    return notice


def mark_sent(session: Session, notice_id: int, *, proof: str, actor: Actor, now: datetime) -> Notice:
    """A letter or a form that a person sent: ``proof`` is its number and day, or the ticket. The clock starts."""
    actor.require(Role.REVIEWER, Role.APPROVER)
    lock_cases(session)
    notice = find_notice(session, notice_id)
    if notice.state != NoticeState.RELEASED:
        raise NoticeError(
            f"notice {notice_id} is `{notice.state}`; a released one is sent, once",
            f"thông báo {notice_id}: {word('notice', notice.state, 'vi')}; bản đã duyệt mới gửi, một lần",
        )
    if notice.channel == ChannelKind.EMAIL:
        raise NoticeError(
            f"notice {notice_id} goes by mail: the outbox sends it",
            f"thông báo {notice_id} đi bằng thư điện tử: hộp thư đi sẽ gửi",
        )
    if not proof.strip():
        raise NoticeError(
            f"notice {notice_id}: name the letter's number and day, or the ticket",
            f"thông báo {notice_id}: nêu số và ngày công văn, hoặc mã phiếu",
        )
    return record_sent(session, notice, proof=proof, actor=actor.name, now=now)


def record_sent(session: Session, notice: Notice, *, proof: str, actor: str, now: datetime) -> Notice:
    """The notice has left: its clock starts, and the case waits."""
    due = notice.due_at - notice.prepared_at if notice.due_at is not None else None
    notice.state, notice.sent_at = NoticeState.SENT, now
    notice.due_at = now + due if due is not None else None
    case = find_case(session, notice.case_id)
    note_notice(session, notice, "sent", Actor(actor, frozenset()), now, {"proof": proof})
    if case.state == CaseState.REQUESTED:
        words = f"thông báo {notice.id} đã gửi tới {notice.recipient_name}"
        transition(session, case, CaseState.WAITING, actor=actor, reason=words, now=now)
    _set_case_clock(session, case)
    if notice.kind != "withdrawal":
        start_watch(session, notice.case_id, now=now)
    return notice


def find_notice(session: Session, notice_id: int) -> Notice:
    """The row. Raises NoticeError."""
    notice = session.get(Notice, notice_id)
    if notice is None:
        raise NoticeMissingError(
            f"there is no notice {notice_id}; `lachan notices list` shows what there is",
            f"không có thông báo {notice_id}; `lachan notices list` liệt kê những gì có",
        )
    return notice


def notices_of(
    session: Session,
    case_id: int | None = None,
    state: str | None = None,
    *,
    before: int | None = None,
    limit: int | None = None,
) -> tuple[Notice, ...]:
    """Notices of one case, or all; of one state, or any. The newest first; ``before``: with lower numbers only."""
    query = select(Notice).order_by(col(Notice.id).desc())
    if case_id is not None:
        query = query.where(Notice.case_id == case_id)
    if state is not None:
        query = query.where(Notice.state == state)
    if before is not None:
        query = query.where(col(Notice.id) < before)
    if limit is not None:
        query = query.limit(limit)
    return tuple(session.exec(query))


def urls_of(session: Session, notice_id: int) -> tuple[NoticeUrl, ...]:
    """The addresses that a notice names."""
    return tuple(session.exec(select(NoticeUrl).where(NoticeUrl.notice_id == notice_id).order_by(col(NoticeUrl.id))))


def _set_case_clock(session: Session, case: Case) -> None:
    waiting = select(Notice.due_at).where(
        Notice.case_id == case.id, Notice.state == NoticeState.SENT, col(Notice.due_at).is_not(None)
    )
    case.due_at = min((due for due in session.exec(waiting) if due is not None), default=None)
    session.add(case)
    session.flush()


def note_notice(
    session: Session, notice: Notice, what: str, actor: Actor, now: datetime, detail: dict[str, object]
) -> None:
    """The line in the case's history, and the entry in the chain that seals the notice's files."""
    session.add(notice)
    session.flush()
    told = {"notice": notice.id, "recipient": notice.recipient_id, "act": notice.act, "state": notice.state, **detail}
    record_event(session, find_case(session, notice.case_id), f"notice_{what}", actor=actor.name, detail=told, now=now)
    if what == "drafted":
        digests = {name: digest for name, digest, *_ in notice.documents}
        record_audit(
            session, at=now, actor=actor.name, action="notice.files", subject=f"notice {notice.id}", detail=digests
        )
