"""Sign-ins at the desk: kept by the server, ended by time, by the person, by an administrator or by a new password."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlmodel import Session, col, select

from storage.audit import record_audit
from storage.models import Staff, WebSession
from takedown.actor import Actor, Role
from takedown.errors import StaffError
from takedown.staff import Person, find_person

IDLE = timedelta(hours=2)
LONGEST = timedelta(hours=12)
_TOUCH = timedelta(minutes=1)  # a page more within it writes nothing


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that holds. ``csrf``: what every change must bring along."""

    session_id: int
    person: Person
    csrf: str
    stale: bool  # its last sight is old enough to be written anew


def start_session(session: Session, person: Person, *, address: str, now: datetime) -> str:
    """A new sign-in; gives the cookie's value, which is kept nowhere."""
    token = secrets.token_urlsafe(32)
    session.add(
        WebSession(
            digest=_digest(token),
            staff_name=person.name,
            epoch=person.epoch,
            csrf=secrets.token_urlsafe(24),
            address=address[:64],
            created_at=now,
            seen_at=now,
            expires_at=now + LONGEST,
        )
    )
    session.flush()
    return token


def find_session(session: Session, token: str, *, now: datetime) -> SignedIn | None:
    """Whose it is, or None: unknown, ended, idle for too long, or of a password or role of before."""
    if not token or len(token) > 100:
        return None
    row = session.exec(select(WebSession).where(WebSession.digest == _digest(token))).first()
    if row is None or row.id is None or row.revoked_at is not None:
        return None
    if now >= row.expires_at or now - row.seen_at > IDLE:
        return None
    try:
        person = find_person(session, row.staff_name)
    except StaffError:
        return None
    if person.epoch != row.epoch:
        return None
    return SignedIn(row.id, person, row.csrf, now - row.seen_at > _TOUCH)


def touch_session(session: Session, session_id: int, *, now: datetime) -> None:
    """The person is still there."""
    row = session.get_one(WebSession, session_id)
    row.seen_at = now
    session.add(row)
    session.flush()


def end_session(session: Session, session_id: int, *, actor: Actor, now: datetime) -> None:
    """Ends one's own, or as an administrator anybody's. Raises NotAllowedError."""
    row = session.get(WebSession, session_id)
    if row is None or row.revoked_at is not None:
        return
    if row.staff_name != actor.name:
        actor.require(Role.ADMINISTRATOR)
    row.revoked_at = now
    session.add(row)
    session.flush()
    subject = f"staff {row.staff_name}"
    record_audit(session, at=now, actor=actor.name, action="session.ended", subject=subject, detail={"session": row.id})


def sessions_of(session: Session, name: str, *, now: datetime) -> tuple[WebSession, ...]:
    """The sign-ins of a person that still hold, the newest first."""
    query = (
        select(WebSession)
        .join(Staff, col(Staff.name) == col(WebSession.staff_name))
        .where(
            WebSession.staff_name == name,
            col(WebSession.revoked_at).is_(None),
            col(WebSession.expires_at) > now,
            col(WebSession.seen_at) > now - IDLE,
            col(WebSession.epoch) == col(Staff.epoch),
        )
    )
    return tuple(session.exec(query.order_by(col(WebSession.id).desc())))


def drop_old_sessions(session: Session, *, now: datetime) -> None:
    """Forgets what ended a week ago; the audit chain keeps who signed in when."""
    old = select(WebSession).where(col(WebSession.expires_at) < now - timedelta(days=7))
    for row in session.exec(old.limit(500)).all():
        session.delete(row)
    session.flush()


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
