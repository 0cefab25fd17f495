"""Cases: the queue with the desk's own filters, and one case whole."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import Query, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from storage.models import Case
from storage.models.columns import clean_text
from takedown.api.calls import MOST, CallNow, Calls, Number, Row, answer
from takedown.api.problems import ProblemError
from takedown.api.scopes import Scope
from takedown.api.tags import case_tag
from takedown.categories import NAMES
from takedown.gathering import indicators_of, related, sites_of
from takedown.history import find_case
from takedown.levels import LADDER
from takedown.lifecycle import CaseState
from takedown.queue import load_case
from takedown.queue_order import MAX_COUNTED, Cursor
from takedown.review import opinions
from takedown.situation import newest_record
from takedown.watching import verifications_of
from takedown.web.access import CASES
from takedown.web.registration import read_registration
from takedown.worklist import STATE_GROUPS, Wanted, find_page

calls = Calls(tags=["cases"])
MAX_EVENTS = 500
MAX_CHECKS = 50
StateFilter = Literal[
    "open", "todo", "all", "new", "in_review", "confirmed", "false_positive", "duplicate", "police_first", "requested",
    "waiting", "down", "refused", "escalated", "closed",
]  # fmt: skip
LevelFilter = Literal["", "unknown", "clean", "watch", "suspicious", "likely", "near_certain"]


class QueueFilters(BaseModel):
    """The desk's filters under the names that its addresses have."""

    model_config = ConfigDict(extra="forbid")

    state: StateFilter = "todo"
    level: LevelFilter = Field("", description="that one or higher")
    category: Annotated[str, Field(max_length=32, description=f"one of {', '.join(NAMES)}")] = ""
    q: Annotated[str, Field(max_length=200, description="number, part of host or title, account, phone")] = ""
    mine: bool = False
    overdue: bool = False
    after: Annotated[str, Field(max_length=200, description="`next` of the page before")] = ""
    limit: Annotated[int, Field(ge=1, le=MOST)] = 30


class Signal(Row):
    """One reason with the words that gave it; ``excerpt`` is a stranger's text."""

    rule: str
    family: str
    points: float
    message_vi: str
    message_en: str
    excerpt: str
    page_url: str
    vantage: str


class CaseBrief(Row):
    """A case in one line. ``reasons``: the weightiest."""

    id: int
    host: str
    url: str
    state: str
    level: str
    points: float
    category: str
    title: str
    opened_at: datetime
    updated_at: datetime
    reasons: list[Signal]


class QueueLine(CaseBrief):
    """``picture``: digest for /pictures, or ""."""

    assignee: str
    lock_holder: str
    due_at: datetime | None
    picture: str


class Queue(BaseModel):
    """``next``: for ``after``, null on the last page. ``total`` stops at a bound: ``total_or_more``."""

    items: list[QueueLine]
    next: str | None
    total: int
    total_or_more: bool


class Adjustment(Row):
    """What enters the sum beside the signals: where every page starts, and what the bounds leave out."""

    points: float
    message_vi: str
    message_en: str


class Score(Row):
    """``probability``: 0 to 1; ``points``: the sum of the signals and the adjustments."""

    assessed_at: datetime
    level: str
    points: float
    probability: float
    categories: list[tuple[str, float]]
    signals: list[Signal]
    adjustments: list[Adjustment]
    deciding_url: str
    deciding_vantage: str
    capped: str  # of assessments from before adjustments were kept
    rule_set: str
    protected: str


class Site(Row):
    host: str
    domain: str
    url: str
    own: bool


class Indicator(Row):
    """``cases``: how many hold it."""

    kind: str
    value: str
    note: str
    cases: int


class Related(Row):
    case_id: int
    host: str
    state: str
    shared: list[Indicator]


class Opinion(Row):
    reviewer: str
    verdict: str
    reason: str
    at: datetime


class LookupFact(Row):
    name_vi: str
    name_en: str
    value: str


class LookupAsked(Row):
    service: str
    state: str
    source: str
    reason: str


class Registration(Row):
    """What look-ups say of the domain; an absent fact was not answered, never «none»."""

    domain: str
    looked_up_at: datetime
    facts: list[LookupFact]
    networks: list[str]
    asked: list[LookupAsked]
    conflicts: list[str]


class Check(Row):
    """One judgement of whether the page is down."""

    at: datetime
    url: str
    verdict: str
    acted: str
    reason: str


