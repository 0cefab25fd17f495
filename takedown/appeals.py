"""Objections of owners: taken in against a receipt code, decided by somebody who had no part in the case."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session, col, select

from seeds import Seed, parse_target
from storage.artifacts import ArtifactStore
from storage.audit import record_audit
from storage.models import Appeal, Case, CaseEvent, CaseSite, Notice
from takedown.actor import Actor, Role
from takedown.due_order import DueMark, comes_after
from takedown.errors import AppealError, AppealMissingError, NotAllowedError
from takedown.four_eyes import require_two_people
from takedown.history import find_case, record_event
from takedown.lifecycle import lock_cases
from takedown.withdrawal import order_withdrawal
from takedown.words import word

CLOCK = timedelta(hours=48)
MAX_TEXT = 10_000
MAX_OPEN_PER_HOST = 20  # so that nobody buries the desk
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_DECIDES = frozenset({"transition", "notice_drafted", "notice_released", "opinion"})


class AppealState(StrEnum):
    RECEIVED = "received"
    UPHELD = "upheld"  # the owner was right: everything is withdrawn
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the sender is given; the code is shown once and not kept."""

    code: str
    appeal_id: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class AppealStatus:
    """What the holder of a code may read: nothing of the case."""

    url: str
    state: AppealState
    received_at: datetime
    due_at: datetime
    decided_at: datetime | None
    decision: str


def receive_appeal(
    session: Session, *, url: str, text: str, name: str = "", contact: str = "", now: datetime
) -> Receipt:
    """Takes an objection in, whether or not the site is known here: the answer must not tell which.

    Raises AppealError for no address, no words, or too many open ones about one site.
    """
    target = parse_target(url)
    if not isinstance(target, Seed):
        raise AppealError(
            "the address of the site is missing or cannot be read; write it as https://example.vn/",
            "địa chỉ trang bị thiếu hoặc không đọc được; viết như https://example.vn/",
        )
    if not text.strip() or len(text) > MAX_TEXT:
        raise AppealError(
            f"say in 1 to {MAX_TEXT} characters why the site is honest",
            f"nêu trong 1 đến {MAX_TEXT} ký tự vì sao trang là chân thật",
        )
    waiting = select(Appeal.id).where(Appeal.host == target.host, Appeal.state == AppealState.RECEIVED)
    if len(session.exec(waiting).all()) >= MAX_OPEN_PER_HOST:
        raise AppealError(
            "there are many open objections about this site already; wait for their decision",
            "đã có nhiều phản đối đang mở về trang này; hãy chờ quyết định",
        )
    code = "-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(4))
    case = _case_of(session, target.host)
    appeal = Appeal(
        receipt_digest=_digest(code),
        url=target.url,
        host=target.host,
        case_id=case.id if case is not None else None,
        name=name,
        contact=contact,
        text=text,
        state=AppealState.RECEIVED,
        received_at=now,
        due_at=now + CLOCK,
    )
    session.add(appeal)
    session.flush()
    assert appeal.id is not None
    detail = {"host": appeal.host, "case": appeal.case_id}
    record_audit(
        session, at=now, actor="public", action="appeal.received", subject=f"appeal {appeal.id}", detail=detail
    )
    if case is not None:
        record_event(session, case, "appeal", actor="public", detail={"appeal": appeal.id}, now=now)
    return Receipt(code, appeal.id, appeal.due_at)


def appeal_status(session: Session, code: str) -> AppealStatus:
    """Where an objection stands. Raises AppealError for a code that is none; all wrong codes look alike."""
    appeal = session.exec(select(Appeal).where(Appeal.receipt_digest == _digest(code))).first()
    if appeal is None:
        raise AppealError(
            "no objection has this code; check it letter by letter",
            "không có phản đối nào mang mã này; xem lại từng chữ",
        )
    return AppealStatus(
        appeal.url,
        AppealState(appeal.state),
        appeal.received_at,
        appeal.due_at,
        appeal.decided_at,
        appeal.decision,
    )


