"""Takes in what look-ups noticed: a change of registrar, owner, status or server joins the history of the case."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from storage.models import Case, DomainChange
from takedown.history import record_event
from takedown.lifecycle import CaseState, lock_cases

ACTOR = "intake"
KIND = "domain_changed"
OWNER = "registrant"
_BATCH = 500


@dataclass(frozen=True, slots=True)
class ChangesReport:
    """How many waiting changes were told to a case, and how many concern no case."""

    told: int = 0
    no_case: int = 0

    @property
    def taken(self) -> int:
        """Changes that were looked at."""
        return self.told + self.no_case


def take_in_changes(session: Session, *, now: datetime, limit: int = _BATCH) -> ChangesReport:
    """Takes in at most ``limit`` waiting changes, oldest first, in the caller's transaction; each is told once."""
    lock_cases(session)
    query = select(DomainChange).where(col(DomainChange.taken_in_at).is_(None)).order_by(col(DomainChange.id))
    told = without = 0
    for change in session.exec(query.limit(limit)).all():
        cases = _open_cases(session, change.domain)
        for case in cases:
            _tell(session, case, change, now)
        told, without = told + bool(cases), without + (not cases)
        change.taken_in_at = now
        session.add(change)
    session.flush()
    return ChangesReport(told, without)


def _open_cases(session: Session, domain: str) -> list[Case]:
    found = session.exec(select(Case).where(Case.domain == domain, col(Case.open_key).is_not(None))).all()
    return [case for case in found if CaseState(case.state).is_open]


def _tell(session: Session, case: Case, change: DomainChange, now: datetime) -> None:
    # An owner's name is personal data: it can be erased with the look-ups, never from the log or a case's history
    named = {} if change.field == OWNER else {"before": change.before, "after": change.after}
    detail: dict[str, object] = {
        "field": change.field,
        **named,
        "noticed_at": change.noticed_at.isoformat(),
        "records": [change.old_record_id, change.new_record_id],
    }
    case.updated_at = max(case.updated_at, now)
    session.add(case)
    record_event(session, case, KIND, actor=ACTOR, detail=detail, now=now)
