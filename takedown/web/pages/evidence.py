"""Evidence of a case: the seals checked on demand, and the bundle that a third party checks alone."""

from fastapi import HTTPException, Request, Response

from storage.audit import record_audit
from takedown.history import find_case
from takedown.web.access import CASES, Pages, desk_of, visitor_of
from takedown.web.files import case_bundle
from takedown.web.rendering import render

pages = Pages()


@pages.page("/cases/{number}/evidence", CASES)
def seals(request: Request, number: int) -> Response:
    """Every sealed byte of the case, checked now; how it ended stands in the audit log, and so on the case."""
    desk, visitor = desk_of(request), visitor_of(request)
    with desk.reading() as session:
        find_case(session, number)
    faults = desk.evidence.faults(number) if desk.evidence is not None else None
    if faults is not None:
        with desk.writing() as session:
            detail = {"holds": not faults, "faults": len(faults)}
            subject, actor = f"case {number}", visitor.actor.name
            record_audit(
                session, at=desk.clock(), actor=actor, action="evidence.checked", subject=subject, detail=detail
            )
    return render(request, "evidence.html", number=number, faults=faults)


@pages.page("/files/evidence/{number}", CASES)
def bundle(request: Request, number: int) -> Response:
    """The bundle as a ZIP; who took it stands in the audit log."""
    desk, visitor = desk_of(request), visitor_of(request)
    if desk.evidence is None:
        raise HTTPException(404)
    return case_bundle(desk.evidence, number, desk.writing, actor=visitor.actor.name, now=desk.clock())
