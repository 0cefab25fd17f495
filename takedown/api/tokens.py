"""Tokens of programs: made and revoked by their owner, found by what a request brings, ended with a role."""

import hmac
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlmodel import Session, col, select

from storage.audit import record_audit
from storage.models import ApiToken, Staff
from takedown.actor import Actor, Role
from takedown.api.scopes import Scope, read_scopes
from takedown.errors import StaffError, TokenMissingError
from takedown.staff import Person, find_person, require_own_password

PREFIX = "lachan"
LONGEST = timedelta(days=366)
USUAL = timedelta(days=90)
MAX_TOKENS = 20  # that one person has at a time
MAX_LABEL = 100
_TOUCH = timedelta(minutes=1)
_FORM = re.compile(rf"{PREFIX}_([0-9a-f]{{12}})_[A-Za-z0-9_-]{{43}}")
_NOBODY = "0" * 64


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose token a request brings. ``seal``: what requests are digested with, so that a digest tells nothing."""

    token_id: int
    person: Person
    scopes: frozenset[Scope]
    seal: str
    stale: bool  # its last use is old enough to be written anew


@dataclass(frozen=True, slots=True)
class MadeToken:
    """``secret`` is shown once and kept nowhere."""

    secret: str
    token: ApiToken


def make_token(
    session: Session,
    *,
    label: str,
    scopes: Collection[str],
    valid_for: timedelta = USUAL,
    actor: Actor,
    now: datetime,
) -> MadeToken:
    """A token of the actor's own: 256 random bits. Raises StaffError for a bad label, scope or span, or too many."""
    person = find_person(session, actor.name)
    require_own_password(session, actor)
    wanted = read_scopes(scopes, person.roles)
    if not label.strip() or len(label) > MAX_LABEL:
        raise StaffError(
            f"a token needs a name of 1 to {MAX_LABEL} characters: which program uses it, and where",
            f"khóa cần tên dài 1 đến {MAX_LABEL} ký tự: chương trình nào dùng, ở đâu",
        )
    if not timedelta(hours=1) <= valid_for <= LONGEST:
        raise StaffError(
            f"a token is valid for an hour to {LONGEST.days} days", f"khóa có hạn từ một giờ đến {LONGEST.days} ngày"
        )
    if len(tokens_of(session, person.name, now=now)) >= MAX_TOKENS:
        raise StaffError(
            f"{person.name} has {MAX_TOKENS} tokens; revoke one first",
            f"{person.name} đã có {MAX_TOKENS} khóa; thu hồi bớt một khóa trước",
        )
    handle = secrets.token_hex(6)
    secret = f"{PREFIX}_{handle}_{secrets.token_urlsafe(32)}"
    row = ApiToken(
        handle=handle,
        digest=_digest(secret),
        staff_name=person.name,
        epoch=person.epoch,
        label=label.strip(),
        scopes=[str(scope) for scope in wanted],
        created_at=now,
        expires_at=now + valid_for,
    )
    session.add(row)
    session.flush()
    _audit(session, row, "made", actor, now, {"scopes": row.scopes, "expires_at": row.expires_at.isoformat()})
    return MadeToken(secret, row)


def find_caller(session: Session, secret: str, *, now: datetime) -> Caller | None:
    """Whose it is, or None: unknown, revoked, expired, or of a password, role or block of before."""
    form = _FORM.fullmatch(secret)
    row = None
    if form is not None:
        row = session.exec(select(ApiToken).where(ApiToken.handle == form.group(1))).first()
    same = hmac.compare_digest(row.digest if row is not None else _NOBODY, _digest(secret))
    if row is None or row.id is None or not same or row.revoked_at is not None or now >= row.expires_at:
        return None
    try:
        person = find_person(session, row.staff_name)
    except StaffError:
        return None
    if person.epoch != row.epoch:
        return None
    scopes = frozenset(scope for scope in Scope if scope in row.scopes)
    return Caller(row.id, person, scopes, row.digest, row.used_at is None or now - row.used_at > _TOUCH)


def touch_token(session: Session, token_id: int, *, address: str, now: datetime) -> None:
    """It is in use, and from where."""
    row = session.get_one(ApiToken, token_id)
    row.used_at, row.used_from = now, address[:64]
    session.add(row)
    session.flush()


def revoke_token(session: Session, token_id: int, *, actor: Actor, now: datetime) -> ApiToken:
    """Ends one's own, or as an administrator anybody's. Raises TokenMissingError, also for one that is not theirs."""
    row = session.get(ApiToken, token_id)
    if row is None or (row.staff_name != actor.name and Role.ADMINISTRATOR not in actor.roles):
        raise TokenMissingError(f"there is no token {token_id} of yours", f"không có khóa {token_id}")
    if row.revoked_at is None:
        row.revoked_at = now
        session.add(row)
        session.flush()
        _audit(session, row, "revoked", actor, now, {})
    return row


def tokens_of(session: Session, name: str | None, *, now: datetime) -> tuple[ApiToken, ...]:
    """The tokens that still open something, of one person or of everybody, the newest first."""
    query = (
        select(ApiToken)
        .join(Staff, col(Staff.name) == col(ApiToken.staff_name))
        .where(
            col(ApiToken.revoked_at).is_(None),
            col(ApiToken.expires_at) > now,
            col(ApiToken.epoch) == col(Staff.epoch),
            col(Staff.active).is_(True),
        )
        .order_by(col(ApiToken.id).desc())
    )
    return tuple(session.exec(query.where(ApiToken.staff_name == name) if name is not None else query))


def _digest(secret: str) -> str:
    return sha256(secret.encode("utf-8", "replace")).hexdigest()


def _audit(session: Session, row: ApiToken, what: str, actor: Actor, now: datetime, detail: dict[str, object]) -> None:
    told = {"owner": row.staff_name, "label": row.label, **detail}
    record_audit(session, at=now, actor=actor.name, action=f"token.{what}", subject=f"token {row.id}", detail=told)
