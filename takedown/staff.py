"""The people of the desk: added, given roles, signed in, blocked; each change stands in the audit chain."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from sqlmodel import Session, col, select

from storage.audit import record_audit
from storage.models import Staff
from takedown.actor import CONSOLE, Actor, Role
from takedown.errors import NotAllowedError, StaffError
from takedown.one_time_codes import matching_step
from takedown.vouching import RESERVED_NAMES, doubt, require_confirmed

if TYPE_CHECKING:
    from pwdlib import PasswordHash

MIN_PASSWORD = 12
MAX_PASSWORD = 200  # bytes of work that a stranger may ask of us
FREE_FAILURES = 5
LONGEST_LOCK = timedelta(hours=1)
_NAME = re.compile(r"[a-z][a-z0-9._-]{1,63}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Person:
    """One of the staff, without the secrets."""

    name: str
    full_name: str
    roles: tuple[Role, ...]
    active: bool
    epoch: int
    created_at: datetime
    has_code: bool = False  # a second factor is asked for
    password_by: str = ""  # another person knows the password: it is to be changed before anything is done
    unconfirmed_by: tuple[str, ...] = ()  # whose hands made the account, while no second person has confirmed it

    @property
    def must_change(self) -> bool:
        """Whether the password is still somebody else's."""
        return bool(self.password_by)

    @property
    def actor(self) -> Actor:
        return Actor(self.name, frozenset(self.roles))


