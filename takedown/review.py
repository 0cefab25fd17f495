"""The review: taking a case, judging it, taking a verdict back; two people never judge one case at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, or_, update
from sqlmodel import Session, col, func, select

from storage.models import Case, CaseEvent, CaseOpinion, Notice
from takedown.actor import Actor, Role
from takedown.errors import CaseLockedError, NotAllowedError, RefusedError, TakedownError
from takedown.four_eyes import require_two_people
from takedown.history import find_case, note, record_event
from takedown.lifecycle import CaseState, lock_cases, transition
from takedown.reports.content import VIETNAM
from takedown.staff import find_person
from takedown.words import word

LOCK = timedelta(minutes=30)
UNDO = timedelta(hours=24)  # within which a reviewer takes back their own verdict; an approver may at any time
CLEAN_ONLY = "clean_only"
VERDICTS = frozenset({CaseState.CONFIRMED, CaseState.FALSE_POSITIVE, CaseState.DUPLICATE, CaseState.POLICE_FIRST})
MOVED_BY_HAND = frozenset({CaseState.REFUSED, CaseState.ESCALATED, CaseState.CLOSED, CaseState.CONFIRMED})
_TAKEN = "nhận để xét duyệt"


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one blind reviewer said."""

    reviewer: str
    verdict: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class BulkReport:
    """Cases that were judged, and those that were not, each with the reason."""

    judged: tuple[int, ...]
    refused: tuple[tuple[int, str], ...]


def take(session: Session, case_id: int, *, actor: Actor, now: datetime) -> Case:
    """Opens the case for judging by this person alone, for half an hour; again: another half an hour.

    Raises CaseLockedError where somebody else has it, RefusedError where there is nothing to judge.
    """
    actor.require(Role.REVIEWER, Role.APPROVER)
    lock_cases(session)
    case = find_case(session, case_id)
    if case.state not in {CaseState.NEW, CaseState.IN_REVIEW}:
        raise RefusedError(
            f"case {case_id} is `{case.state}`: its verdict is given; undo it to judge again",
            f"vụ {case_id}: {word('state', case.state, 'vi')}; đã có kết luận, hoàn tác để xét lại",
        )
    if case.assignee not in {"", actor.name} and Role.APPROVER not in actor.roles:
        raise CaseLockedError(
            f"case {case_id} is assigned to {case.assignee}; an approver can assign it anew",
            f"vụ {case_id} giao cho {case.assignee}; người duyệt có thể giao lại",
        )
    free = or_(
        col(Case.lock_holder) == "",
        col(Case.lock_holder) == actor.name,
        col(Case.lock_until).is_(None),
        col(Case.lock_until) <= now,
    )
    if not _set_lock(session, case, free, actor.name, now + LOCK):
        until = case.lock_until or now
        raise CaseLockedError(
            f"case {case_id} is open at {case.lock_holder} until {until:%H:%M} UTC",
            f"vụ {case_id} đang mở ở {case.lock_holder} đến {until.astimezone(VIETNAM):%H:%M}",
        )
    if case.state == CaseState.NEW:
        transition(session, case, CaseState.IN_REVIEW, actor=actor.name, reason=_TAKEN, now=now)
    return case


def release(session: Session, case_id: int, *, actor: Actor, now: datetime, reason: str = "trả lại hàng chờ") -> Case:
    """Gives the case back to the queue. An approver may free another person's lock."""
    lock_cases(session)
    case = find_case(session, case_id)
    if case.lock_holder != actor.name:
        actor.require(Role.APPROVER)
    _free(session, case)
    if case.state == CaseState.IN_REVIEW and not opinions(session, case):
        transition(session, case, CaseState.NEW, actor=actor.name, reason=reason, now=now)
    return case


def assign(session: Session, case_id: int, assignee: str, *, actor: Actor, now: datetime) -> Case:
    """Gives the case to a reviewer, or with "" to nobody."""
    actor.require(Role.REVIEWER, Role.APPROVER)
    lock_cases(session)
    case = find_case(session, case_id)
    if assignee:
        find_person(session, assignee).actor.require(Role.REVIEWER, Role.APPROVER)
    case.updated_at = now
    note(session, case, "assigned", assignee, actor=actor.name, now=now)
    return case


def set_blind(session: Session, case_id: int, blind: bool, *, actor: Actor, now: datetime) -> Case:
    """Whether two people must agree without seeing each other's words; not changed once one has spoken."""
    actor.require(Role.APPROVER)
    lock_cases(session)
    case = find_case(session, case_id)
    if opinions(session, case):
        raise RefusedError(
            f"case {case_id}: an opinion is given already; undo the review first",
            f"vụ {case_id}: đã có ý kiến; hoàn tác việc xét trước",
        )
    note(session, case, "blind", blind, actor=actor.name, now=now)
    return case


