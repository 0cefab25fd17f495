"""Two people are two people: what is asked before one of them counts, and how an account gets its second witness."""

from datetime import datetime

from sqlmodel import Session, col, select

from storage.audit import record_audit
from storage.models import Staff
from takedown.actor import Actor, Role
from takedown.errors import NotAllowedError, StaffError
from takedown.staff import find_row, require_own_password
from takedown.vouching import require_confirmed


def require_two_people(session: Session, actor: Actor, *, beside: str = "") -> None:
    """Raises NotAllowedError unless ``actor`` alone knows their password and a second person confirmed the account, and
    that of ``beside``, who prepared what is decided."""
    require_own_password(session, actor)
    require_confirmed(session, actor.name)
    if beside:
        require_confirmed(session, beside)


def confirm_person(session: Session, *, name: str, actor: Actor, now: datetime) -> None:
    """Another approver or administrator says that a person of that name exists, holds these roles and chose the
    password: they asked them. By none of the hands that made the account, and by nobody who waits for that themselves.

    Raises StaffError where there is nothing to confirm or the password is still an administrator's, NotAllowedError.
    """
    actor.require(Role.APPROVER, Role.ADMINISTRATOR)
    require_two_people(session, actor)
    row = find_row(session, name)
    if not row.unconfirmed_by:
        raise StaffError(f"the account «{name}» waits for nobody", f"tài khoản «{name}» không chờ ai xác nhận")
    if actor.name in {name, *row.unconfirmed_by}:
        raise NotAllowedError(
            f"«{actor.name}» made, changed or uses the account «{name}»: another person confirms it",
            f"«{actor.name}» lập, đổi hoặc dùng tài khoản «{name}»: một người khác phải xác nhận",
        )
    if row.password_by:
        raise StaffError(
            f"the password of «{name}» is still that of «{row.password_by}»: they change it at /me first",
            f"mật khẩu của «{name}» còn do «{row.password_by}» đặt: người ấy tự đổi ở /me trước",
        )
    hands, row.unconfirmed_by, row.updated_at = list(row.unconfirmed_by), [], now
    session.add(row)
    session.flush()
    detail = {"changed_by": hands, "roles": row.roles}
    record_audit(session, at=now, actor=actor.name, action="staff.confirmed", subject=f"staff {name}", detail=detail)


def waiting_for(session: Session, actor: Actor) -> tuple[str, ...]:
    """Names of the active accounts that ``actor`` may confirm, or could once the password is their own."""
    rows = session.exec(select(Staff).where(col(Staff.active)).order_by(col(Staff.name)))
    return tuple(row.name for row in rows if row.unconfirmed_by and actor.name not in {row.name, *row.unconfirmed_by})
