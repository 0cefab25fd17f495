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
from takedown.drafting import (
    Letterhead,
    Prepared,
    Writer,
    add_notice,
    new_token,
    plan_notices,
    prepare_notice,
    writer_of,
)
from takedown.errors import NoticeError
from takedown.history import find_case
from takedown.lifecycle import CaseState, lock_cases, transition
from takedown.notice_content import build_content
from takedown.notice_files import NoticeFile
from takedown.notices import NoticeState, find_notice, urls_of
from takedown.reports.content import NoticeContent, iso_instant, shown_instant
from takedown.routing import Step
from takedown.situation import Situation, read_situation
from takedown.words import word

REMINDER_GAPS = (timedelta(hours=48), timedelta(hours=96), timedelta(days=7))  # to the next answer that is owed
REMINDER, ESCALATION = "reminder", "escalation"
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
        rounds = session.exec(select(func.count()).where(Notice.answers == notice.id, Notice.kind == REMINDER)).one()
        newest = _newest_reminder(session, notice)
        if newest is not None and (newest.state in {"draft", "released"} or (newest.due_at or now) > now):
            continue
        assert notice.due_at is not None
        found.append(Overdue(notice, now - notice.due_at, rounds))
    return tuple(found)


def prepare_reminder(
    session: Session, store: ArtifactStore, notice_id: int, *, head: Letterhead, actor: Actor, now: datetime
) -> Prepared:
    """The next reminder to the same recipient; fresh evidence is required as for the first notice. Writes nothing.

    Raises NoticeError where nothing is owed yet, or the recipient left the plan.
    """
    actor.require(Role.REVIEWER, Role.APPROVER)
    first = find_notice(session, notice_id)
    owed = next((entry for entry in list_overdue(session, now=now) if entry.notice.id == notice_id), None)
    if owed is None:
        raise NoticeError(
            f"notice {notice_id}: nothing is overdue; its clock runs until {first.due_at}",
            f"thông báo {notice_id}: chưa quá hạn; đồng hồ còn đến {first.due_at}",
        )
    if owed.escalate:
        raise NoticeError(
            f"notice {notice_id} was reminded {owed.reminders} times: escalate it instead",
            f"thông báo {notice_id} đã nhắc {owed.reminders} lần: hãy chuyển lên cấp trên",
        )
    round_number = owed.reminders + 1
    history = f"Nội dung này đã được gửi {shown_instant(first.sent_at or now)}, đến nay chưa có trả lời."
    step = _step(session, first.case_id, first.recipient_id, head, now)
    situation, writer = read_situation(session, first.case_id, now=now), writer_of(session, head, actor, now)
    content = _content(situation, step, writer, REMINDER, round_number, history)
    key = f"{first.case_id}:{first.recipient_id}:{REMINDER}:{round_number}"
    clock = REMINDER_GAPS[round_number - 1]
    return prepare_notice(content, step, situation, writer, key=key, clock=clock, answers=first.id)


def prepare_escalation(
    session: Session,
    store: ArtifactStore,
    notice_id: int,
    *,
    head: Letterhead,
    actor: Actor,
    now: datetime,
    to: str | None = None,
) -> Prepared:
    """A notice to who stands above the silent one, with the pack. Writes nothing.

    Raises NoticeError where nobody in the plan stands above.
    """
    actor.require(Role.REVIEWER, Role.APPROVER)
    first = find_notice(session, notice_id)
    if first.state != NoticeState.SENT or (first.due_at or now) > now:
        raise NoticeError(
            f"notice {notice_id}: its clock has not run out; nothing to escalate",
            f"thông báo {notice_id}: đồng hồ chưa hết; chưa có gì để chuyển lên",
        )
    situation, writer = read_situation(session, first.case_id, now=now), writer_of(session, head, actor, now)
    step = _step(session, first.case_id, to or _above(session, first, head, now), head, now)
    key = f"{first.case_id}:{step.recipient.id}:{ESCALATION}:{first.id}"
    _check_new(session, key, ESCALATION)  # before the pack is made
    history = _SILENCE.format(first.recipient_name, shown_instant(first.sent_at or now))
    content = _content(situation, step, writer, ESCALATION, 1, history)
    pack = NoticeFile("escalation.zip", build_pack(session, store, first, situation, now), "application/zip")
    return prepare_notice(content, step, situation, writer, key=key, clock=step.clock, extra=(pack,), answers=first.id)


