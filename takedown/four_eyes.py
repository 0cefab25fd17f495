"""Two people are two people: what is asked before one of them counts, and how an account gets its second witness."""

from datetime import datetime
from unicodedata import normalize

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


def confirm_person(session: Session, *, name: str, only_account: bool, actor: Actor, now: datetime) -> None:
    """Another approver or administrator says that a person of that name exists, holds these roles, chose the password
    and, with ``only_account``, has no other account here: they asked them. By none of the hands that made the account,
    and by nobody who waits for that themselves.

    No program can tell whether two accounts are one person's: whoever confirms answers for it, and the log says so,
    with the accounts that bear the same full name.

    Raises StaffError where there is nothing to confirm, the password is still an administrator's or the person was not
    asked for another account, NotAllowedError.
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
    if not only_account:
        raise StaffError(
            f"ask the person first: whoever has another account here counts once, and is not confirmed as «{name}»; "
            "say that it is their only one (on the page a tick, at the console --only-account)",
            f"hỏi người ấy trước: ai đã có tài khoản khác ở đây chỉ tính một lần và không được xác nhận là «{name}»; "
            "nói rõ đây là tài khoản duy nhất của họ (trên trang: ô đánh dấu, ở dòng lệnh: --only-account)",
        )
    hands, row.unconfirmed_by, row.updated_at = list(row.unconfirmed_by), [], now
    session.add(row)
    session.flush()
    detail = {"changed_by": hands, "roles": row.roles, "only_account": True, "same_name": list(namesakes(session, row))}
    record_audit(session, at=now, actor=actor.name, action="staff.confirmed", subject=f"staff {name}", detail=detail)


def namesakes(session: Session, row: Staff) -> tuple[str, ...]:
    """Other active accounts with the same full name, whatever its case and spacing: perhaps the same person."""
    sought = _folded(row.full_name)
    if not sought:
        return ()
    others = session.exec(select(Staff).where(col(Staff.active), Staff.name != row.name).order_by(col(Staff.name)))
    return tuple(other.name for other in others if _folded(other.full_name) == sought)


def _folded(name: str) -> str:
    return " ".join(normalize("NFC", name).casefold().split())


def waiting_for(session: Session, actor: Actor) -> tuple[str, ...]:
    """Names of the active accounts that ``actor`` may confirm, or could once the password is their own."""
    rows = session.exec(select(Staff).where(col(Staff.active)).order_by(col(Staff.name)))
    return tuple(row.name for row in rows if row.unconfirmed_by and actor.name not in {row.name, *row.unconfirmed_by})
