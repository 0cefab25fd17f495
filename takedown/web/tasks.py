"""What waits for a person besides the queue: each kind with its number and the page where it is done."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from storage.models import Appeal, Notice, OutboxMail, Reply
from takedown.four_eyes import waiting_for
from takedown.web.access import APPROVE, REVIEW, VOUCH, Visitor

_UNSETTLED = ("unknown", "held", "failed")


@dataclass(frozen=True, slots=True)
class Task:
    """``count`` things of one kind, in words that follow the number; ``late``: they are overdue."""

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
        said = _english(drafts, "notice awaits your release", "notices await your release")
        tasks.append(Task(drafts, "thông báo chờ bạn duyệt", said, "/notices"))
        appeals = _count(session, Appeal, Appeal.state == "received")
        said = _english(appeals, "objection to decide", "objections to decide")
        tasks.append(Task(appeals, "khiếu nại chờ quyết định", said, "/appeals"))
        mails = _count(session, OutboxMail, col(OutboxMail.state).in_(_UNSETTLED))
        said = _english(mails, "mail needs a person", "mails need a person")
        tasks.append(Task(mails, "thư cần người xử lý", said, "/outbox", late=True))
    if visitor.may(REVIEW):
        overdue = _count(session, Notice, Notice.state == "sent", Notice.kind == "first", col(Notice.due_at) <= now)
        said = _english(overdue, "notice overdue", "notices overdue")
        tasks.append(Task(overdue, "thông báo quá hạn trả lời", said, "/notices#overdue", late=True))
        strays = _count(session, Reply, Reply.state == "unmatched")
        said = _english(strays, "mail without a code", "mails without a code")
        tasks.append(Task(strays, "thư đến không có mã", said, "/replies"))
    if visitor.may(VOUCH):
        waiting = len(waiting_for(session, visitor.actor))
        said = _english(waiting, "account awaits your word", "accounts await your word")
        tasks.append(Task(waiting, "tài khoản chờ bạn xác nhận", said, "/people/waiting"))
    return tuple(task for task in tasks if task.count)


def _english(count: int, one: str, many: str) -> str:
    return one if count == 1 else many


def _count(session: Session, table: Any, *where: Any) -> int:
    return session.exec(select(func.count()).select_from(table).where(*where)).one()
