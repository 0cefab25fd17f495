"""Clocks that ran out: reminders with growing gaps, then an escalation with a pack that proves the silence."""

import io
import json
import zipfile
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from storage.artifacts import ArtifactStore
from storage.models import Notice, OutboxMail, Reply, Verification
from takedown.actor import Actor, Role
from takedown.errors import NoticeError
from takedown.lifecycle import CaseState, lock_cases, transition
from takedown.notice_content import build_content
from takedown.notice_files import NoticeFile, notice_files
from takedown.notices import (
    Letterhead,
    NoticeState,
    add_notice,
    find_notice,
    load_agency,
    new_token,
    plan_notices,
    urls_of,
)
from takedown.offices import current_offices
from takedown.reports.compose import compose_mail, compose_mail_subject
from takedown.reports.content import iso_instant, shown_instant
from takedown.routing import Step
from takedown.situation import Situation, read_situation

REMINDER_GAPS = (timedelta(hours=48), timedelta(hours=96), timedelta(days=7))  # to the next answer that is owed
_ESCALATE_TO = ("authority", "registrar", "registry", "network", "isp")
_SILENCE = (
    "Thông báo gửi {} ngày {} quá hạn không được trả lời; hồ sơ kèm theo gồm thông báo, chứng minh đã gửi, thời hạn và "
    "lượt chụp mới nhất cho thấy trang còn hoạt động."
)
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the pack is the same bytes whenever it is made


@dataclass(frozen=True, slots=True)
class Overdue:
    """A notice whose clock ran out. ``reminders``: how many were made; ``escalate``: it is time for others."""

    notice: Notice
    late: timedelta
    reminders: int

    @property
    def escalate(self) -> bool:
        return self.reminders >= len(REMINDER_GAPS)


def list_overdue(session: Session, *, now: datetime) -> tuple[Overdue, ...]:
    """Sent notices without an answer after their clock, and whose last reminder's clock ran out too; longest first."""
    query = select(Notice).where(Notice.state == NoticeState.SENT, Notice.kind == "first", col(Notice.due_at) <= now)
    found = []
    for notice in session.exec(query.order_by(col(Notice.due_at))).all():
        rounds = session.exec(select(func.count()).where(Notice.answers == notice.id, Notice.kind == "reminder")).one()
        newest = _newest_reminder(session, notice)
        if newest is not None and (newest.state in {"draft", "released"} or (newest.due_at or now) > now):
            continue
        assert notice.due_at is not None
        found.append(Overdue(notice, now - notice.due_at, rounds))
    return tuple(found)


def draft_reminder(
    session: Session, store: ArtifactStore, notice_id: int, *, head: Letterhead, actor: Actor, now: datetime
) -> Notice:
    """The next reminder to the same recipient; fresh evidence is required as for the first notice.

    Raises NoticeError where nothing is owed yet, or the recipient left the plan.
    """
    actor.require(Role.REVIEWER, Role.APPROVER)
    lock_cases(session)
    first = find_notice(session, notice_id)
    owed = next((entry for entry in list_overdue(session, now=now) if entry.notice.id == notice_id), None)
    if owed is None:
        raise NoticeError(f"notice {notice_id}: nothing is overdue; its clock runs until {first.due_at}")
    if owed.escalate:
        raise NoticeError(f"notice {notice_id} was reminded {owed.reminders} times: escalate it instead")
    round_number = owed.reminders + 1
    history = (f"Nội dung này đã được gửi {shown_instant(first.sent_at or now)}, đến nay chưa có trả lời.",)
    step = _step(session, first.case_id, first.recipient_id, head, now)
    key = f"{first.case_id}:{first.recipient_id}:reminder:{round_number}"
    clock = REMINDER_GAPS[round_number - 1]
    return _follow(session, store, first, step, "reminder", round_number, key, history, clock, (), head, actor, now)


def escalate(
    session: Session,
    store: ArtifactStore,
    notice_id: int,
    *,
    head: Letterhead,
    actor: Actor,
    now: datetime,
    to: str | None = None,
) -> Notice:
    """A notice to who stands above the silent one, with the pack; the case goes to `escalated`.

    Raises NoticeError where nobody in the plan stands above.
    """
    actor.require(Role.REVIEWER, Role.APPROVER)
    lock_cases(session)
    first = find_notice(session, notice_id)
    if first.state != NoticeState.SENT or (first.due_at or now) > now:
        raise NoticeError(f"notice {notice_id}: its clock has not run out; nothing to escalate")
    situation = read_situation(session, first.case_id, now=now)
    step = _step(session, first.case_id, to or _above(session, first, head, now), head, now)
    history = (_SILENCE.format(first.recipient_name, shown_instant(first.sent_at or now)),)
    pack = NoticeFile("escalation.zip", build_pack(session, store, first, situation, now), "application/zip")
    key = f"{first.case_id}:{step.recipient.id}:escalation:{first.id}"
    made = _follow(session, store, first, step, "escalation", 1, key, history, step.clock, (pack,), head, actor, now)
    case = situation.case
    if case.state == CaseState.WAITING:
        words = f"quá hạn trả lời của {first.recipient_name}, chuyển {step.recipient.name}"
        transition(session, case, CaseState.ESCALATED, actor=actor.name, reason=words, now=now)
    return made


