"""The desk's own style sheets and scripts: fetched once, since their address changes with their content."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from fastapi import Response
from fastapi.staticfiles import StaticFiles
from starlette.requests import Request
from starlette.types import Scope

FOLDER = Path(__file__).parent / "static"
_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"  # kept, and asked about by its ETag: a few bytes where nothing changed


class Assets(StaticFiles):
    """What lies in ``static/``; an address that names the content's digest is good for ever."""

    def __init__(self) -> None:
        super().__init__(directory=FOLDER)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """As the base class has it, with how long a browser may keep it."""
        response = await super().get_response(path, scope)
        if response.status_code in {200, 304}:
            known = Request(scope).query_params.get("v", "") == _version(path)
            response.headers["Cache-Control"] = _FOR_EVER if known else _ASK_AGAIN
        return response


def asset(name: str) -> str:
    """The address of a file of ``static/``."""
    return f"/static/{name}?v={_version(name)}"


@cache
def _version(name: str) -> str:
    return sha256((FOLDER / name).read_bytes()).hexdigest()[:12]
