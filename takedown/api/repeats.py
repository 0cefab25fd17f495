"""A request that comes again under the same key is answered as the first time, and done once."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from fastapi import Request
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from storage.models import ApiAnswer
from takedown.api.problems import ProblemError
from takedown.api.tokens import Caller

KEPT_FOR = timedelta(hours=24)
MAX_KEY = 100


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer: status, JSON object, ETag."""

    status: int
    body: dict[str, Any]
    tag: str = ""


def request_digest(request: Request, caller: Caller) -> str:
    """Of method, path and body, keyed by the token: it tells nobody what the body held."""
    words = "\n".join((request.method, request.url.path, request.url.query, request.state.body))
    return hmac.new(caller.seal.encode(), words.encode("utf-8", "replace"), sha256).hexdigest()


def find_kept(session: Session, token_id: int, key: str, digest: str, *, now: datetime) -> Kept | None:
    """The answer of before, if any. Raises ProblemError where the key was another request's."""
    row = session.exec(select(ApiAnswer).where(ApiAnswer.token_id == token_id, ApiAnswer.key == key)).first()
    if row is None or now - row.at >= KEPT_FOR:
        return None
    if not hmac.compare_digest(row.request, digest):
        raise ProblemError("key-reused", "khóa này thuộc yêu cầu khác / that key belongs to another request")
    return Kept(row.status, row.body, row.tag)


def keep(session: Session, token_id: int, key: str, digest: str, made: Kept, *, now: datetime) -> None:
    """Stores the answer with the change that it tells of, and forgets what is older than a day.

    Raises ProblemError where the same request was under way at the same moment: nothing is done twice.
    """
    session.execute(delete(ApiAnswer).where(col(ApiAnswer.at) <= now - KEPT_FOR))
    row = ApiAnswer(
        token_id=token_id, key=key, request=digest, status=made.status, body=made.body, tag=made.tag, at=now
    )
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError as error:
        raise ProblemError("changed", "yêu cầu này vừa được làm / that request was just done; ask again") from error