def judge(
    session: Session,
    case_id: int,
    verdict: CaseState,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
    duplicate_of: int | None = None,
    clean_only: bool = False,
) -> Case:
    """The verdict of the person who has the case open; with blind review, the first of two opinions.

    ``clean_only``: an honest site that was broken into; its owner and host are asked to clean it, nothing else.
    Raises CaseLockedError without the lock, RefusedError for what is no verdict, IllegalTransitionError.
    """
    actor.require(Role.REVIEWER, Role.APPROVER)
    lock_cases(session)
    case = find_case(session, case_id)
    _check_verdict(session, case, verdict, duplicate_of, clean_only)
    if case.lock_holder != actor.name or case.lock_until is None or case.lock_until <= now:
        raise CaseLockedError(f"take case {case_id} before judging it", f"nhận vụ {case_id} trước khi xét")
    if case.blind and not _agreed(session, case, verdict, reason, actor, now):
        _free(session, case)
        return case
    transition(session, case, verdict, actor=actor.name, reason=reason, now=now)
    note(session, case, "handling", CLEAN_ONLY if clean_only else "", actor=actor.name, now=now)
    note(session, case, "merged_into", duplicate_of, actor=actor.name, now=now)
    _free(session, case)
    return case


def judge_many(
    session: Session, case_ids: Iterable[int], verdict: CaseState, *, reason: str, actor: Actor, now: datetime
) -> BulkReport:
    """One verdict with one reason over several cases; what cannot be judged is named and holds nothing up."""
    judged: list[int] = []
    refused: list[tuple[int, str]] = []
    for case_id in dict.fromkeys(case_ids):
        try:
            with session.begin_nested():
                take(session, case_id, actor=actor, now=now)
                judge(session, case_id, verdict, reason=reason, actor=actor, now=now)
            judged.append(case_id)
        except TakedownError as error:
            refused.append((case_id, str(error)))
    return BulkReport(tuple(judged), tuple(refused))


def undo(session: Session, case_id: int, *, reason: str, actor: Actor, now: datetime) -> Case:
    """Takes a verdict back into review: by who gave it within a day, by an approver at any time, never after a notice
    was approved. Raises NotAllowedError, RefusedError."""
    actor.require(Role.REVIEWER, Role.APPROVER)
    lock_cases(session)
    case = find_case(session, case_id)
    if case.state not in VERDICTS:
        raise RefusedError(
            f"case {case_id} is `{case.state}`: only a verdict can be undone",
            f"vụ {case_id}: {word('state', case.state, 'vi')}; chỉ kết luận mới hoàn tác được",
        )
    approved = select(Notice.id).where(Notice.case_id == case_id, col(Notice.approved_at).is_not(None)).limit(1)
    if session.exec(approved).first() is not None:
        raise RefusedError(
            f"case {case_id}: a notice was approved; withdraw instead of undoing",
            f"vụ {case_id}: đã duyệt một thông báo; hãy rút lại thay vì hoàn tác",
        )
    given = _last_transition(session, case_id)
    theirs = given is not None and given.actor == actor.name and now - given.at <= UNDO
    if not theirs and Role.APPROVER not in actor.roles:
        raise NotAllowedError(
            f"case {case_id}: a verdict is undone by who gave it within a day, or by an approver",
            f"vụ {case_id}: người đã kết luận trong vòng một ngày, hoặc người duyệt, mới hoàn tác được",
        )
    transition(session, case, CaseState.IN_REVIEW, actor=actor.name, reason=reason, now=now)
    note(session, case, "handling", "", actor=actor.name, now=now)
    note(session, case, "merged_into", None, actor=actor.name, now=now)
    return case


def move(session: Session, case_id: int, to: CaseState, *, reason: str, actor: Actor, now: datetime) -> Case:
    """An approver's move that is no verdict: a recipient refused, police gave the case back, it is closed.

    Raises RefusedError for a state that other services reach with proof, IllegalTransitionError.
    """
    actor.require(Role.APPROVER)
    if to not in MOVED_BY_HAND:
        allowed = ", ".join(sorted(MOVED_BY_HAND))
        raise RefusedError(
            f"`{to}` is not reached by hand; verdicts are judged, notices and checks move the rest: {allowed}",
            f"«{word('state', to, 'vi')}» không chuyển bằng tay; kết luận thì xét, thông báo và kiểm"
            f" chứng chuyển phần còn lại: {allowed}",
        )
    lock_cases(session)
    case = find_case(session, case_id)
    if to is CaseState.CONFIRMED and case.state != CaseState.POLICE_FIRST:
        raise RefusedError(
            f"case {case_id} is `{case.state}`: only what police had first is confirmed by a move",
            f"vụ {case_id}: {word('state', case.state, 'vi')}; chỉ vụ công an xem trước mới được xác"
            " nhận bằng cách chuyển",
        )
    transition(session, case, to, actor=actor.name, reason=reason, now=now)
    return case


