"""The audit log: read, searched, and its chain checked."""

from fastapi import Request, Response

from storage.audit import find_entries, verify_audit
from takedown.owner_words import unnamed
from takedown.web.access import AUDIT, Pages, desk_of
from takedown.web.rendering import render

pages = Pages()
PAGE = 100


@pages.page("/audit", AUDIT)
def log(request: Request, actor: str = "", action: str = "", subject: str = "", before: int = 0) -> Response:
    """The newest first; whole words of an actor or subject, the beginning of an action."""
    desk = desk_of(request)
    with desk.reading() as session:
        rows = find_entries(
            session, actor=actor, action=action, subject=subject, before=before if before > 0 else None, limit=PAGE + 1
        )
    wanted = {"actor": actor, "action": action, "subject": subject}
    shown = [(row, unnamed(row.detail)) for row in rows[:PAGE]]
    return render(request, "audit.html", rows=shown, more=len(rows) > PAGE, wanted=wanted, report=None)


@pages.page("/audit/check", AUDIT)
def check(request: Request) -> Response:
    """Every entry against the one before it."""
    desk = desk_of(request)
    with desk.reading() as session:
        report = verify_audit(session)
    wanted = {"actor": "", "action": "", "subject": ""}
    return render(request, "audit.html", rows=[], more=False, wanted=wanted, report=report)
