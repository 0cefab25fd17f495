"""Notices: planned by the router, prepared by one person, released by another, never sent twice to one recipient."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col, select

from storage.artifacts import ArtifactStore
from storage.audit import record_audit
from storage.models import Case, Notice, NoticeUrl, ObservationFile
from takedown.actor import Actor, Role
from takedown.errors import NotAllowedError, NoticeError, RefusedError
from takedown.guards import Effect, Finding, may_request
from takedown.history import find_case, record_event
from takedown.lifecycle import CaseState, lock_cases, transition
from takedown.notice_content import MAX_PICTURES, build_content, picture_of
from takedown.notice_files import NoticeFile, notice_files
from takedown.offices import Agency, Offices, current_offices
from takedown.recipients import ChannelKind, load_recipients
from takedown.recipients.confirmation import current_registry
from takedown.reports.compose import compose_mail, compose_mail_subject
from takedown.reports.content import VIETNAM
from takedown.reports.letter import Picture
from takedown.routing import Plan, Step, route
from takedown.situation import Situation, read_situation
from takedown.watching import start_watch

_STOPS = frozenset({Effect.REFUSE, Effect.WAIT})
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


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


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What the operator set: who writes, and from which mailbox."""

    agency_id: str
    mailbox: str = ""

    @property
    def domain(self) -> str:
        return self.mailbox.rpartition("@")[2] or "localhost.invalid"


@dataclass(frozen=True, slots=True)
class Planned:
    """A case's plan with what the guards said; ``already``: recipients that have a live notice."""

    case_id: int
    findings: tuple[Finding, ...]
    plan: Plan
    already: frozenset[str]


def plan_notices(session: Session, case_id: int, *, head: Letterhead, now: datetime, urgent: bool = False) -> Planned:
    """Whom to tell and what stands against it; changes nothing. Raises NoticeError for an unknown agency."""
    situation = read_situation(session, case_id, now=now)
    plan, _, _ = _plan(session, situation, head, now, urgent)
    return Planned(case_id, situation.findings, plan, frozenset(_live_recipients(session, situation)))


def draft_notices(
    session: Session,
    store: ArtifactStore,
    case_id: int,
    *,
    head: Letterhead,
    actor: Actor,
    now: datetime,
    recipients: Iterable[str] | None = None,
    urgent: bool = False,
) -> tuple[Notice, ...]:
    """Drafts for every step of the plan that can be sent, or for the named recipients; one a recipient and case.

    Raises RefusedError with the words of the guard that says no, NoticeError for a recipient outside the plan.
    """
    actor.require(Role.REVIEWER, Role.APPROVER)
    lock_cases(session)
    situation = read_situation(session, case_id, now=now)
    if not may_request(situation.findings):
        raise RefusedError("\n".join(entry.message() for entry in situation.findings if entry.effect in _STOPS))
    plan, agency, offices = _plan(session, situation, head, now, urgent)
    wanted = list(recipients) if recipients is not None else None
    steps = _wanted(plan, wanted)
    live = _live_recipients(session, situation)
    pictures = _pictures(session, store, situation)
    return tuple(
        _draft(session, store, situation, step, agency, offices, head, pictures, actor, now, urgent)
        for step in steps
        if step.recipient.id not in live
    )


def release_notice(session: Session, notice_id: int, *, actor: Actor, now: datetime) -> Notice:
    """The second pair of eyes: an approver who is not the one that prepared it. The guards are asked again.

    Raises NotAllowedError, RefusedError, NoticeError.
    """
    actor.require(Role.APPROVER)
    lock_cases(session)
    notice = find_notice(session, notice_id)
    if notice.state != NoticeState.DRAFT:
        raise NoticeError(f"notice {notice_id} is `{notice.state}`; only a draft can be released")
    if notice.prepared_by == actor.name:
        raise NotAllowedError(f"notice {notice_id} was prepared by {actor.name}: another person must release it")
    case = find_case(session, notice.case_id)
    if notice.kind != "withdrawal":
        findings = read_situation(session, notice.case_id, now=now).findings
        if not may_request(findings):
            raise RefusedError("\n".join(entry.message() for entry in findings if entry.effect in _STOPS))
        if case.state == CaseState.CONFIRMED:
            words = f"thông báo {notice_id} tới {notice.recipient_name} được duyệt"
            transition(session, case, CaseState.REQUESTED, actor=actor.name, reason=words, now=now)
    notice.state, notice.approved_by, notice.approved_at = NoticeState.RELEASED, actor.name, now
    _note(session, notice, "released", actor, now, {"prepared_by": notice.prepared_by})
    return notice


