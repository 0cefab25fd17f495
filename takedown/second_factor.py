"""A one-time code beside the password: begun and ended by the person, ended by an administrator when the telephone is
lost. A code opens once: whoever saw it typed comes too late."""

from datetime import datetime

from sqlmodel import Session

from storage.audit import record_audit
from storage.models import Staff
from takedown.actor import Actor
from takedown.errors import NotAllowedError, StaffError
from takedown.one_time_codes import is_secret, matching_step
from takedown.staff import find_row, require_administrator
from takedown.vouching import doubt


def begin(session: Session, *, secret: str, code: str, actor: Actor, now: datetime) -> None:
    """From here on every sign-in of the actor takes a code; other sessions end. Raises StaffError."""
    row = find_row(session, actor.name)
    if row.totp_secret:
        raise StaffError("Codes are switched on already.", "Đã bật mã xác thực rồi.")
    if not is_secret(secret):
        raise StaffError("That is no secret of ours: reload the page.", "Mã bí mật không đúng dạng: mở lại trang.")
    step = matching_step(secret, code, now=now)
    if step is None:
        raise StaffError(
            "Wrong code: check the telephone's clock, then type a new code.",
            "Mã chưa đúng: xem đồng hồ của điện thoại rồi nhập mã mới.",
        )
    row.totp_secret, row.totp_step = secret, step
    _keep(session, row, "staff.code_on", actor, now)


def end(session: Session, *, name: str, code: str, actor: Actor, now: datetime) -> None:
    """Switches it off: one's own with a code, another's as administrator. Raises StaffError, NotAllowedError."""
    row = find_row(session, name)
    if name != actor.name:
        require_administrator(session, actor)
        doubt(row, actor)
    elif matching_step(row.totp_secret, code, now=now, after=row.totp_step) is None:
        raise NotAllowedError("Wrong code.", "Mã chưa đúng.")
    row.totp_secret, row.totp_step = "", 0
    _keep(session, row, "staff.code_off", actor, now)


def _keep(session: Session, row: Staff, action: str, actor: Actor, now: datetime) -> None:
    row.epoch, row.updated_at = row.epoch + 1, now
    session.add(row)
    session.flush()
    record_audit(session, at=now, actor=actor.name, action=action, subject=f"staff {row.name}", detail={})
