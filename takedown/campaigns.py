"""The same people again: a case that is opened after another came down, and shares with it what few cases share.

A look-alike is a case of its own, judged on its own evidence; the link only says who may be behind it, and why.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, or_, select

from storage.models import CampaignLink, Case, CaseEvent, CaseIndicator
from takedown.gathering import COMMON, KIT, Indicator, indicators_of
from takedown.history import find_case, record_event
from takedown.lifecycle import CaseState, lock_cases
from takedown.marks import REGISTRANT

ACTOR = "campaigns"
_WEAK = frozenset({"address", "nameserver", KIT})  # whole providers share them; a kit is sold to many
_ENDED = (CaseState.DOWN, CaseState.CLOSED)
_MAX_LINKS = 50


@dataclass(frozen=True, slots=True)
class LookAlike:
    """The other case of a link. ``shared``: (kind, value) of each indicator."""

    case_id: int
    host: str
    state: str
    opened_at: datetime
    found_at: datetime
    shared: tuple[tuple[str, str], ...]


def link_look_alikes(session: Session, case: Case, *, now: datetime) -> tuple[int, ...]:
    """Links a case with those that came down before it was opened; the numbers of the newly linked ones.

    The only door: both cases get a line in their history and in the audit chain. A pair is linked once.
    """
    lock_cases(session)
    assert case.id is not None
    linked = []
    for number, shared in _candidates(session, case.id).items():
        known = select(CampaignLink.id).where(CampaignLink.case_id == number, CampaignLink.later_id == case.id)
        earlier = find_case(session, number)
        if session.exec(known).first() is not None or not _came_down_before(session, earlier, case.opened_at):
            continue
        # An owner's mark can be erased with his name; out of a history and the audit log nothing could take it
        pairs = [[entry.kind, "" if entry.kind == REGISTRANT else entry.value] for entry in shared]
        session.add(CampaignLink(case_id=number, later_id=case.id, shared=pairs, found_at=now))
        session.flush()
        words = [f"{kind} {value}".strip() for kind, value in pairs[:5]]
        for about, other in ((earlier, case), (case, earlier)):
            detail: dict[str, Any] = {"other": other.id, "host": other.host, "shared": words}
            record_event(session, about, "look_alike", actor=ACTOR, detail=detail, now=now)
        linked.append(number)
        if len(linked) >= _MAX_LINKS:
            break
    return tuple(linked)


def look_alikes(session: Session, case_id: int) -> tuple[tuple[LookAlike, ...], tuple[LookAlike, ...]]:
    """(those that came after this case was down, those that were down before this one), the newest first."""
    rows = session.exec(
        select(CampaignLink)
        .where(or_(col(CampaignLink.case_id) == case_id, col(CampaignLink.later_id) == case_id))
        .order_by(col(CampaignLink.id).desc())
    ).all()
    others = {row.id: row for row in _cases(session, [_other(row, case_id) for row in rows])}
    after: list[LookAlike] = []
    before: list[LookAlike] = []
    for row in rows:
        other = others[_other(row, case_id)]
        shared = tuple((str(kind), str(value)) for kind, value in row.shared)
        found = LookAlike(other.id or 0, other.host, other.state, other.opened_at, row.found_at, shared)
        (after if row.case_id == case_id else before).append(found)
    return tuple(after), tuple(before)


def _candidates(session: Session, case_id: int) -> dict[int, list[Indicator]]:
    """Cases that ended and share what few share, with the indicators, those that share most first."""
    shared: dict[int, list[Indicator]] = {}
    for indicator in indicators_of(session, case_id):
        if indicator.kind in _WEAK or not 1 < indicator.cases <= COMMON:
            continue
        query = (
            select(CaseIndicator.case_id)
            .join(Case, col(Case.id) == col(CaseIndicator.case_id))
            .where(CaseIndicator.kind == indicator.kind, CaseIndicator.value == indicator.value)
            .where(CaseIndicator.case_id != case_id, col(Case.state).in_(_ENDED))
        )
        for number in session.exec(query):
            shared.setdefault(number, []).append(indicator)
    return dict(sorted(shared.items(), key=lambda item: (-len(item[1]), -item[0])))


def _came_down_before(session: Session, earlier: Case, moment: datetime) -> bool:
    """Whether it was proven down, and before; a case that was closed for other reasons has no look-alikes."""
    query = select(CaseEvent.id).where(
        CaseEvent.case_id == earlier.id,
        CaseEvent.kind == "transition",
        col(CaseEvent.detail)["to"].as_string() == CaseState.DOWN.value,
        CaseEvent.at <= moment,
    )
    return session.exec(query.limit(1)).first() is not None


def _other(row: CampaignLink, case_id: int) -> int:
    return row.later_id if row.case_id == case_id else row.case_id


def _cases(session: Session, numbers: list[int]) -> list[Case]:
    return list(session.exec(select(Case).where(col(Case.id).in_(numbers))))