def build_pack(session: Session, store: ArtifactStore, first: Notice, situation: Situation, now: datetime) -> bytes:
    """A ZIP: the first notice's files, proof of delivery, reminders and silence, the fresh captures."""
    assert first.id is not None
    mails = session.exec(select(OutboxMail).where(OutboxMail.notice_id == first.id)).all()
    replies = session.exec(select(Reply).where(Reply.notice_id == first.id)).all()
    later = session.exec(select(Notice).where(Notice.answers == first.id).order_by(col(Notice.id))).all()
    checks = session.exec(
        select(Verification)
        .where(Verification.case_id == first.case_id)
        .order_by(col(Verification.id).desc())
        .limit(20)
    ).all()
    summary = {
        "case": first.case_id,
        "recipient": first.recipient_name,
        "reference": first.token,
        "sent_at": iso_instant(first.sent_at) if first.sent_at else None,
        "due_at": iso_instant(first.due_at) if first.due_at else None,
        "written_at": iso_instant(now),
        "urls": [{"url": row.url, "check_code": row.code} for row in urls_of(session, first.id)],
        "delivery": [
            {
                "message_id": mail.message_id,
                "to": mail.to_address,
                "answer": mail.reason,
                "sent_at": iso_instant(mail.sent_at) if mail.sent_at else None,
                "sha256": mail.message_digest,
            }
            for mail in mails
        ],
        "reminders": [{"token": entry.token, "state": entry.state} for entry in later if entry.kind == "reminder"],
        "answers": [{"at": iso_instant(reply.received_at), "kind": reply.kind} for reply in replies],
        "still_live": [
            {
                "url": capture.url,
                "seen_at": iso_instant(capture.seen_at),
                "vantage": capture.vantage,
                "manifest_sha256": capture.manifest_digest,
            }
            for capture in situation.captures.values()
        ],
        "checks": [{"at": iso_instant(row.at), "url": row.url, "verdict": row.verdict} for row in checks],
    }
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        _write(archive, "summary.json", json.dumps(summary, ensure_ascii=False, indent=2).encode())
        for name, digest, *_ in first.documents:
            _write(archive, f"first-notice/{name}", store.get(digest))
        for mail in mails:
            _write(archive, f"delivery/mail-{mail.id}.eml", store.get(mail.message_digest))
        for reply in replies:
            _write(archive, f"answers/reply-{reply.id}.eml.txt", store.get(reply.raw_digest))
    return data.getvalue()


def _write(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    archive.writestr(zipfile.ZipInfo(name, _EPOCH), data, zipfile.ZIP_DEFLATED)


def _follow(
    session: Session,
    store: ArtifactStore,
    first: Notice,
    step: Step,
    kind: str,
    round_number: int,
    key: str,
    history: tuple[str, ...],
    clock: timedelta,
    extra: tuple[NoticeFile, ...],
    head: Letterhead,
    actor: Actor,
    now: datetime,
) -> Notice:
    if session.exec(select(Notice.id).where(Notice.key == key)).first() is not None:
        raise NoticeError(f"that {kind} was made already; `lachan notices list` shows it")
    situation = read_situation(session, first.case_id, now=now)
    offices = current_offices(session)
    agency = load_agency(offices, head, now)
    content = build_content(
        situation,
        step,
        agency=agency,
        offices=offices,
        token=new_token(),
        now=now,
        kind=kind,
        round_number=round_number,
        history=history,
    )
    if not content.urls:
        raise NoticeError(f"case {first.case_id}: no capture shows the page; check it first: lachan verify")
    address = step.channel.value if step.channel is not None else ""
    notice = Notice(
        case_id=first.case_id,
        recipient_id=step.recipient.id,
        recipient_name=step.recipient.name,
        kind=kind,
        round=round_number,
        key=key,
        act=step.act,
        channel=step.channel.kind if step.channel is not None else "letter",
        address=address,
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
        due_at=now + clock,
        answers=first.id,
    )
    files = (*notice_files(content, situation.case.category, address, head.mailbox, head.domain), *extra)
    urls = ((entry.url, entry.host, entry.code, entry.observation_id) for entry in content.urls)
    return add_notice(session, store, notice, urls, files, actor=actor, now=now)


def _step(session: Session, case_id: int, recipient_id: str, head: Letterhead, now: datetime) -> Step:
    planned = plan_notices(session, case_id, head=head, now=now)
    steps = {step.recipient.id: step for step in planned.plan.steps}
    if recipient_id not in steps:
        against = (
            "; ".join(finding.message("en") for finding in planned.findings) or "it answers for none of the pages now"
        )
        raise NoticeError(f"`{recipient_id}` is not in the plan of case {case_id}: {against}")
    return steps[recipient_id]


def _above(session: Session, first: Notice, head: Letterhead, now: datetime) -> str:
    planned = plan_notices(session, first.case_id, head=head, now=now)
    ranked = sorted(
        (step for step in planned.plan.steps if step.role in _ESCALATE_TO and step.recipient.id != first.recipient_id),
        key=lambda step: _ESCALATE_TO.index(step.role),
    )
    if not ranked:
        raise NoticeError(f"nobody in the plan of case {first.case_id} stands above {first.recipient_name}; name one")
    return ranked[0].recipient.id


def _newest_reminder(session: Session, notice: Notice) -> Notice | None:
    query = select(Notice).where(Notice.answers == notice.id, col(Notice.state).not_in(("cancelled",)))
    return session.exec(query.order_by(col(Notice.id).desc()).limit(1)).first()
