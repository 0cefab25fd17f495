"""Figures of the dashboard, and whether the sweep is well."""

from datetime import datetime
from typing import Literal

from fastapi import Response
from pydantic import BaseModel

from takedown.api.calls import CallNow, Calls, Row, answer
from takedown.api.scopes import Scope
from takedown.statistics.figures import Curve as CurveFigures
from takedown.statistics.figures import read_figures
from takedown.statistics.health import judge_health, measure
from takedown.statistics.tables import table_csv
from takedown.web.access import CASES
from takedown.web.files import attachment

calls = Calls(tags=["statistics"])


class StateCount(BaseModel):
    state: str
    cases: int


class Week(Row):
    """Seven days that end at ``until``."""

    until: datetime
    opened: int
    down: int


class CurveStep(Row):
    """The share that is still up after so many hours, with a 95% interval."""

    hours: float
    at_risk: int
    removed: int
    share: float
    low: float
    high: float


class Curve(BaseModel):
    """Kaplan and Meier's; pages that are still up are in it. ``median``: hours, null while over half are up."""

    name: str
    count: int
    up: int
    median: float | None
    steps: list[CurveStep]


class Provider(BaseModel):
    """Of first notices that left. ``down_24h`` and so on: shares."""

    recipient_id: str
    name: str
    notices: int
    answered: int
    overdue: int
    down_24h: float
    down_72h: float
    down_7d: float
    curve: Curve


class Figures(BaseModel):
    by_state: list[StateCount]
    weeks: list[Week]
    overdue_notices: int
    overdue_cases: int
    awaiting_release: int
    everything: Curve
    categories: list[Curve]
    providers: list[Provider]


class Alarm(Row):
    """``ok``: nothing to do."""

    name: str
    ok: bool
    said_vi: str
    said_en: str
    remedy: str


class Alarms(BaseModel):
    items: list[Alarm]


@calls.read("/statistics", CASES, Scope.STATISTICS_READ, Figures)
def figures(call: CallNow) -> Response:
    """What came in, what waits, how long pages stay up, who removes them."""
    with call.desk.reading() as session:
        found = read_figures(session, now=call.now)
    providers = [
        Provider(
            recipient_id=entry.recipient_id,
            name=entry.name,
            notices=entry.notices,
            answered=entry.answered,
            overdue=entry.overdue,
            down_24h=entry.curve.removed_within(24),
            down_72h=entry.curve.removed_within(72),
            down_7d=entry.curve.removed_within(168),
            curve=_curve(entry.curve),
        )
        for entry in found.providers
    ]
    return answer(
        Figures(
            by_state=[StateCount(state=state, cases=number) for state, number in found.by_state],
            weeks=[Week.model_validate(week) for week in found.weeks],
            overdue_notices=found.overdue_notices,
            overdue_cases=found.overdue_cases,
            awaiting_release=found.awaiting_release,
            everything=_curve(found.everything),
            categories=[_curve(entry) for entry in found.categories],
            providers=providers,
        )
    )


@calls.read(
    "/statistics/{table}.csv",
    CASES,
    Scope.STATISTICS_READ,
    None,
    responses={200: {"description": "the table", "content": {"text/csv": {}}}},
)
def table(call: CallNow, table: Literal["weeks", "survival", "providers"]) -> Response:
    """The figures of one chart as CSV."""
    with call.desk.reading() as session:
        found = read_figures(session, now=call.now)
    return attachment(table_csv(f"{table}.csv", found), f"{table}.csv", "text/csv; charset=utf-8")


@calls.read("/alarms", CASES, Scope.STATISTICS_READ, Alarms)
def alarms(call: CallNow) -> Response:
    """Whether the sweep is well: every alarm, ringing or not, with what to do."""
    with call.desk.reading() as session:
        found = judge_health(measure(session, now=call.now), now=call.now)
    return answer(Alarms(items=[Alarm.model_validate(entry) for entry in found]))


def _curve(found: CurveFigures) -> Curve:
    steps = [CurveStep.model_validate(step) for step in found.steps]
    return Curve(name=found.name, count=found.count, up=found.up, median=found.median, steps=steps)
