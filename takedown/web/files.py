"""Downloads: saved by the browser, opened by nothing of ours."""

import re
from urllib.parse import quote

from fastapi import Response

from takedown.web.guarding import FILE_POLICY

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
