"""Who of the staff is whom at a sign-in provider. An administrator says so; the provider alone makes nobody a person of
the desk and gives nobody a role."""

import re
from datetime import datetime

from sqlmodel import Session, col, select

from storage.audit import record_audit
from storage.models import Staff, StaffIdentity
from takedown.actor import Actor
from takedown.errors import StaffError
from takedown.staff import Person, find_person, find_row, require_administrator
from takedown.vouching import doubt

_SUBJECT = re.compile(r"[!-~](?:[ -~]{0,253}[!-~])?", re.ASCII)  # OpenID Connect Core 1.0, section 2: 255 of ASCII


def link_person(
    session: Session, *, name: str, issuer: str, subject: str, actor: Actor, now: datetime
) -> StaffIdentity:
    """From here on whoever the provider calls ``subject`` enters as ``name``. As with a password that another person
    sets: every sign-in ends, and the account waits until a second person confirms it. Raises StaffError,
    NotAllowedError."""
    require_administrator(session, actor)
    row = find_row(session, name)
    _check(session, name, issuer, subject)
    if actor.name != name:
        doubt(row, actor)
    identity = StaffIdentity(staff_name=name, issuer=issuer, subject=subject, linked_by=actor.name, linked_at=now)
    session.add(identity)
    _keep(session, row, "staff.linked", identity, actor, now)
    return identity


def unlink_person(session: Session, *, name: str, actor: Actor, now: datetime) -> None:
    """Ends every link of a person, and every sign-in. Raises StaffError where there is none, NotAllowedError."""
    require_administrator(session, actor)
    row = find_row(session, name)
    identities = session.exec(select(StaffIdentity).where(StaffIdentity.staff_name == name)).all()
    if not identities:
        raise StaffError(
            f"`{name}` is linked to no sign-in provider; `lachan users links` shows who is",
            f"`{name}` không liên kết với nơi đăng nhập nào; `lachan users links` liệt kê ai có",
        )
    for identity in identities:
        session.delete(identity)
        _keep(session, row, "staff.unlinked", identity, actor, now)


def list_links(session: Session) -> tuple[StaffIdentity, ...]:
    """Every link, by name."""
    return tuple(session.exec(select(StaffIdentity).order_by(col(StaffIdentity.staff_name), col(StaffIdentity.issuer))))


def linked_person(session: Session, *, issuer: str, subject: str) -> Person | None:
    """The person whom the provider means; None: nobody is linked, or they are blocked."""
    identity = _find(session, issuer, subject)
    if identity is None:
        return None
    try:
        return find_person(session, identity.staff_name)
    except StaffError:
        return None


def is_subject(text: str) -> bool:
    """Whether a provider may call somebody so."""
    return _SUBJECT.fullmatch(text) is not None


def _find(session: Session, issuer: str, subject: str) -> StaffIdentity | None:
    query = select(StaffIdentity).where(StaffIdentity.issuer == issuer, StaffIdentity.subject == subject)
    return session.exec(query).first()


def _check(session: Session, name: str, issuer: str, subject: str) -> None:
    if not issuer:
        raise StaffError(
            "no sign-in provider is set; see LACHAN_OIDC_ISSUER in `lachan settings`",
            "chưa đặt nơi đăng nhập; xem LACHAN_OIDC_ISSUER trong `lachan settings`",
        )
    if not is_subject(subject):
        raise StaffError(
            "a subject (`sub`) has 1 to 255 printable ASCII characters, as the provider shows it",
            "mã người dùng (`sub`) dài 1 đến 255 ký tự ASCII nhìn thấy được, đúng như nơi đăng nhập cho biết",
        )
    if (taken := _find(session, issuer, subject)) is not None:
        raise StaffError(
            f"that subject is linked to `{taken.staff_name}` already; `lachan users unlink {taken.staff_name}` first",
            f"mã đó đã liên kết với `{taken.staff_name}`; trước hết `lachan users unlink {taken.staff_name}`",
        )
    query = select(StaffIdentity).where(StaffIdentity.staff_name == name, StaffIdentity.issuer == issuer)
    if session.exec(query).first() is not None:
        raise StaffError(
            f"`{name}` is linked already; `lachan users unlink {name}` first",
            f"`{name}` đã liên kết rồi; trước hết `lachan users unlink {name}`",
        )


def _keep(session: Session, row: Staff, action: str, identity: StaffIdentity, actor: Actor, now: datetime) -> None:
    row.epoch, row.updated_at = row.epoch + 1, now
    session.add(row)
    session.flush()
    told = {"issuer": identity.issuer, "subject": identity.subject}
    record_audit(session, at=now, actor=actor.name, action=action, subject=f"staff {row.name}", detail=told)