def decide_appeal(
    session: Session,
    store: ArtifactStore,
    appeal_id: int,
    *,
    upheld: bool,
    decision: str,
    actor: Actor,
    now: datetime,
) -> Appeal:
    """Decides: upheld withdraws everything about the case. By an approver who neither judged nor released it.

    Raises NotAllowedError, AppealError.
    """
    actor.require(Role.APPROVER)
    require_two_people(session, actor)
    lock_cases(session)
    appeal = find_appeal(session, appeal_id)
    if appeal.state != AppealState.RECEIVED:
        raise AppealError(
            f"appeal {appeal_id} is decided already: {appeal.state}",
            f"phản đối {appeal_id} đã quyết rồi: {word('appeal', appeal.state, 'vi')}",
        )
    if not decision.strip():
        raise AppealError(
            f"appeal {appeal_id}: the decision needs words that its sender may read",
            f"phản đối {appeal_id}: quyết định cần lời để người gửi đọc",
        )
    if appeal.case_id is not None and actor.name in handlers(session, appeal.case_id):
        raise NotAllowedError(
            f"{actor.name} had a part in case {appeal.case_id}: another person decides the appeal",
            f"{actor.name} đã dự vào vụ {appeal.case_id}: người khác quyết phản đối này",
        )
    appeal.state = AppealState.UPHELD if upheld else AppealState.REJECTED
    appeal.decided_by, appeal.decided_at, appeal.decision = actor.name, now, decision
    session.add(appeal)
    session.flush()
    detail = {"state": appeal.state, "case": appeal.case_id}
    record_audit(
        session, at=now, actor=actor.name, action="appeal.decided", subject=f"appeal {appeal_id}", detail=detail
    )
    if appeal.case_id is not None:
        case = find_case(session, appeal.case_id)
        told = {"appeal": appeal_id, "state": appeal.state}
        record_event(session, case, "appeal_decided", actor=actor.name, detail=told, now=now)
        if upheld:
            words = f"khiếu nại {appeal_id} được chấp nhận: {decision}"
            order_withdrawal(session, store, appeal.case_id, reason=words, actor=actor, now=now, appeal_id=appeal_id)
    return appeal


def find_appeal(session: Session, appeal_id: int) -> Appeal:
    """The row. Raises AppealMissingError."""
    appeal = session.get(Appeal, appeal_id)
    if appeal is None:
        raise AppealMissingError(
            f"there is no appeal {appeal_id}; `lachan appeals list` shows what there is",
            f"không có phản đối {appeal_id}; `lachan appeals list` liệt kê những gì có",
        )
    return appeal


def handlers(session: Session, case_id: int) -> frozenset[str]:
    """Everybody who judged the case or had a hand in its notices."""
    events = session.exec(
        select(CaseEvent.actor).where(CaseEvent.case_id == case_id, col(CaseEvent.kind).in_(_DECIDES)).distinct()
    )
    notices = session.exec(select(Notice.prepared_by, Notice.approved_by).where(Notice.case_id == case_id))
    return frozenset(events) | {name for pair in notices for name in pair if name}


def list_appeals(
    session: Session, state: str | None = None, *, after: DueMark | None = None, limit: int | None = None
) -> tuple[Appeal, ...]:
    """The next to be decided first; ``after``: the last one of the page before."""
    query = select(Appeal).order_by(col(Appeal.due_at), col(Appeal.id)).limit(limit)
    if state is not None:
        query = query.where(Appeal.state == state)
    if after is not None:
        query = query.where(comes_after(after, col(Appeal.due_at), col(Appeal.id)))
    return tuple(session.exec(query))


def _case_of(session: Session, host: str) -> Case | None:
    """The newest case of the host, its own or one that gathered it."""
    own = select(Case).where(Case.host == host).order_by(col(Case.id).desc()).limit(1)
    if (case := session.exec(own).first()) is not None and case.merged_into is None:
        return case
    gathered = select(CaseSite).where(CaseSite.host == host, col(CaseSite.removed_at).is_(None))
    site = session.exec(gathered.order_by(col(CaseSite.id).desc())).first()
    return session.get(Case, site.case_id) if site is not None else case


def _digest(code: str) -> str:
    plain = "".join(letter for letter in code.upper() if letter in _ALPHABET)
    return hashlib.sha256(plain.encode()).hexdigest()
