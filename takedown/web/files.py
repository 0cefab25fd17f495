"""Downloads: saved by the browser, opened by nothing of ours."""

import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from fastapi import Response
from fastapi.responses import StreamingResponse
from sqlmodel import Session

from storage.audit import record_audit
from takedown.web.desk import Evidence
from takedown.web.guarding import FILE_POLICY

_CHUNK = 1 << 20
_SAFE_NAME = re.compile(r"[^A-Za-z0-9._-]+")


def attachment(data: bytes, name: str, media_type: str) -> Response:
    """``name`` is ours; what is not plain in it is left out all the same."""
    plain = _SAFE_NAME.sub("-", name)[:120] or "file"
    return Response(
        data,
        media_type=media_type or "application/octet-stream",
        headers={
            "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(plain)}",
            "Content-Security-Policy": FILE_POLICY,
        },
    )


def case_bundle(
    evidence: Evidence,
    number: int,
    writing: Callable[[], AbstractContextManager[Session]],
    *,
    actor: str,
    now: datetime,
) -> Response:
    """A case's bundle as a ZIP; who took it stands in the audit log. Raises RefusedError where it does not hold."""
    folder = tempfile.TemporaryDirectory(prefix="lachan-bundle-")
    path = Path(folder.name) / "bundle.zip"
    try:
        evidence.export(number, path)
        with writing() as session:
            subject, detail = f"case {number}", {"bytes": path.stat().st_size}
            record_audit(session, at=now, actor=actor, action="evidence.downloaded", subject=subject, detail=detail)
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