def cancel_notice(session: Session, notice_id: int, *, reason: str, actor: Actor, now: datetime) -> Notice:
    """Throws a draft away, or a released one that has not left."""
    actor.require(Role.REVIEWER, Role.APPROVER)
    lock_cases(session)
    notice = find_notice(session, notice_id)
    if notice.state not in {NoticeState.DRAFT, NoticeState.RELEASED}:
        raise NoticeError(f"notice {notice_id} is `{notice.state}`; what was sent is withdrawn, not cancelled")
    if not reason.strip():
        raise NoticeError(f"notice {notice_id}: say why it is cancelled")
    notice.state = NoticeState.CANCELLED
    notice.key = f"{notice.key}:cancelled:{notice.id}"  # another draft may be made
    _note(session, notice, "cancelled", actor, now, {"reason": reason})
    return notice


def mark_sent(session: Session, notice_id: int, *, proof: str, actor: Actor, now: datetime) -> Notice:
    """A letter or a form that a person sent: ``proof`` is its number and day, or the ticket. The clock starts."""
    actor.require(Role.REVIEWER, Role.APPROVER)
    lock_cases(session)
    notice = find_notice(session, notice_id)
    if notice.state != NoticeState.RELEASED:
        raise NoticeError(f"notice {notice_id} is `{notice.state}`; a released one is sent, once")
    if notice.channel == ChannelKind.EMAIL:
        raise NoticeError(f"notice {notice_id} goes by mail: the outbox sends it")
    if not proof.strip():
        raise NoticeError(f"notice {notice_id}: name the letter's number and day, or the ticket")
    return record_sent(session, notice, proof=proof, actor=actor.name, now=now)


def record_sent(session: Session, notice: Notice, *, proof: str, actor: str, now: datetime) -> Notice:
    """The notice has left: its clock starts, and the case waits."""
    due = notice.due_at - notice.prepared_at if notice.due_at is not None else None
    notice.state, notice.sent_at = NoticeState.SENT, now
    notice.due_at = now + due if due is not None else None
    case = find_case(session, notice.case_id)
    _note(session, notice, "sent", Actor(actor, frozenset()), now, {"proof": proof})
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
        raise NoticeError(f"there is no notice {notice_id}; `lachan notices list` shows what there is")
    return notice


def notices_of(session: Session, case_id: int | None = None, state: str | None = None) -> tuple[Notice, ...]:
    """Notices of one case, or all; of one state, or any. The newest first."""
    query = select(Notice).order_by(col(Notice.id).desc())
    if case_id is not None:
        query = query.where(Notice.case_id == case_id)
    if state is not None:
        query = query.where(Notice.state == state)
    return tuple(session.exec(query))


def urls_of(session: Session, notice_id: int) -> tuple[NoticeUrl, ...]:
    """The addresses that a notice names."""
    return tuple(session.exec(select(NoticeUrl).where(NoticeUrl.notice_id == notice_id).order_by(col(NoticeUrl.id))))


def add_notice(
    session: Session,
    store: ArtifactStore,
    notice: Notice,
    urls: Iterable[tuple[str, str, str, int | None]],
    files: Iterable[NoticeFile],
    *,
    actor: Actor,
    now: datetime,
) -> Notice:
    """Stores a prepared notice: its files in the evidence store, its row, its addresses (url, host, code, visit)."""
    notice.documents = [[file.name, store.put(file.data), len(file.data), file.media_type] for file in files]
    session.add(notice)
    session.flush()
    assert notice.id is not None
    for url, host, code, observation in urls:
        session.add(NoticeUrl(notice_id=notice.id, url=url, host=host, code=code, observation_id=observation))
    session.flush()
    _note(session, notice, "drafted", actor, now, {"files": [name for name, *_ in notice.documents]})
    return notice


def new_token() -> str:
    """Ten letters that nobody guesses, by which an answer finds its notice."""
    return "LC-" + "".join(secrets.choice(_ALPHABET) for _ in range(10))


def load_agency(offices: Offices, head: Letterhead, now: datetime) -> Agency:
    """The agency of the letterhead on that day. Raises NoticeError."""
    agency = offices.agency(head.agency_id, now.astimezone(VIETNAM).date())
    if agency is None:
        known = ", ".join(sorted({entry.id for entry in offices.agencies}))
        raise NoticeError(f"no agency `{head.agency_id}` on this day; set LACHAN_AGENCY to one of {known}")
    return agency


