"""Compares each case's row, which the queue shows, with its history, for which the log vouches."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from storage.models import Assessment, Case, CaseEvent, CaseIndicator
from storage.walk import Unreadable, can_be_key, get_row, readable, walk
from takedown.gathering import LOOKED_UP, stored_indicators
from takedown.history import NOTED, subject_of
from takedown.intake import main_category
from takedown.levels import UNKNOWN
from takedown.lifecycle import CaseState

_BORN = ("domain", "url", "level", "points", "category")
_SEEN = ("opened", "seen_again")
_TELLING = (*_SEEN, "transition", *NOTED)


@dataclass(frozen=True, slots=True)
class CaseFault:
    """``kind``: altered | missing | added | unreadable, as the row is; ``column`` is "" where it is the whole row."""

    subject: str  # «case 7»
    kind: str
    column: str
    expected: str
    found: str


def check_cases(session: Session, case_id: int | None = None) -> Iterator[CaseFault]:
    """What the rows of one case, or of all, do not tell as their histories do. Those are for ``check_history``."""
    query = select(Case) if case_id is None else select(Case).where(Case.id == case_id)
    for page in walk(session, query, col(Case.id)):
        for row in page:
            if isinstance(row, Unreadable):
                yield CaseFault(subject_of(row.key), "unreadable", "", "", row.reason)
                continue
            yield from _compared(session, row)
            yield from _indicators(session, row.id or 0)
            session.expunge(row)
    if case_id is None:
        yield from _without_row(session)


def _compared(session: Session, case: Case) -> Iterator[CaseFault]:
    assert case.id is not None  # it was read
    host, state, newest = case.host, CaseState.NEW.value, None
    noted = dict(NOTED.values())
    opened: dict[str, object] = {}
    down_at: datetime | None = None
    query = select(CaseEvent).where(CaseEvent.case_id == case.id, col(CaseEvent.kind).in_(_TELLING))
    for event in readable(session, query, col(CaseEvent.id)):
        if not isinstance(event.detail, dict):
            pass  # no line of ours: the check of histories names it
        elif event.kind == "transition":
            state = str(event.detail.get("to", state))
            down_at = down_at or (event.at if state == CaseState.DOWN else None)
            _believe_row(noted, state, case)
        elif event.kind in NOTED:
            column, first = NOTED[event.kind]
            noted[column] = event.detail.get("after", first)
        else:
            judged = _assessment_of(session, event)
            if event.kind == "opened":
                host = str(event.detail.get("host", host))
                opened = {"opened_at": event.at} | _born(event, judged)
            newest = _newer(host, newest, judged)
        session.expunge(event)
    if not opened:
        yield CaseFault(subject_of(case.id), "added", "", "", "")
    told = opened | noted | {"host": host, "state": state, "down_at": down_at}
    told |= {"open_key": host if _is_open(state) else None}
    if newest is not None:
        told |= {"assessment_id": newest.id, "level": newest.level, "points": newest.points}
        told |= _category_of(newest)
    for column, expected in told.items():
        if (found := getattr(case, column)) != expected:
            yield CaseFault(subject_of(case.id), "altered", column, str(expected), str(found))


def _believe_row(noted: dict[str, object], state: str, case: Case) -> None:
    """Histories of before 2026-11-28 did not say of which case another was a duplicate, nor what an undo took back:
    there the row is believed."""
    if state == CaseState.DUPLICATE:
        noted["merged_into"] = case.merged_into
    elif state == CaseState.IN_REVIEW:
        noted["merged_into"] = None
        noted["handling"] = case.handling if case.handling == "" else noted["handling"]


def _born(event: CaseEvent, judged: Assessment | None) -> dict[str, object]:
    """What a case bore when it was opened: by its first assessment, or as the split that made it wrote."""
    if judged is not None:
        return {"domain": judged.domain, "url": judged.url}
    return {name: event.detail[name] for name in _BORN if name in event.detail}


def _category_of(judged: Assessment) -> dict[str, object]:
    try:
        return {"category": main_category(judged)}
    except (TypeError, LookupError):  # no list of pairs any more: the check of assessments names it
        return {}


def _is_open(state: str) -> bool:
    return state not in set(CaseState) or CaseState(state).is_open  # an unknown state is named by the history's check


def _indicators(session: Session, case_id: int) -> Iterator[CaseFault]:
    """What the case is known again by, accounts among it, otherwise than its assessments say, or those of a case that
    was merged into it. What look-ups added is theirs to tell."""
    told = _told_of(session, case_id)
    held: set[tuple[str, str]] = set()
    query = select(CaseIndicator).where(CaseIndicator.case_id == case_id)
    for page in walk(session, query, col(CaseIndicator.id)):
        for row in page:
            if isinstance(row, Unreadable):
                yield CaseFault(subject_of(case_id), "unreadable", "", "", row.reason)
                continue
            held.add((row.kind, row.value))
            session.expunge(row)
    for kind, value in sorted(told - held):
        yield CaseFault(subject_of(case_id), "altered", kind, value, "")
    for kind, value in sorted(held - told):
        if kind not in LOOKED_UP:
            yield CaseFault(subject_of(case_id), "altered", kind, "", value)


def _told_of(session: Session, case_id: int) -> set[tuple[str, str]]:
    """Kind and value of each indicator that the events of the case, and of those merged into it, lead to."""
    told: set[tuple[str, str]] = set()
    waiting, seen = [case_id], {case_id}  # whoever forged a history may have it lead in circles
    while waiting:
        query = select(CaseEvent).where(CaseEvent.case_id == waiting.pop())
        query = query.where(col(CaseEvent.kind).in_((*_SEEN, "merged")))
        for event in readable(session, query, col(CaseEvent.id)):
            elder = event.detail.get("from") if isinstance(event.detail, dict) else None
            if event.kind == "merged" and can_be_key(elder) and elder not in seen:
                seen.add(elder)
                waiting.append(elder)
            elif event.kind in _SEEN and (judged := _assessment_of(session, event)) is not None:
                with suppress(TypeError, ValueError):  # no list of threes any more: the check of assessments names it
                    told |= set(stored_indicators(judged))
            session.expunge(event)
    return told


def _assessment_of(session: Session, event: CaseEvent) -> Assessment | None:
    """The one that the event names, if it can be read."""
    number = event.detail.get("assessment") if isinstance(event.detail, dict) else None
    if not can_be_key(number):
        return None
    row = get_row(session, select(Assessment), col(Assessment.id), number)
    if row is None or isinstance(row, Unreadable):  # the check of assessments names it
        return None
    session.expunge(row)
    return row


def _newer(host: str, newest: Assessment | None, judged: Assessment | None) -> Assessment | None:
    """The assessment on which the case stands after one more, as intake decides it."""
    if judged is None or judged.host != host or judged.level == UNKNOWN:
        return newest
    return judged if newest is None or judged.assessed_at >= newest.assessed_at else newest


def _without_row(session: Session) -> Iterator[CaseFault]:
    query = select(CaseEvent.case_id).where(col(CaseEvent.case_id).not_in(select(Case.id))).distinct()
    for number in session.exec(query.order_by(col(CaseEvent.case_id))):
        yield CaseFault(subject_of(number), "missing", "", "", "")
