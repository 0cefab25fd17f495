"""What waits for a person besides the queue: each kind with its number and the page where it is done."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from storage.models import Appeal, Notice, OutboxMail
from takedown.four_eyes import waiting_for
from takedown.web.access import APPROVE, REVIEW, VOUCH, Visitor

_UNSETTLED = ("unknown", "held", "failed")


@dataclass(frozen=True, slots=True)
class Task:
    """``count`` things of one kind; ``late``: they are overdue."""

    count: int
    vi: str
    en: str
    path: str
    late: bool = False


def open_tasks(session: Session, visitor: Visitor, *, now: datetime) -> tuple[Task, ...]:
    """What this visitor may do something about; kinds of which there is nothing are left out."""
    tasks: list[Task] = []
    if visitor.may(APPROVE):
        drafts = _count(session, Notice, Notice.state == "draft", Notice.prepared_by != visitor.actor.name)
        tasks.append(Task(drafts, "thông báo chờ bạn duyệt", "notices await your release", "/notices"))
        appeals = _count(session, Appeal, Appeal.state == "received")
        tasks.append(Task(appeals, "khiếu nại chờ quyết định", "objections to decide", "/appeals"))
        mails = _count(session, OutboxMail, col(OutboxMail.state).in_(_UNSETTLED))
        tasks.append(Task(mails, "thư cần người xử lý", "mails need a person", "/outbox", late=True))
    if visitor.may(REVIEW):
        overdue = _count(session, Notice, Notice.state == "sent", Notice.kind == "first", col(Notice.due_at) <= now)
        tasks.append(Task(overdue, "thông báo quá hạn trả lời", "notices overdue", "/notices#overdue", late=True))
    if visitor.may(VOUCH):
        waiting = len(waiting_for(session, visitor.actor))
        tasks.append(Task(waiting, "tài khoản chờ bạn xác nhận", "accounts await your word", "/people/waiting"))
    return tuple(task for task in tasks if task.count)


def _count(session: Session, table: Any, *where: Any) -> int:
    return session.exec(select(func.count()).select_from(table).where(*where)).one()