class SignInState(StrEnum):
    """How an attempt to sign in ended. A stranger is told no more than «not signed in», or until when to wait."""

    OK = "ok"
    WRONG = "wrong"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a password was held against, and whether it fits: found out while nobody waits for the database."""

    password_hash: str
    fits: bool


@dataclass(frozen=True, slots=True)
class SignIn:
    """``person`` is set with OK only; ``until`` with LOCKED only."""

    state: SignInState
    person: Person | None = None
    until: datetime | None = None


def add_person(
    session: Session,
    *,
    name: str,
    full_name: str,
    roles: Collection[str],
    password: str,
    actor: Actor,
    now: datetime,
) -> Person:
    """A new person. Raises StaffError for a bad or taken name, an unknown role or a weak password."""
    require_administrator(session, actor)
    if not _NAME.fullmatch(name):
        raise StaffError(
            f"`{name}` is no sign-in name: 2 to 64 of a-z, 0-9, dot, dash, underscore, a letter first",
            f"`{name}` không phải tên đăng nhập: 2 đến 64 ký tự a-z, 0-9, chấm, gạch ngang, gạch "
            "dưới, chữ cái đứng đầu",
        )
    if name in RESERVED_NAMES or _find(session, name) is not None:
        raise StaffError(
            f"there is a person `{name}` already; choose another name", f"đã có người tên `{name}`; chọn tên khác"
        )
    row = Staff(
        name=name,
        full_name=full_name.strip(),
        roles=_roles(roles),
        password_hash=hash_password(password, name),
        password_by=_other(actor, name),
        created_at=now,
        updated_at=now,
    )
    doubt(row, actor)
    session.add(row)
    told = {"roles": row.roles, "full_name": row.full_name, **_told_of(row)}
    _audit(session, row, "staff.added", told, actor, now)
    return _person(row)


def set_roles(session: Session, *, name: str, roles: Collection[str], actor: Actor, now: datetime) -> Person:
    """Other roles. Raises StaffError where nobody could administer afterwards."""
    require_administrator(session, actor)
    row = find_row(session, name)
    before, row.roles = list(row.roles), _roles(roles)
    if set(row.roles) - set(before):
        doubt(row, actor)
    _keep_an_administrator(session, row)
    row.epoch += 1
    _audit(session, row, "staff.roles", {"before": before, "after": row.roles}, actor, now)
    return _person(row)


def set_password(session: Session, *, name: str, password: str, actor: Actor, now: datetime) -> Person:
    """A new password, by the person or an administrator; ends every session of the old one."""
    row = find_row(session, name)
    if actor.name != name:
        require_administrator(session, actor)
        doubt(row, actor)
    row.password_hash = hash_password(password, name)
    row.epoch, row.failures, row.locked_until = row.epoch + 1, 0, None
    row.password_by = _other(actor, name)
    _audit(session, row, "staff.password", _told_of(row), actor, now)
    return _person(row)


def require_own_password(session: Session, actor: Actor) -> None:
    """Four eyes are two people: whoever set another's password could be both. Raises NotAllowedError until it is
    changed by its owner; an actor who is no person of the desk has none."""
    row = _find(session, actor.name)
    if row is not None and row.password_by:
        raise NotAllowedError(
            f"the password of «{row.name}» was set by «{row.password_by}»: change it at /me first",
            f"mật khẩu của «{row.name}» do «{row.password_by}» đặt: hãy tự đổi mật khẩu ở /me trước",
        )


def require_administrator(session: Session, actor: Actor) -> None:
    """Raises NotAllowedError for whoever is none, or one whom no second person has confirmed."""
    actor.require(Role.ADMINISTRATOR)
    require_confirmed(session, actor.name)


def set_active(session: Session, *, name: str, active: bool, actor: Actor, now: datetime) -> Person:
    """Blocks a person, which ends every session, or lets them in again."""
    require_administrator(session, actor)
    row = find_row(session, name)
    row.active, row.epoch = active, row.epoch + 1
    _keep_an_administrator(session, row)
    _audit(session, row, "staff.unblocked" if active else "staff.blocked", {}, actor, now)
    return _person(row)


def weigh_password(session: Session, *, name: str, password: str, now: datetime) -> Weighed | None:
    """The slow half of a sign-in, in a session that only reads; None where there is nothing to weigh. Says nothing of
    whether the person may enter: that is ``sign_in``."""
    row = _find(session, name)
    if row is None or not row.active or not row.password_hash:
        _hasher().verify(password[:MAX_PASSWORD], _decoy())  # an unknown name takes as long as a wrong password
        return None
    if row.locked_until is not None and now < row.locked_until:
        return None
    return Weighed(row.password_hash, _fits(password, row.password_hash))


def sign_in(
    session: Session, *, name: str, password: str, now: datetime, code: str = "", weighed: Weighed | None = None
) -> SignIn:
    """Checks a password, and the code of whoever has one. Commit whatever the answer: wrong tries are counted, and from
    the fifth on cost waiting. Which of the three was wrong is told to nobody. ``weighed``: by ``weigh_password``, so
    that this transaction is short."""
    row = _find(session, name)
    tried = _try_password(session, row, password, now, weighed)
    if tried.state is not SignInState.OK or row is None:
        return tried
    return _enter(session, row, code, {}, now)


def sign_in_proven(session: Session, *, name: str, by: str, now: datetime, code: str = "") -> SignIn:
    """Lets somebody in whom ``by``, the issuer of a sign-in provider, vouches for; whoever has a code types it all the
    same. A wait for wrong passwords holds up nobody here but those with a code, which must not be guessed either.
    Commit whatever the answer."""
    row = _find(session, name)
    if row is None or not row.active:
        return SignIn(SignInState.WRONG)
    if row.totp_secret and row.locked_until is not None and now < row.locked_until:
        return SignIn(SignInState.LOCKED, until=row.locked_until)
    return _enter(session, row, code, {"by": by}, now)


def confirm_password(
    session: Session, *, name: str, password: str, now: datetime, weighed: Weighed | None = None
) -> SignIn:
    """Whether who sits there knows the password: asked again before it is changed. Commit whatever the answer."""
    return _try_password(session, _find(session, name), password, now, weighed)


def _enter(session: Session, row: Staff, code: str, detail: dict[str, object], now: datetime) -> SignIn:
    if row.totp_secret:
        step = matching_step(row.totp_secret, code, now=now, after=row.totp_step)
        if step is None:
            return _count_failure(session, row, now)
        row.totp_step = step
    row.failures, row.locked_until = 0, None
    person = _person(row)
    _audit(session, row, "staff.signed_in", detail, person.actor, now)
    return SignIn(SignInState.OK, person)


def _try_password(session: Session, row: Staff | None, password: str, now: datetime, weighed: Weighed | None) -> SignIn:
    if row is None or not row.active or not row.password_hash:
        return SignIn(SignInState.WRONG)
    if row.locked_until is not None and now < row.locked_until:
        return SignIn(SignInState.LOCKED, until=row.locked_until)
    same = weighed is not None and weighed.password_hash == row.password_hash
    if weighed.fits if weighed is not None and same else _fits(password, row.password_hash):
        return SignIn(SignInState.OK, _person(row))
    return _count_failure(session, row, now)


def _fits(password: str, password_hash: str) -> bool:
    return len(password) <= MAX_PASSWORD and _hasher().verify(password, password_hash)


def _count_failure(session: Session, row: Staff, now: datetime) -> SignIn:
    row.failures += 1
    if row.failures >= FREE_FAILURES:
        wait = min(timedelta(minutes=1) * 2 ** min(row.failures - FREE_FAILURES, 6), LONGEST_LOCK)
        row.locked_until = now + wait
    _audit(session, row, "staff.sign_in_failed", {"failures": row.failures}, Actor(row.name, frozenset()), now)
    return SignIn(SignInState.WRONG)


def find_person(session: Session, name: str) -> Person:
    """An active person. Raises StaffError."""
    row = find_row(session, name)
    if not row.active:
        raise StaffError(
            f"`{name}` is blocked; an administrator can let them in again",
            f"`{name}` bị khóa; quản trị viên có thể mở lại",
        )
    return _person(row)


def list_people(session: Session) -> tuple[Person, ...]:
    """Everybody, by name."""
    return tuple(map(_person, session.exec(select(Staff).order_by(col(Staff.name)))))


def hash_password(password: str, name: str = "") -> str:
    """Argon2id. Raises StaffError for a password that is too short, too long or the name."""
    if len(password) < MIN_PASSWORD or len(password) > MAX_PASSWORD:
        raise StaffError(
            f"a password has {MIN_PASSWORD} to {MAX_PASSWORD} characters",
            f"mật khẩu dài {MIN_PASSWORD} đến {MAX_PASSWORD} ký tự",
        )
    if len(set(password)) < 5 or (name and name in password.lower()):
        raise StaffError(
            "that password is easily guessed: use several words that do not hold the name",
            "mật khẩu đó dễ đoán: dùng vài từ không chứa tên",
        )
    return _hasher().hash(password)


@cache
def _hasher() -> "PasswordHash":
    from pwdlib import PasswordHash
    from pwdlib.hashers.argon2 import Argon2Hasher

    return PasswordHash((Argon2Hasher(),))


@cache
def _decoy() -> str:
    return _hasher().hash("nobody has this password")


def _other(actor: Actor, name: str) -> str:
    """Who knows the password beside its owner; the console's hand is the operator's, who has the database too."""
    return "" if actor.name in {name, CONSOLE.name} else actor.name


def _told_of(row: Staff) -> dict[str, object]:
    return {"must_change": True} if row.password_by else {}


def _roles(words: Collection[str]) -> list[str]:
    unknown = sorted(set(words) - set(Role))
    if unknown or not words:
        raise StaffError(
            f"unknown role {', '.join(unknown) or '(none)'}; use one or more of {', '.join(Role)}",
            f"vai lạ {', '.join(unknown) or '(trống)'}; dùng một hay nhiều trong {', '.join(Role)}",
        )
    return sorted(set(words))


def _keep_an_administrator(session: Session, changed: Staff) -> None:
    session.flush()
    if not any(row.active and Role.ADMINISTRATOR in row.roles for row in session.exec(select(Staff))):
        raise StaffError(
            f"`{changed.name}` is the last administrator; make another one first",
            f"`{changed.name}` là quản trị viên cuối cùng; lập người khác trước",
        )


def _find(session: Session, name: str) -> Staff | None:
    return session.exec(select(Staff).where(Staff.name == name)).first()


def find_row(session: Session, name: str) -> Staff:
    """The stored person, blocked or not. Raises StaffError."""
    row = _find(session, name)
    if row is None:
        raise StaffError(
            f"there is no person `{name}`; `lachan users list` shows them, `lachan users add` adds one",
            f"không có người tên `{name}`; `lachan users list` liệt kê, `lachan users add` thêm người",
        )
    return row


def _person(row: Staff) -> Person:
    roles = tuple(Role(role) for role in row.roles)
    return Person(
        row.name,
        row.full_name,
        roles,
        row.active,
        row.epoch,
        row.created_at,
        has_code=bool(row.totp_secret),
        password_by=row.password_by,
        unconfirmed_by=tuple(row.unconfirmed_by),
    )


def _audit(session: Session, row: Staff, action: str, detail: dict[str, object], actor: Actor, now: datetime) -> None:
    row.updated_at = now
    session.add(row)
    session.flush()
    record_audit(session, at=now, actor=actor.name, action=action, subject=f"staff {row.name}", detail=detail)