def opinions(session: Session, case: Case, viewer: str | None = None) -> tuple[Opinion, ...]:
    """The opinions of the round under way. While it is open, ``viewer`` sees their own only."""
    rows = session.exec(
        select(CaseOpinion)
        .where(CaseOpinion.case_id == case.id, CaseOpinion.round == _round(session, case))
        .order_by(col(CaseOpinion.id))
    ).all()
    hidden = viewer is not None and case.state == CaseState.IN_REVIEW and len(rows) < 2
    return tuple(
        Opinion(row.reviewer, row.verdict, row.reason, row.at) for row in rows if not hidden or row.reviewer == viewer
    )


def _check_verdict(
    session: Session, case: Case, verdict: CaseState, duplicate_of: int | None, clean_only: bool
) -> None:
    if verdict not in VERDICTS:
        raise RefusedError(
            f"`{verdict}` is no verdict; use one of {', '.join(sorted(VERDICTS))}",
            f"`{verdict}` không phải kết luận; dùng một trong {', '.join(sorted(VERDICTS))}",
        )
    if duplicate_of is not None and (verdict != CaseState.DUPLICATE or duplicate_of == case.id):
        raise RefusedError(
            "a case is a duplicate of another one, and only with the verdict `duplicate`",
            "vụ trùng là trùng với một vụ khác, và chỉ với kết luận `duplicate`",
        )
    if duplicate_of is not None:
        find_case(session, duplicate_of)
    if clean_only and verdict != CaseState.CONFIRMED:
        raise RefusedError(
            "only a confirmed case is handled as a site that was broken into",
            "chỉ vụ đã xác nhận mới xử lý như trang bị xâm nhập",
        )


def _agreed(session: Session, case: Case, verdict: CaseState, reason: str, actor: Actor, now: datetime) -> bool:
    """Records the opinion; True when the case may be judged by it: two agree, or an approver settles a dispute."""
    earlier = opinions(session, case)
    if any(opinion.reviewer == actor.name for opinion in earlier):
        raise NotAllowedError(
            f"case {case.id} is judged blind: {actor.name} has spoken, another person must",
            f"vụ {case.id} xét kín: {actor.name} đã nói, người khác phải nói",
        )
    if len(earlier) >= 2:
        actor.require(Role.APPROVER)
        return True
    require_two_people(session, actor, beside=earlier[0].reviewer if earlier else "")
    if not reason.strip():
        raise RefusedError(f"case {case.id}: an opinion needs its reason", f"vụ {case.id}: ý kiến cần có lý do")
    assert case.id is not None
    session.add(
        CaseOpinion(
            case_id=case.id,
            round=_round(session, case),
            reviewer=actor.name,
            verdict=verdict,
            reason=reason,
            at=now,
        )
    )
    record_event(session, case, "opinion", actor=actor.name, detail={"number": len(earlier) + 1}, now=now)
    if earlier and earlier[0].verdict != verdict:
        detail = {"first": earlier[0].verdict, "second": verdict}
        record_event(session, case, "disputed", actor=actor.name, detail=detail, now=now)
    return bool(earlier) and earlier[0].verdict == verdict


def _round(session: Session, case: Case) -> int:
    """Counts up with every verdict that was taken back, so that a new review begins blind again."""
    undone = (
        select(func.count())
        .select_from(CaseEvent)
        .where(
            CaseEvent.case_id == case.id,
            CaseEvent.kind == "transition",
            col(CaseEvent.detail)["to"].as_string() == CaseState.IN_REVIEW.value,
            col(CaseEvent.detail)["from"].as_string() != CaseState.NEW.value,
        )
    )
    return 1 + session.exec(undone).one()


def _last_transition(session: Session, case_id: int) -> CaseEvent | None:
    query = select(CaseEvent).where(CaseEvent.case_id == case_id, CaseEvent.kind == "transition")
    return session.exec(query.order_by(col(CaseEvent.id).desc()).limit(1)).first()


def _set_lock(session: Session, case: Case, where: Any, holder: str, until: datetime | None) -> bool:
    statement = update(Case).where(col(Case.id) == case.id, where).values(lock_holder=holder, lock_until=until)
    result = cast(CursorResult[Any], session.execute(statement.execution_options(synchronize_session=False)))
    session.refresh(case)
    return result.rowcount == 1


def _free(session: Session, case: Case) -> None:
    session.flush()
    _set_lock(session, case, col(Case.id) == case.id, "", None)
