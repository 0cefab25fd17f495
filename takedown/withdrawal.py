"""Takes back what was said about a site, and proves for every list, export and recipient that it got there."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col, select

from storage.artifacts import ArtifactStore
from storage.audit import record_audit
from storage.models import Case, Notice, OutboxMail, Publication, Watch, Withdrawal, WithdrawalStep
from takedown.actor import SYSTEM, Actor, Role
from takedown.errors import AppealError, AppealMissingError, NoticeError
from takedown.four_eyes import require_two_people
from takedown.history import find_case, record_event
from takedown.lifecycle import CaseState, lock_cases, transition
from takedown.notices import NoticeState
from takedown.withdrawal_notice import tell_withdrawal

_TOLD = frozenset({NoticeState.SENT, NoticeState.ANSWERED})


class StepState(StrEnum):
    PENDING = "pending"
    PROVEN = "proven"


def record_publication(
    session: Session, case_id: int, *, place: str, value: str, digest: str = "", now: datetime
) -> Publication:
    """What every list and export calls for each entry that leaves, so that a withdrawal finds it."""
    row = Publication(case_id=case_id, place=place, value=value, digest=digest, published_at=now)
    session.add(row)
    session.flush()
    return row


def is_withdrawn(session: Session, case_id: int) -> bool:
    """Whether nothing about the case may be published or sent any more. Lists and exports ask before they write."""
    query = select(Withdrawal.id).where(Withdrawal.case_id == case_id).limit(1)
    return session.exec(query).first() is not None and find_case(session, case_id).state == CaseState.FALSE_POSITIVE


def order_withdrawal(
    session: Session,
    store: ArtifactStore,
    case_id: int,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
    appeal_id: int | None = None,
) -> Withdrawal:
    """Ends the case as a false positive and lists every place that has to hear of it.

    What has not left is cancelled at once; whoever was told gets a withdrawal notice with its letter, which the order
    itself releases. The letters are drawn in this transaction: half a withdrawal must never stand.
    """
    actor.require(Role.APPROVER)
    require_two_people(session, actor)
    lock_cases(session)
    case = find_case(session, case_id)
    if not reason.strip():
        raise AppealError(f"case {case_id}: a withdrawal needs its reason", f"vụ {case_id}: rút lại cần nêu lý do")
    withdrawal = Withdrawal(case_id=case_id, appeal_id=appeal_id, ordered_by=actor.name, reason=reason, at=now)
    session.add(withdrawal)
    session.flush()
    assert withdrawal.id is not None
    _settle_case(session, case, actor, reason, now)
    for publication in session.exec(select(Publication).where(Publication.case_id == case_id)).all():
        if publication.withdrawn_at is None:
            _add_step(session, withdrawal.id, "publication", publication.place, publication.id)
    for notice in session.exec(select(Notice).where(Notice.case_id == case_id)).all():
        _settle_notice(session, store, withdrawal, notice, actor, now)
    record_event(
        session,
        case,
        "withdrawn",
        actor=actor.name,
        detail={"withdrawal": withdrawal.id, "appeal": appeal_id, "reason": reason},
        now=now,
    )
    _finish(session, withdrawal, now)
    return withdrawal


def prove_publication(
    session: Session, step_id: int, *, absent_from: str, actor: Actor, now: datetime
) -> WithdrawalStep:
    """A list or an export is shown to hold the entry no more: ``absent_from`` is the digest of the new edition."""
    if actor is not SYSTEM:  # the exporter itself, when it writes a new edition
        actor.require(Role.REVIEWER, Role.APPROVER)
    step = _find_step(session, step_id)
    if step.kind != "publication" or not absent_from.strip():
        raise AppealError(
            f"step {step_id}: name the digest of the edition that the entry is gone from",
            f"bước {step_id}: nêu mã băm của bản mà mục đã được gỡ",
        )
    publication = session.get_one(Publication, step.subject_id)
    publication.withdrawn_at = now
    session.add(publication)
    return _prove(session, step, f"absent from the edition {absent_from}", actor, now)


def prove_notice(session: Session, step_id: int, *, proof: str, actor: Actor, now: datetime) -> WithdrawalStep:
    """A recipient was told by letter, form or call: ``proof`` is its number, ticket or who answered."""
    actor.require(Role.REVIEWER, Role.APPROVER)
    step = _find_step(session, step_id)
    if step.kind != "notice" or not proof.strip():
        raise AppealError(
            f"step {step_id}: say how the recipient was told, with number, ticket or name",
            f"bước {step_id}: nêu đã báo nơi nhận bằng cách nào, với số, mã phiếu hoặc tên",
        )
    return _prove(session, step, proof, actor, now)


def update_withdrawals(session: Session, *, now: datetime) -> tuple[int, ...]:
    """Proves what the outbox has carried since; the withdrawals that became complete. Cron calls it."""
    done = []
    for withdrawal in session.exec(select(Withdrawal).where(col(Withdrawal.done_at).is_(None))).all():
        for step in steps_of(session, withdrawal.id or 0):
            if step.kind == "notice" and step.state == StepState.PENDING:
                mail = _carrier(session, step)
                if mail is not None:
                    _prove(
                        session, step, f"mail {mail.message_id}: {mail.reason}"[:900], Actor("outbox", frozenset()), now
                    )
        _finish(session, withdrawal, now)
        if withdrawal.done_at is not None:
            done.append(withdrawal.id or 0)
    return tuple(done)


def steps_of(session: Session, withdrawal_id: int) -> tuple[WithdrawalStep, ...]:
    """Every place that a withdrawal must reach."""
    query = select(WithdrawalStep).where(WithdrawalStep.withdrawal_id == withdrawal_id)
    return tuple(session.exec(query.order_by(col(WithdrawalStep.id))))


def list_withdrawals(
    session: Session, case_id: int | None = None, *, before: int | None = None, limit: int | None = None
) -> tuple[Withdrawal, ...]:
    """The newest first; ``before``: only numbers below this one."""
    query = select(Withdrawal).order_by(col(Withdrawal.id).desc()).limit(limit)
    if case_id is not None:
        query = query.where(Withdrawal.case_id == case_id)
    if before is not None:
        query = query.where(col(Withdrawal.id) < before)
    return tuple(session.exec(query))


def _settle_case(session: Session, case: Case, actor: Actor, reason: str, now: datetime) -> None:
    """Through review to «false positive», by legal moves; a case that is there already stays."""
    state = CaseState(case.state)
    if state in {CaseState.DOWN, CaseState.REFUSED}:
        transition(session, case, CaseState.CLOSED, actor=actor.name, reason=reason, now=now)
        state = CaseState.CLOSED
    if state not in {CaseState.IN_REVIEW, CaseState.FALSE_POSITIVE}:
        transition(session, case, CaseState.IN_REVIEW, actor=actor.name, reason=reason, now=now)
    if state != CaseState.FALSE_POSITIVE:
        transition(session, case, CaseState.FALSE_POSITIVE, actor=actor.name, reason=reason, now=now)
    case.due_at = None
    session.add(case)
    if (watch := session.get(Watch, case.id)) is not None:
        watch.due_at = watch.asked_at = None
        session.add(watch)
    session.flush()


def _settle_notice(
    session: Session, store: ArtifactStore, withdrawal: Withdrawal, notice: Notice, actor: Actor, now: datetime
) -> None:
    if notice.kind == "withdrawal":
        return
    mail = session.exec(select(OutboxMail).where(OutboxMail.notice_id == notice.id)).first()
    left = notice.state in _TOLD or (mail is not None and mail.state in {"sent", "sending", "unknown", "failed"})
    if mail is not None and mail.state in {"queued", "held"}:
        mail.state, mail.reason = "cancelled", f"withdrawal {withdrawal.id}"
        session.add(mail)
    notice.state = NoticeState.WITHDRAWN if left else NoticeState.CANCELLED
    session.add(notice)
    session.flush()
    if left:
        told = tell_withdrawal(session, store, notice, actor=actor, now=now)
        _add_step(session, withdrawal.id or 0, "notice", notice.recipient_name, told.id)


def _carrier(session: Session, step: WithdrawalStep) -> OutboxMail | None:
    query = select(OutboxMail).where(OutboxMail.notice_id == step.subject_id, OutboxMail.state == "sent")
    return session.exec(query).first()


def _add_step(session: Session, withdrawal_id: int, kind: str, place: str, subject_id: int | None) -> None:
    if subject_id is None:
        raise NoticeError("a place without a number cannot be withdrawn from", "nơi chưa có số thì không rút lại được")
    session.add(
        WithdrawalStep(
            withdrawal_id=withdrawal_id, kind=kind, place=place, subject_id=subject_id, state=StepState.PENDING
        )
    )
    session.flush()


def _find_step(session: Session, step_id: int) -> WithdrawalStep:
    step = session.get(WithdrawalStep, step_id)
    if step is None:
        raise AppealMissingError(f"there is no withdrawal step {step_id}", f"không có bước rút lại {step_id}")
    return step


def _prove(session: Session, step: WithdrawalStep, proof: str, actor: Actor, now: datetime) -> WithdrawalStep:
    step.state, step.proof, step.at = StepState.PROVEN, proof, now
    session.add(step)
    session.flush()
    detail = {"step": step.id, "place": step.place, "proof": proof[:500]}
    subject = f"withdrawal {step.withdrawal_id}"
    record_audit(session, at=now, actor=actor.name, action="withdrawal.proven", subject=subject, detail=detail)
    withdrawal = session.get_one(Withdrawal, step.withdrawal_id)
    _finish(session, withdrawal, now)
    return step


def _finish(session: Session, withdrawal: Withdrawal, now: datetime) -> None:
    steps = steps_of(session, withdrawal.id or 0)
    if withdrawal.done_at is not None or any(step.state != StepState.PROVEN for step in steps):
        return
    withdrawal.done_at = now
    session.add(withdrawal)
    session.flush()
    detail = {"steps": len(steps)}
    subject = f"withdrawal {withdrawal.id}"
    record_audit(session, at=now, actor="system", action="withdrawal.done", subject=subject, detail=detail)
