"""Evidence of a case: the seals checked on demand, and the bundle that a third party checks alone."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from fastapi import HTTPException, Request, Response
from fastapi.responses import StreamingResponse

from storage.audit import record_audit
from takedown.history import find_case
from takedown.web.access import CASES, Pages, desk_of, visitor_of
from takedown.web.guarding import FILE_POLICY
from takedown.web.rendering import render

pages = Pages()
_CHUNK = 1 << 20


@pages.page("/cases/{number}/evidence", CASES)
def seals(request: Request, number: int) -> Response:
    """Every sealed byte of the case, checked now."""
    desk = desk_of(request)
    with desk.reading() as session:
        find_case(session, number)
    faults = desk.evidence.faults(number) if desk.evidence is not None else None
    return render(request, "evidence.html", number=number, faults=faults)


@pages.page("/files/evidence/{number}", CASES)
def bundle(request: Request, number: int) -> Response:
    """The bundle as a ZIP; who took it stands in the audit log."""
    desk, visitor = desk_of(request), visitor_of(request)
    if desk.evidence is None:
        raise HTTPException(404)
    folder = tempfile.TemporaryDirectory(prefix="lachan-bundle-")
    path = Path(folder.name) / "bundle.zip"
    try:
        desk.evidence.export(number, path)
        with desk.writing() as session:
            subject, detail = f"case {number}", {"bytes": path.stat().st_size}
            record_audit(
                session,
                at=desk.clock(),
                actor=visitor.actor.name,
                action="evidence.downloaded",
                subject=subject,
                detail=detail,
            )
    except BaseException:
        folder.cleanup()
        raise
    headers = {
        "Content-Disposition": f'attachment; filename="case-{number}.zip"',
        "Content-Length": str(path.stat().st_size),
        "Content-Security-Policy": FILE_POLICY,
    }
    return StreamingResponse(_pieces(path, folder), media_type="application/zip", headers=headers)


def _pieces(path: Path, folder: "tempfile.TemporaryDirectory[str]") -> Iterator[bytes]:
    with folder, path.open("rb") as file:
        while piece := file.read(_CHUNK):
            yield piece
