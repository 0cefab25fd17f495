"""Takes the crawler's assessments in: each becomes a new case, a line in an open one's history, or is passed over.

An assessment is looked at once. At or above the threshold, and of a site that nobody protects, it opens a case unless
the host has one open. Whatever is learned of a host with an open case is added to that case, a lower level too; a site
that could not be read leaves the case's level as it was. A site that a person called honest, or a duplicate, stays
settled until it is assessed at a higher level than the one that was judged.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from storage.models import Assessment, Case
from takedown.campaigns import link_look_alikes
from takedown.categories import category_name
from takedown.gathering import case_of_site, gather_indicators
from takedown.history import record_event
from takedown.levels import UNKNOWN, level_rank, levels_from
from takedown.lifecycle import CaseState, lock_cases

ACTOR = "intake"
_BATCH = 500
_SETTLED = (CaseState.FALSE_POSITIVE, CaseState.DUPLICATE)
_MAX_NAMED = 50  # rules or earlier cases named in one event


@dataclass(frozen=True, slots=True)
class IntakeReport:
    """How many assessments ended how; each is counted once. ``settled``: judged before and not worse since."""

    opened: int = 0
    seen_again: int = 0
    below: int = 0
    protected: int = 0
    unknown: int = 0
    settled: int = 0

    @property
    def taken(self) -> int:
        """Assessments that were looked at."""
        return self.opened + self.seen_again + self.below + self.protected + self.unknown + self.settled

    def __add__(self, other: "IntakeReport") -> "IntakeReport":
        return IntakeReport(
            self.opened + other.opened,
            self.seen_again + other.seen_again,
            self.below + other.below,
            self.protected + other.protected,
            self.unknown + other.unknown,
            self.settled + other.settled,
        )


def take_in(session: Session, *, now: datetime, threshold: str, limit: int | None = None) -> IntakeReport:
    """Takes in at most ``limit`` waiting assessments (all by default), oldest first, in the caller's transaction.

    May run in several processes at once: they wait for each other, and the database allows one open case a host.
    Raises ValueError for a threshold that is no level.
    """
    levels_from(threshold)
    lock_cases(session)
    counts: Counter[str] = Counter()
    while limit is None or counts.total() < limit:
        room = _BATCH if limit is None else min(_BATCH, limit - counts.total())
        waiting = _waiting(session, room)
        if not waiting:
            break
        for assessment in waiting:
            counts[_take(session, assessment, now, threshold)] += 1
            assessment.taken_in_at = now
        session.flush()
    return IntakeReport(**counts)


def _waiting(session: Session, number: int) -> Sequence[Assessment]:
    query = select(Assessment).where(col(Assessment.taken_in_at).is_(None)).order_by(col(Assessment.id)).limit(number)
    return session.exec(query).all()


def _take(session: Session, assessment: Assessment, now: datetime, threshold: str) -> str:
    """What became of one assessment: the name of a count of IntakeReport."""
    opened = _open_case(session, assessment.host)
    if opened is not None:
        return _add_sighting(session, opened, assessment, now)
    if assessment.protected:
        return "protected"
    if assessment.level == UNKNOWN:
        return "unknown"
    if level_rank(assessment.level) < level_rank(threshold):
        return "below"
    if _is_settled(session, assessment):
        return "settled"
    return _open(session, assessment, now)


def _open_case(session: Session, host: str) -> Case | None:
    own = session.exec(select(Case).where(Case.open_key == host)).first()
    return own if own is not None else case_of_site(session, host)


def _is_settled(session: Session, assessment: Assessment) -> bool:
    """Whether a person judged this host and nothing is materially worse since."""
    newest = select(Case).where(Case.host == assessment.host).order_by(col(Case.id).desc()).limit(1)
    case = session.exec(newest).first()
    return case is not None and case.state in _SETTLED and level_rank(assessment.level) <= level_rank(case.level)


def _open(session: Session, assessment: Assessment, now: datetime) -> str:
    earlier = session.exec(
        select(Case.id).where(Case.host == assessment.host).order_by(col(Case.id).desc()).limit(_MAX_NAMED)
    ).all()
    case = _new_case(assessment, now)
    try:
        with session.begin_nested():
            session.add(case)
            session.flush()
    except IntegrityError:  # a writer that does not take our lock was quicker
        found = _open_case(session, assessment.host)
        if found is None:
            raise
        return _add_sighting(session, found, assessment, now)
    detail = _described(assessment) | {"earlier_cases": [number for number in earlier if number is not None]}
    _record(session, case, "opened", detail, now)
    _gather(session, case, assessment, now)
    return "opened"


def _new_case(assessment: Assessment, now: datetime) -> Case:
    category = main_category(assessment)
    return Case(
        host=assessment.host,
        domain=assessment.domain,
        url=assessment.url,
        open_key=assessment.host,
        state=CaseState.NEW,
        level=assessment.level,
        points=assessment.points,
        category=category,
        title=f"{category_name(category)}: {assessment.host}",
        opened_at=now,
        updated_at=now,
        assessment_id=assessment.id,
    )


def main_category(assessment: Assessment) -> str:
    """The category that a case bears by this assessment; «other» where it names none."""
    return str(assessment.categories[0][0]) if assessment.categories else "other"


def _add_sighting(session: Session, case: Case, assessment: Assessment, now: datetime) -> str:
    """Adds what was seen to the open case. A look that is older, that failed, or that is of a gathered site does not
    overrule what is known."""
    newest = session.get(Assessment, case.assessment_id) if case.assessment_id is not None else None
    current = (newest is None or assessment.assessed_at >= newest.assessed_at) and assessment.host == case.host
    detail = _described(assessment) | _changes(newest, assessment)
    if assessment.protected:
        detail["protected"] = assessment.protected
    if current and assessment.level != UNKNOWN:
        case.level, case.points, case.assessment_id = assessment.level, assessment.points, assessment.id
        case.category = main_category(assessment)
        case.title = f"{category_name(case.category)}: {case.host}"
    case.updated_at = now
    session.add(case)
    _record(session, case, "seen_again", detail, now)
    _gather(session, case, assessment, now)
    return "seen_again"


def _gather(session: Session, case: Case, assessment: Assessment, now: datetime) -> None:
    if case.id is not None:
        gather_indicators(session, case.id, assessment, now)
        link_look_alikes(session, case, now=now)


def _described(assessment: Assessment) -> dict[str, Any]:
    return {
        "assessment": assessment.id,
        "level": assessment.level,
        "points": assessment.points,
        "rule_set": assessment.rule_set,
    }


def _changes(before: Assessment | None, after: Assessment) -> dict[str, Any]:
    """What differs between the assessment that the case stood on and this one."""
    if before is None:
        return {}
    had, has = _rules(before), _rules(after)
    return {
        "level_before": before.level,
        "points_before": before.points,
        "new_rules": sorted(has - had)[:_MAX_NAMED],
        "gone_rules": sorted(had - has)[:_MAX_NAMED],
    }


def _rules(assessment: Assessment) -> set[str]:
    return {str(signal["rule"]) for signal in assessment.signals}


def _record(session: Session, case: Case, kind: str, detail: dict[str, Any], now: datetime) -> None:
    record_event(session, case, kind, actor=ACTOR, detail={"host": case.host, **detail}, now=now)
