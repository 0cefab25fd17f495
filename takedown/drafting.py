"""Drafts: planned by the router, made ready without holding up anybody's work, then stored in one short transaction."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from storage.artifacts import ArtifactStore
from storage.models import Notice, NoticeUrl, ObservationFile, OutboxMail
from takedown.actor import SYSTEM, Actor, Role
from takedown.errors import NoticeError, RefusedError
from takedown.guards import Finding, require_request
from takedown.lifecycle import lock_cases
from takedown.notice_content import MAX_PICTURES, build_content, picture_of
from takedown.notice_files import NoticeFile, notice_files
from takedown.notices import NoticeState, note_notice
from takedown.offices import Agency, Offices, current_offices
from takedown.recipients import ChannelKind, load_recipients
from takedown.recipients.confirmation import current_registry
from takedown.reports.compose import compose_mail, compose_mail_subject
from takedown.reports.content import VIETNAM, NoticeContent, shown_instant
from takedown.reports.letter import Picture
from takedown.routing import Plan, Step, route
from takedown.situation import Situation, read_situation
from takedown.spacing import Told, Turn, turns

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


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
    """A case's plan with what the guards said. ``already``: who has a live notice; ``turns``: by recipient."""

    case_id: int
    findings: tuple[Finding, ...]
    plan: Plan
    already: frozenset[str]
    turns: Mapping[str, Turn]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A notice with its files, ready to be stored. ``urls``: (url, host, check code, visit)."""

    notice: Notice
    urls: tuple[tuple[str, str, str, int | None], ...]
    files: tuple[NoticeFile, ...]
    reason: str = ""  # why it does not wait for its turn


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes on a day, on which paper."""

    head: Letterhead
    agency: Agency
    offices: Offices
    actor: Actor
    now: datetime


def plan_notices(session: Session, case_id: int, *, head: Letterhead, now: datetime, urgent: bool = False) -> Planned:
    """Whom to tell, when, and what stands against it; changes nothing. Raises NoticeError for an unknown agency."""
    return _plan(session, read_situation(session, case_id, now=now), head, now, urgent)


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
    reason: str = "",
) -> tuple[Notice, ...]:
    """``prepare_drafts`` and ``add_drafts`` in one transaction, which holds others up while the letters are drawn."""
    prepared = prepare_drafts(
        session, store, case_id, head=head, actor=actor, now=now, recipients=recipients, urgent=urgent, reason=reason
    )
    return add_drafts(session, store, case_id, prepared, actor=actor, now=now)


def prepare_drafts(
    session: Session,
    store: ArtifactStore,
    case_id: int,
    *,
    head: Letterhead,
    actor: Actor,
    now: datetime,
    recipients: Iterable[str] | None = None,
    urgent: bool = False,
    reason: str = "",
) -> tuple[Prepared, ...]:
    """Drafts for everybody whose turn it is, or for the named recipients; writes nothing, so any session serves.

    ``reason``: why named recipients do not wait for their turn. Raises RefusedError with the words of the guard that
    says no (NeedsCaptureError where a new capture would help) or for a turn that has not come, NoticeError for a
    recipient outside the plan.
    """
    actor.require(Role.REVIEWER, Role.APPROVER)
    situation = read_situation(session, case_id, now=now)
    require_request(situation.findings)
    planned = _plan(session, situation, head, now, urgent)
    steps = _wanted(planned, list(recipients) if recipients is not None else None, reason)
    writer, pictures = writer_of(session, head, actor, now), _pictures(session, store, situation)
    made = []
    for step in steps:
        if step.recipient.id in planned.already:
            continue
        content = build_content(
            situation,
            step,
            agency=writer.agency,
            offices=writer.offices,
            token=new_token(),
            now=now,
            urgent=urgent,
            pictures=pictures,
        )
        key = f"{case_id}:{step.recipient.id}:first:0"
        out_of_turn = reason if not planned.turns[step.recipient.id].due else ""
        made.append(prepare_notice(content, step, situation, writer, key=key, clock=step.clock, reason=out_of_turn))
    return tuple(made)


def add_drafts(
    session: Session, store: ArtifactStore, case_id: int, prepared: Iterable[Prepared], *, actor: Actor, now: datetime
) -> tuple[Notice, ...]:
    """Stores what was prepared; what became untrue meanwhile stops it. Raises RefusedError as ``prepare_drafts``."""
    actor.require(Role.REVIEWER, Role.APPROVER)
    lock_cases(session)
    situation = read_situation(session, case_id, now=now)
    require_request(situation.findings)
    live = _live_recipients(session, situation)
    return tuple(
        add_notice(session, store, entry, actor=actor, now=now)
        for entry in prepared
        if entry.notice.recipient_id not in live
    )


def prepare_notice(
    content: NoticeContent,
    step: Step,
    situation: Situation,
    writer: Writer,
    *,
    key: str,
    clock: timedelta,
    extra: tuple[NoticeFile, ...] = (),
    answers: int | None = None,
    reason: str = "",
) -> Prepared:
    """The row and the files of one notice, of whatever kind ``content`` is."""
    notice = Notice(
        case_id=content.case_id,
        recipient_id=step.recipient.id,
        recipient_name=step.recipient.name,
        kind=content.kind,
        round=content.round,
        key=key,
        act=step.act,
        channel=step.channel.kind if step.channel is not None else ChannelKind.LETTER,
        address=step.channel.value if step.channel is not None else "",
        state=NoticeState.DRAFT,
        language=step.language,
        why=step.why_vi,
        legal=list(content.legal),
        agency=writer.agency.id,
        subject=compose_mail_subject(content),
        body=compose_mail(content),
        token=content.token,
        prepared_by=writer.actor.name,
        prepared_at=writer.now,
        due_at=writer.now + clock,
        answers=answers,
    )
    files = notice_files(content, situation.case.category, notice.address, writer.head.mailbox, writer.head.domain)
    urls = tuple((entry.url, entry.host, entry.code, entry.observation_id) for entry in content.urls)
    return Prepared(notice, urls, (*files, *extra), reason)


