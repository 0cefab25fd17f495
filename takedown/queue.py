"""Reads the queue, and one case whole, without locking anything."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, case, func
from sqlmodel import Session, col, select

from storage.models import Assessment, Case, CaseEvent, DomainRecord, Observation, ObservationFile
from storage.walk import check_kinds
from takedown.errors import CaseMissingError
from takedown.levels import LADDER, levels_from
from takedown.lifecycle import CaseState
from takedown.owner_words import unnamed
from takedown.views import (
    AdjustmentView,
    CaseRow,
    CaseView,
    DomainView,
    EventView,
    EvidenceView,
    FileView,
    LookupView,
    ScoreView,
    SignalView,
)

_TOP_REASONS = 3
_MAX_OBSERVATIONS = 500


def list_cases(
    session: Session, state: str | None = None, level: str | None = None, limit: int = 50, offset: int = 0
) -> tuple[CaseRow, ...]:
    """The queue: the highest level first, then the most points, then the oldest. ``level``: that one or higher.

    Raises ValueError for a state or a level that does not exist.
    """
    query = select(Case, Assessment).join(Assessment, col(Case.assessment_id) == col(Assessment.id), isouter=True)
    query = query.where(*_filters(state, level)).order_by(
        _rank().desc(), col(Case.points).desc(), col(Case.opened_at), col(Case.id)
    )
    rows = session.exec(query.limit(limit).offset(offset)).all()
    return tuple(case_row(found, assessment) for found, assessment in rows)


def count_cases(session: Session, state: str | None = None, level: str | None = None) -> int:
    """How many cases ``list_cases`` would list without a limit."""
    return session.exec(select(func.count()).select_from(Case).where(*_filters(state, level))).one()


def load_case(session: Session, case_id: int) -> CaseView:
    """One case whole. Raises CaseMissingError."""
    found = session.get(Case, case_id)
    if found is None:
        raise CaseMissingError(
            f"there is no case {case_id}; `lachan cases` lists what there is",
            f"không có vụ {case_id}; `lachan cases` liệt kê những gì có",
        )
    assessment = session.get(Assessment, found.assessment_id) if found.assessment_id is not None else None
    observations, left_off = _observations(session, found.host)
    return CaseView(
        row=case_row(found, assessment),
        score=_score(assessment) if assessment is not None else None,
        domain=_domain(session, assessment),
        evidence=tuple(_evidence(session, observations)),
        history=_history(session, case_id),
        evidence_left_off=left_off,
    )


def _filters(state: str | None, level: str | None) -> list[ColumnElement[bool]]:
    filters: list[ColumnElement[bool]] = []
    if state is not None:
        if state not in set(CaseState):
            raise ValueError(f"`{state}` is no state; use one of {', '.join(CaseState)}")
        filters.append(col(Case.state) == state)
    if level is not None:
        filters.append(col(Case.level).in_(levels_from(level)))
    return filters


def _rank() -> ColumnElement[int]:
    return case({level: rank for rank, level in enumerate(LADDER)}, value=col(Case.level), else_=0)


def case_row(found: Case, assessment: Assessment | None) -> CaseRow:
    check_kinds(found)
    signals = _signals(assessment.signals) if assessment is not None else ()
    against = sorted((signal for signal in signals if signal.points > 0), key=lambda signal: -signal.points)
    return CaseRow(
        id=_stored(found.id),
        host=found.host,
        url=found.url,
        state=found.state,
        level=found.level,
        points=found.points,
        category=found.category,
        title=found.title,
        opened_at=found.opened_at,
        updated_at=found.updated_at,
        reasons=tuple(against[:_TOP_REASONS]),
    )


def _signals(stored: Iterable[Any]) -> tuple[SignalView, ...]:
    return tuple(
        SignalView(
            rule=str(entry["rule"]),
            family=str(entry["family"]),
            points=float(entry["points"]),
            message_vi=str(entry["message_vi"]),
            message_en=str(entry["message_en"]),
            excerpt=str(entry.get("excerpt", "")),
            page_url=str(entry.get("page_url", "")),
            vantage=str(entry.get("vantage", "")),
        )
        for entry in stored
    )


def _score(assessment: Assessment) -> ScoreView:
    check_kinds(assessment)
    return ScoreView(
        assessment_id=_stored(assessment.id),
        assessed_at=assessment.assessed_at,
        level=assessment.level,
        points=assessment.points,
        probability=assessment.probability,
        categories=tuple((str(name), float(points)) for name, points in assessment.categories),
        signals=_signals(assessment.signals),
        adjustments=_adjustments(assessment),
        deciding_url=assessment.deciding_url,
        deciding_vantage=assessment.deciding_vantage,
        capped=assessment.capped,
        rule_set=assessment.rule_set,
        protected=assessment.protected,
    )


def _adjustments(assessment: Assessment) -> tuple[AdjustmentView, ...]:
    """As stored; of an assessment that was made before they were kept, their sum as one."""
    if assessment.adjustments:
        return tuple(
            AdjustmentView(float(entry["points"]), str(entry["message_vi"]), str(entry["message_en"]))
            for entry in assessment.adjustments
        )
    rest = round(assessment.points - sum(float(entry["points"]) for entry in assessment.signals), 2)
    return (AdjustmentView(rest, "điểm khởi đầu và các giới hạn", "the start, and the bounds"),) if rest else ()


def _domain(session: Session, assessment: Assessment | None) -> DomainView | None:
    if assessment is None or assessment.domain_record_id is None:
        return None
    record = session.get(DomainRecord, assessment.domain_record_id)
    if record is None:
        return None
    facts = record.facts
    return DomainView(
        domain=record.domain,
        looked_up_at=record.looked_up_at,
        registrar=str(facts.get("registrar") or ""),
        registered_at=str(facts.get("registered_at") or ""),
        nameservers=tuple(map(str, facts.get("nameservers") or ())),
        addresses=tuple(map(str, facts.get("addresses") or ())),
        lookups=tuple(_lookup(entry) for entry in record.lookups),
    )


def _lookup(entry: dict[str, Any]) -> LookupView:
    return LookupView(str(entry.get("service", "")), str(entry.get("state", "")), str(entry.get("reason") or ""))


def _observations(session: Session, host: str) -> tuple[Sequence[Observation], int]:
    """The newest visits whose assessment is of this host, and how many older ones there are."""
    of_host = col(Observation.assessment_id).in_(select(Assessment.id).where(Assessment.host == host))
    total = session.exec(select(func.count()).select_from(Observation).where(of_host)).one()
    newest = select(Observation).where(of_host).order_by(col(Observation.observed_at).desc(), col(Observation.id))
    rows = session.exec(newest.limit(_MAX_OBSERVATIONS)).all()
    return rows, total - len(rows)


def _evidence(session: Session, observations: Sequence[Observation]) -> Iterable[EvidenceView]:
    ids = [observation.id for observation in observations]
    files: defaultdict[int, list[FileView]] = defaultdict(list)
    for file in session.exec(
        select(ObservationFile).where(col(ObservationFile.observation_id).in_(ids)).order_by(col(ObservationFile.name))
    ):
        files[file.observation_id].append(FileView(file.name, file.digest, file.size, file.media_type))
    for observation in observations:
        check_kinds(observation)
        number = _stored(observation.id)
        yield EvidenceView(
            observation_id=number,
            url=observation.url,
            final_url=observation.final_url,
            vantage=observation.vantage,
            outcome=observation.outcome,
            reason=observation.reason,
            status=observation.status,
            observed_at=observation.observed_at,
            title=observation.title,
            manifest_digest=observation.manifest_digest,
            timestamp=observation.timestamp_state,
            timestamp_reason=observation.timestamp_reason,
            files=tuple(files[number]),
        )


def _history(session: Session, case_id: int) -> tuple[EventView, ...]:
    rows = session.exec(select(CaseEvent).where(CaseEvent.case_id == case_id).order_by(col(CaseEvent.id)))
    return tuple(map(_event, rows))


def _event(row: CaseEvent) -> EventView:
    check_kinds(row)
    return EventView(row.at, row.kind, row.actor, _pairs(unnamed(row.detail)))


def _pairs(detail: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((name, _words(value)) for name, value in detail.items() if value not in (None, "", []))


def _words(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _stored(number: int | None) -> int:
    if number is None:
        raise CaseMissingError("a row that was never stored has no number", "dòng chưa lưu thì không có số")
    return number