def add_follow_up(session: Session, store: ArtifactStore, prepared: Prepared, *, actor: Actor, now: datetime) -> Notice:
    """Stores a prepared reminder or escalation; with the latter a waiting case goes to `escalated`.

    Raises NoticeError where it was made already, or the first notice was answered meanwhile.
    """
    actor.require(Role.REVIEWER, Role.APPROVER)
    lock_cases(session)
    notice = prepared.notice
    _check_new(session, notice.key, notice.kind)
    first = find_notice(session, notice.answers or 0)
    if first.state != NoticeState.SENT:
        raise NoticeError(
            f"notice {first.id} is `{first.state}` by now: nothing is owed",
            f"thông báo {first.id}: nay {word('notice', first.state, 'vi')}; không còn nợ gì",
        )
    made = add_notice(session, store, prepared, actor=actor, now=now)
    case = find_case(session, first.case_id)
    if notice.kind == ESCALATION and case.state == CaseState.WAITING:
        words = f"quá hạn trả lời của {first.recipient_name}, chuyển {made.recipient_name}"
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
        "reminders": [{"token": entry.token, "state": entry.state} for entry in later if entry.kind == REMINDER],
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


def _content(
    situation: Situation, step: Step, writer: Writer, kind: str, round_number: int, history: str
) -> NoticeContent:
    content = build_content(
        situation,
        step,
        agency=writer.agency,
        offices=writer.offices,
        token=new_token(),
        now=writer.now,
        kind=kind,
        round_number=round_number,
        history=(history,),
    )
    if not content.urls:
        raise NoticeError(
            f"case {situation.case.id}: no capture shows the page; check it first: lachan verify",
            f"vụ {situation.case.id}: chưa lần chụp nào thấy trang; kiểm tra trước: lachan verify",
        )
    return content


def _check_new(session: Session, key: str, kind: str) -> None:
    if session.exec(select(Notice.id).where(Notice.key == key)).first() is not None:
        raise NoticeError(
            f"that {kind} was made already; `lachan notices list` shows it",
            f"việc đó đã làm rồi ({kind}); `lachan notices list` chỉ ra",
        )


def _step(session: Session, case_id: int, recipient_id: str, head: Letterhead, now: datetime) -> Step:
    planned = plan_notices(session, case_id, head=head, now=now)
    steps = {step.recipient.id: step for step in planned.plan.steps}
    if recipient_id not in steps:
        against, against_vi = ("; ".join(each.message(words) for each in planned.findings) for words in ("en", "vi"))
        raise NoticeError(
            f"`{recipient_id}` is not in the plan of case {case_id}: "
            f"{against or 'it answers for none of the pages now'}",
            f"`{recipient_id}` không có trong kế hoạch của vụ {case_id}: "
            f"{against_vi or 'nay không còn giữ trang nào của vụ'}",
        )
    return steps[recipient_id]


def _above(session: Session, first: Notice, head: Letterhead, now: datetime) -> str:
    planned = plan_notices(session, first.case_id, head=head, now=now)
    ranked = sorted(
        (step for step in planned.plan.steps if step.role in _ESCALATE_TO and step.recipient.id != first.recipient_id),
        key=lambda step: _ESCALATE_TO.index(step.role),
    )
    if not ranked:
        raise NoticeError(
            f"nobody in the plan of case {first.case_id} stands above {first.recipient_name}; name one",
            f"trong kế hoạch của vụ {first.case_id} không có ai trên {first.recipient_name}; hãy nêu tên",
        )
    return ranked[0].recipient.id


def _newest_reminder(session: Session, notice: Notice) -> Notice | None:
    query = select(Notice).where(Notice.answers == notice.id, col(Notice.state).not_in(("cancelled",)))
    return session.exec(query.order_by(col(Notice.id).desc()).limit(1)).first()