def add_notice(session: Session, store: ArtifactStore, prepared: Prepared, *, actor: Actor, now: datetime) -> Notice:
    """Stores one notice: its files in the evidence store, its row, its addresses."""
    notice = prepared.notice
    notice.documents = [[file.name, store.put(file.data), len(file.data), file.media_type] for file in prepared.files]
    session.add(notice)
    session.flush()
    assert notice.id is not None
    for url, host, code, observation in prepared.urls:
        session.add(NoticeUrl(notice_id=notice.id, url=url, host=host, code=code, observation_id=observation))
    session.flush()
    detail: dict[str, object] = {"files": [name for name, *_ in notice.documents]}
    if prepared.reason:
        detail["out_of_turn"] = prepared.reason
    note_notice(session, notice, "drafted", actor, now, detail)
    return notice


def new_token() -> str:
    """Ten letters that nobody guesses, by which an answer finds its notice."""
    return "LC-" + "".join(secrets.choice(_ALPHABET) for _ in range(10))


def writer_of(session: Session, head: Letterhead, actor: Actor, now: datetime) -> Writer:
    """The agency of the letterhead on that day. Raises NoticeError."""
    offices = current_offices(session)
    agency = offices.agency(head.agency_id, now.astimezone(VIETNAM).date())
    if agency is None:
        known = ", ".join(sorted({entry.id for entry in offices.agencies}))
        raise NoticeError(
            f"no agency `{head.agency_id}` on this day; set LACHAN_AGENCY to one of {known}",
            f"hôm đó không có cơ quan `{head.agency_id}`; đặt LACHAN_AGENCY là một trong {known}",
        )
    return Writer(head, agency, offices, actor, now)


def _plan(session: Session, situation: Situation, head: Letterhead, now: datetime, urgent: bool) -> Planned:
    writer = writer_of(session, head, SYSTEM, now)
    plan = route(
        situation.known,
        situation.money,
        situation.findings,
        registry=current_registry(session, load_recipients(), now=now),
        offices=writer.offices,
        agency=writer.agency,
        on=now.astimezone(VIETNAM).date(),
        urgent=urgent,
    )
    assert situation.case.id is not None
    told = _told(session, situation.case.id)
    return Planned(
        situation.case.id,
        situation.findings,
        plan,
        frozenset(_live_recipients(session, situation)),
        turns(plan.steps, told, now=now, urgent=urgent),
    )


def _wanted(planned: Planned, recipients: list[str] | None, reason: str) -> list[Step]:
    if recipients is None:
        return [step for step in planned.plan.steps if not step.problem and planned.turns[step.recipient.id].due]
    steps = {step.recipient.id: step for step in planned.plan.steps}
    for recipient in recipients:
        if recipient not in steps:
            raise NoticeError(
                f"`{recipient}` is not in the plan; it holds {', '.join(steps) or 'nobody'}",
                f"`{recipient}` không có trong kế hoạch; kế hoạch có {', '.join(steps) or 'không ai'}",
            )
        if steps[recipient].problem:
            words = f"{recipient}: {steps[recipient].problem}"
            raise NoticeError(words, words)
        turn = planned.turns[recipient]
        if not turn.due and recipient not in planned.already and not reason.strip():
            at, waited = shown_instant(turn.until) if turn.until is not None else "", ", ".join(turn.after)
            raise RefusedError(
                f"{recipient}: not its turn yet, it waits for {waited}{at and f' (until {at})'}; "
                "say why it cannot wait, if so",
                f"{recipient}: chưa đến lượt, chờ {waited}{at and f' (đến {at})'}; nếu không thể chờ, nêu lý do",
            )
    return [steps[recipient] for recipient in recipients]


def _told(session: Session, case_id: int) -> dict[str, Told]:
    """The live first notice of the case to each recipient, with its clock once it has left."""
    notices = session.exec(select(Notice).where(Notice.case_id == case_id, Notice.kind == "first")).all()
    failed = select(OutboxMail.notice_id).where(
        col(OutboxMail.notice_id).in_([entry.id for entry in notices]), OutboxMail.state == "failed"
    )
    bounced = set(session.exec(failed))
    return {
        entry.recipient_id: Told(entry.due_at if entry.sent_at is not None else None, bounced=entry.id in bounced)
        for entry in notices
        if NoticeState(entry.state).is_live
    }


def _live_recipients(session: Session, situation: Situation) -> set[str]:
    """Recipients that have a live first notice of this case, or of another one that names all of the same pages."""
    hosts = [site.host for site in situation.sites]
    # the kind is looked at here: with it, SQLite would go through an index of every first notice that there is
    own = select(Notice.recipient_id, Notice.state, Notice.kind).where(Notice.case_id == situation.case.id)
    named = (
        select(Notice.recipient_id, NoticeUrl.host, Notice.state)
        .join(NoticeUrl, col(NoticeUrl.notice_id) == col(Notice.id))
        .where(col(NoticeUrl.host).in_(hosts), Notice.kind == "first", Notice.case_id != situation.case.id)
    )
    live = {to for to, state, kind in session.exec(own) if kind == "first" and NoticeState(state).is_live}
    elsewhere: dict[str, set[str]] = {}
    for recipient, host, state in session.exec(named):
        if state in {NoticeState.DRAFT, NoticeState.RELEASED, NoticeState.SENT}:
            elsewhere.setdefault(recipient, set()).add(host)
    return live | {recipient for recipient, found in elsewhere.items() if found >= set(hosts)}


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