class CaseNow(Row):
    """How a case stands; what a change of it answers, with its new ETag."""

    id: int
    host: str
    state: str
    assignee: str
    lock_holder: str
    lock_until: datetime | None
    blind: bool
    handling: str
    merged_into: int | None
    due_at: datetime | None
    updated_at: datetime


class CaseWhole(BaseModel):
    """Everything but visits, files and history, which have addresses of their own."""

    case: CaseNow
    brief: CaseBrief
    score: Score | None
    sites: list[Site]
    indicators: list[Indicator]
    related: list[Related]
    opinions: list[Opinion]
    registration: Registration | None
    checks: list[Check]


class EventDetail(BaseModel):
    name: str
    value: str


class HistoryEvent(BaseModel):
    at: datetime
    kind: str
    actor: str
    detail: list[EventDetail]


class History(BaseModel):
    """The oldest first; ``left_off``: how many older ones are not here."""

    items: list[HistoryEvent]
    left_off: int


@calls.read("/cases", CASES, Scope.CASES_READ, Queue)
def queue(call: CallNow, filters: Annotated[QueueFilters, Query()]) -> Response:
    """A page of the queue: the highest level first, then the most points, then the newest."""
    after = clean_text(filters.after)
    if after and Cursor.decode(after) is None:
        raise ProblemError("invalid", "query.after: không phải `next` của trang trước / is no `next` of a page")
    wanted = Wanted(
        state=filters.state,
        level=filters.level,
        category=clean_text(filters.category),
        search=clean_text(filters.q),
        mine=call.actor.name if filters.mine else "",
        overdue=filters.overdue,
    )
    with call.desk.reading() as session:
        page = find_page(session, wanted, now=call.now, after=after, size=filters.limit)
    items = [
        QueueLine(
            **CaseBrief.model_validate(line.row).model_dump(),
            assignee=line.assignee,
            lock_holder=line.lock_holder,
            due_at=line.due_at,
            picture=line.picture,
        )
        for line in page.lines
    ]
    over = page.total > MAX_COUNTED
    return answer(Queue(items=items, next=page.after or None, total=min(page.total, MAX_COUNTED), total_or_more=over))


@calls.read("/cases/{number}", CASES, Scope.CASES_READ, CaseWhole)
def case(call: CallNow, number: Number) -> Response:
    """One case: score with every signal, sites, indicators, related cases, look-ups, checks."""
    with call.desk.reading() as session:
        return answer(_whole(session, number, call.actor.name), case_tag(session, number))


@calls.read("/cases/{number}/history", CASES, Scope.CASES_READ, History)
def history(call: CallNow, number: Number) -> Response:
    """Everything that happened to a case, with actor and reason."""
    with call.desk.reading() as session:
        events = load_case(session, number).history
    shown = events[-MAX_EVENTS:]
    items = [
        HistoryEvent(at=e.at, kind=e.kind, actor=e.actor, detail=[EventDetail(name=n, value=v) for n, v in e.detail])
        for e in shown
    ]
    return answer(History(items=items, left_off=len(events) - len(shown)))


def state_of(row: Case) -> CaseNow:
    """How the case stands."""
    return CaseNow.model_validate(row)


def _whole(session: Session, number: int, viewer: str) -> CaseWhole:
    row, view = find_case(session, number), load_case(session, number)
    record = newest_record(session, row.domain)
    return CaseWhole(
        case=state_of(row),
        brief=CaseBrief.model_validate(view.row),
        score=Score.model_validate(view.score) if view.score is not None else None,
        sites=[Site.model_validate(entry) for entry in sites_of(session, number)],
        indicators=[Indicator.model_validate(entry) for entry in indicators_of(session, number)],
        related=[Related.model_validate(entry) for entry in related(session, number)],
        opinions=[Opinion.model_validate(entry) for entry in opinions(session, row, viewer)],
        registration=Registration.model_validate(read_registration(record)) if record is not None else None,
        checks=[Check.model_validate(entry) for entry in verifications_of(session, number)[:MAX_CHECKS]],
    )


assert set(STATE_GROUPS) | set(CaseState) == set(StateFilter.__args__)  # type: ignore[attr-defined]
assert {"", *LADDER} == set(LevelFilter.__args__)  # type: ignore[attr-defined]
