"""How the question about a registration ended; a registry that throttled or was late is due to be asked again."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from crawler.detection.facts import DomainFacts, LookupState
from storage.models import LookupDue, ServerTurn

SERVICES = frozenset({"rdap", "whois", "contract", "officer"})
AGAIN = timedelta(minutes=15)  # until the second question, doubled each time
LONGEST = timedelta(hours=24)
ATTEMPTS = 10  # in vain, about a week; then only a person asks again
_UNANSWERED = frozenset({LookupState.THROTTLED, LookupState.TIMED_OUT})


def registry_state(facts: DomainFacts) -> LookupState:
    """How the question about the registration ended: RDAP's end, or that of what was asked after it."""
    found = [entry.state for entry in facts.lookups if entry.service in SERVICES]
    for state in (LookupState.FOUND, LookupState.REDACTED, LookupState.UNREGISTERED, LookupState.THROTTLED):
        if state in found:
            return state
    return next((state for state in reversed(found) if state is not LookupState.NOT_ASKED), LookupState.NOT_ASKED)


def note_due(session: Session, facts: DomainFacts) -> None:
    """Puts the host down for another question where nobody answered, and takes it off the list where somebody did.

    Due after as long as the servers want to be left alone, and never sooner than the growing pause of the host.
    """
    state, row = registry_state(facts), session.get(LookupDue, facts.host)
    if state not in _UNANSWERED:
        if row is not None:
            session.delete(row)
            session.flush()
        return
    if row is None:
        row = LookupDue(host=facts.host, state=state.value, since=facts.observed_at, attempts=0)
    row.state, row.attempts = state.value, row.attempts + 1
    row.due_at = None
    if row.attempts < ATTEMPTS:
        pause = min(AGAIN * 2 ** (row.attempts - 1), LONGEST)
        row.due_at = max(facts.observed_at + pause, _left_alone_until(session, facts) or facts.observed_at)
    session.add(row)
    session.flush()


def _left_alone_until(session: Session, facts: DomainFacts) -> datetime | None:
    servers = {entry.source for entry in facts.lookups if entry.service in SERVICES and entry.state in _UNANSWERED}
    query = select(func.max(ServerTurn.paused_until)).where(col(ServerTurn.server).in_(servers))
    return session.exec(query).one()