def _plan(
    session: Session, situation: Situation, head: Letterhead, now: datetime, urgent: bool
) -> tuple[Plan, Agency, Offices]:
    offices = current_offices(session)
    agency = load_agency(offices, head, now)
    plan = route(
        situation.known,
        situation.money,
        situation.findings,
        registry=current_registry(session, load_recipients(), now=now),
        offices=offices,
        agency=agency,
        on=now.astimezone(VIETNAM).date(),
        urgent=urgent,
    )
    return plan, agency, offices


def _wanted(plan: Plan, recipients: list[str] | None) -> list[Step]:
    if recipients is None:
        return [step for step in plan.steps if not step.problem]
    steps = {step.recipient.id: step for step in plan.steps}
    for recipient in recipients:
        if recipient not in steps:
            raise NoticeError(f"`{recipient}` is not in the plan; it holds {', '.join(steps) or 'nobody'}")
        if steps[recipient].problem:
            raise NoticeError(f"{recipient}: {steps[recipient].problem}")
    return [steps[recipient] for recipient in recipients]


def _live_recipients(session: Session, situation: Situation) -> set[str]:
    """Recipients that have a live first notice of this case, or of another one that names all of the same pages."""
    hosts = [site.host for site in situation.sites]
    own = select(Notice.recipient_id, Notice.state).where(Notice.case_id == situation.case.id, Notice.kind == "first")
    named = (
        select(Notice.recipient_id, NoticeUrl.host, Notice.state)
        .join(NoticeUrl, col(NoticeUrl.notice_id) == col(Notice.id))
        .where(col(NoticeUrl.host).in_(hosts), Notice.kind == "first", Notice.case_id != situation.case.id)
    )
    live = {recipient for recipient, state in session.exec(own) if NoticeState(state).is_live}
    elsewhere: dict[str, set[str]] = {}
    for recipient, host, state in session.exec(named):
        if state in {NoticeState.DRAFT, NoticeState.RELEASED, NoticeState.SENT}:
            elsewhere.setdefault(recipient, set()).add(host)
    return live | {recipient for recipient, found in elsewhere.items() if found >= set(hosts)}


def _draft(
    session: Session,
    store: ArtifactStore,
    situation: Situation,
    step: Step,
    agency: Agency,
    offices: Offices,
    head: Letterhead,
    pictures: tuple[Picture, ...],
    actor: Actor,
    now: datetime,
    urgent: bool,
) -> Notice:
    content = build_content(
        situation,
        step,
        agency=agency,
        offices=offices,
        token=new_token(),
        now=now,
        urgent=urgent,
        pictures=pictures,
    )
    notice = Notice(
        case_id=content.case_id,
        recipient_id=step.recipient.id,
        recipient_name=step.recipient.name,
        kind="first",
        key=f"{content.case_id}:{step.recipient.id}:first:0",
        act=step.act,
        channel=step.channel.kind if step.channel is not None else ChannelKind.LETTER,
        address=step.channel.value if step.channel is not None else "",
        state=NoticeState.DRAFT,
        language=step.language,
        why=step.why_vi,
        legal=list(content.legal),
        agency=agency.id,
        subject=compose_mail_subject(content),
        body=compose_mail(content),
        token=content.token,
        prepared_by=actor.name,
        prepared_at=now,
        due_at=now + step.clock,
    )
    files = notice_files(content, situation.case.category, notice.address, head.mailbox, head.domain)
    urls = ((entry.url, entry.host, entry.code, entry.observation_id) for entry in content.urls)
    return add_notice(session, store, notice, urls, files, actor=actor, now=now)


def _pictures(session: Session, store: ArtifactStore, situation: Situation) -> tuple[Picture, ...]:
    pictures = []
    for capture in list(situation.captures.values())[:MAX_PICTURES]:
        file = session.exec(
            select(ObservationFile).where(
                ObservationFile.observation_id == capture.observation_id,
                col(ObservationFile.name).startswith("screenshot"),
            )
        ).first()
        picture = picture_of(capture, store.get(file.digest)) if file is not None else None
        if picture is not None:
            pictures.append(picture)
    return tuple(pictures)


def _set_case_clock(session: Session, case: Case) -> None:
    waiting = select(Notice.due_at).where(
        Notice.case_id == case.id, Notice.state == NoticeState.SENT, col(Notice.due_at).is_not(None)
    )
    case.due_at = min((due for due in session.exec(waiting) if due is not None), default=None)
    session.add(case)
    session.flush()


def _note(session: Session, notice: Notice, what: str, actor: Actor, now: datetime, detail: dict[str, object]) -> None:
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
