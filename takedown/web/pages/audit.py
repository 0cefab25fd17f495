"""The audit log: read, searched, and its chain checked."""

from fastapi import Request, Response
from sqlmodel import col, select

from storage.audit import verify_audit
from storage.models import AuditEntry
from takedown.web.access import AUDIT, Pages, desk_of
from takedown.web.rendering import render

pages = Pages()
PAGE = 100


@pages.page("/audit", AUDIT)
def log(request: Request, actor: str = "", action: str = "", subject: str = "", before: int = 0) -> Response:
    """The newest first; whole words of an actor or subject, the beginning of an action."""
    desk = desk_of(request)
    query = select(AuditEntry).order_by(col(AuditEntry.sequence).desc())
    if actor.strip():
        query = query.where(AuditEntry.actor == actor.strip()[:100])
    if action.strip():
        query = query.where(col(AuditEntry.action).startswith(action.strip()[:64], autoescape=True))
    if subject.strip():
        query = query.where(AuditEntry.subject == subject.strip()[:200])
    if before > 0:
        query = query.where(col(AuditEntry.sequence) < before)
    with desk.reading() as session:
        rows = session.exec(query.limit(PAGE + 1)).all()
    wanted = {"actor": actor, "action": action, "subject": subject}
    return render(request, "audit.html", rows=rows[:PAGE], more=len(rows) > PAGE, wanted=wanted, report=None)


@pages.page("/audit/check", AUDIT)
def check(request: Request) -> Response:
    """Every entry against the one before it."""
    desk = desk_of(request)
    with desk.reading() as session:
        report = verify_audit(session)
    wanted = {"actor": "", "action": "", "subject": ""}
    return render(request, "audit.html", rows=[], more=False, wanted=wanted, report=report)
