"""Accounts that one administrator alone made, or opened anew: until a second person confirms that somebody else sits
there, they count neither as the first nor as the second pair of eyes."""

from sqlmodel import Session, select

from storage.models import Staff
from takedown.actor import CONSOLE, SYSTEM, Actor
from takedown.errors import NotAllowedError

RESERVED_NAMES = frozenset({CONSOLE.name, SYSTEM.name})  # as such they would act with rights that no person has


def doubt(row: Staff, actor: Actor) -> None:
    """Notes that ``actor``, or somebody whom they chose, could now sign in as this person, or that they gave them a
    role. The console's hand is the operator's, who has the database too: what it makes is confirmed, so that a small
    office can begin."""
    if actor.name != CONSOLE.name and actor.name not in row.unconfirmed_by:
        row.unconfirmed_by = [*row.unconfirmed_by, actor.name]


def require_confirmed(session: Session, name: str) -> None:
    """Raises NotAllowedError while the account waits; whoever is no person of the desk has none."""
    row = session.exec(select(Staff).where(Staff.name == name)).first()
    if row is not None and row.unconfirmed_by:
        hands = ", ".join(row.unconfirmed_by)
        raise NotAllowedError(
            f"the account «{name}» was made or changed by «{hands}»: another confirms it at /people/waiting first",
            f"tài khoản «{name}» do «{hands}» lập hoặc đổi: người khác xác nhận ở /people/waiting trước",
        )
