"""Survival against a worked example, providers with open cases counted, alarms that ring and that do not."""

import itertools
import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from storage.db import read_session, write_session
from storage.models import Case, Notice
from takedown.lifecycle import CaseState
from takedown.statistics.charts import survival_chart, weeks_chart
from takedown.statistics.figures import Curve, curve, read_figures
from takedown.statistics.health import Measured, judge_health, measure
from takedown.statistics.kept import KeptCurves
from takedown.statistics.survival import Life, kaplan_meier, median_hours, share_up
from tests.takedown.desk import NOW, open_case

HOUR = timedelta(hours=1)
# remission times of the treated group of Freireich et al. 1963, the example of most textbooks
TREATED = [6, 6, 6, 7, 10, 13, 16, 22, 23]
CENSORED = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]


def test_the_textbook_comes_out() -> None:
    lives = [Life(hours, True) for hours in TREATED] + [Life(hours, False) for hours in CENSORED]
    steps = kaplan_meier(lives)
    assert [step.hours for step in steps] == [6, 7, 10, 13, 16, 22, 23]
    assert [round(step.share, 4) for step in steps] == [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482]
    assert [step.at_risk for step in steps] == [21, 17, 15, 12, 11, 7, 6]
    assert (round(steps[0].low, 3), round(steps[0].high, 3)) == (0.620, 0.952)
    assert median_hours(steps) == 23
    assert share_up(steps, 12) == pytest.approx(0.7529, abs=1e-4)


@given(st.lists(st.tuples(st.floats(0, 1000), st.booleans()), max_size=60))
def test_a_survival_only_falls_and_stays_within_its_band(rows: list[tuple[float, bool]]) -> None:
    steps = kaplan_meier(Life(hours, ended) for hours, ended in rows)
    shares = [1.0, *(step.share for step in steps)]
    assert all(after <= before for before, after in itertools.pairwise(shares))
    assert all(0 <= step.low <= step.share + 1e-9 and step.share <= step.high + 1e-9 <= 1.1 for step in steps)
    assert sum(step.removed for step in steps) == sum(ended for _, ended in rows)


@pytest.mark.parametrize("hours", [-1.0, float("inf"), float("nan")])
def test_an_impossible_life_is_refused(hours: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        kaplan_meier([Life(hours, True)])


def told(engine: Engine, host: str, hours_up: int | None) -> None:
    """A notice sent ten hours after the case was opened, and its page down some hours after that."""
    number = open_case(engine, host, CaseState.DOWN if hours_up is not None else CaseState.WAITING)
    with write_session(engine) as session:
        session.get_one(Case, number).opened_at = NOW - 110 * HOUR
        sent = NOW - 100 * HOUR
        words = {"kind": "first", "act": "report", "channel": "email", "state": "sent", "prepared_by": "an"}
        session.add(
            Notice(
                case_id=number,
                recipient_id="host-a",
                recipient_name="Host A",
                key=f"{number}:host-a",
                token=f"LC-{number:010d}",
                prepared_at=sent,
                sent_at=sent,
                due_at=sent + 48 * HOUR,
                **words,
            )
        )
        if hours_up is not None:
            session.get_one(Case, number).down_at = sent + hours_up * HOUR
        session.commit()


def test_a_provider_is_measured_with_the_pages_that_are_still_up(engine: Engine) -> None:
    for host, hours in (("a.example", 5), ("b.example", 30), ("c.example", None), ("d.example", None)):
        told(engine, host, hours)
    with read_session(engine) as session:
        figures = read_figures(session, now=NOW)
    (provider,) = figures.providers
    assert (provider.notices, provider.curve.up, provider.overdue) == (4, 2, 4)
    assert provider.curve.removed_within(24) == pytest.approx(0.25)
    assert provider.curve.removed_within(72) == pytest.approx(0.5)
    assert provider.curve.median == 30
    assert figures.everything.median == 40, "of a case the clock runs from its opening"
    assert dict(figures.by_state) == {"waiting": 2, "down": 2}
    assert sum(week.opened for week in figures.weeks) == 4
    assert figures.overdue_notices == 4


def test_a_life_is_counted_in_begun_hours_and_a_long_one_in_begun_days(engine: Engine) -> None:
    for host, minutes in (("a.example", 90), ("b.example", 60 * 200), ("c.example", -5)):
        number = open_case(engine, host, CaseState.CLOSED)
        with write_session(engine) as session:
            case = session.get_one(Case, number)
            case.opened_at, case.down_at = NOW - 400 * HOUR, NOW - 400 * HOUR + timedelta(minutes=minutes)
            session.commit()
    with read_session(engine) as session:
        steps = read_figures(session, now=NOW).everything.steps
    assert [(step.hours, step.removed, step.at_risk) for step in steps] == [(0, 1, 3), (2, 1, 2), (216, 1, 1)]


def test_kept_curves_are_those_of_some_minutes_ago_and_never_older(sqlite_engine: Engine) -> None:
    kept, tells = KeptCurves(), []
    for minutes in (0, 4, 5, 3):  # at last somebody put the clock back
        told(sqlite_engine, f"{minutes}.example", None)
        with read_session(sqlite_engine) as session:
            curves = kept.take(session, now=NOW + timedelta(minutes=minutes))
            figures = read_figures(session, now=NOW, curves=curves)
        tells.append(
            (curves.everything.count, (curves.at - NOW) // timedelta(minutes=1), dict(figures.by_state)["waiting"])
        )
    assert tells == [(1, 0, 1), (1, 0, 2), (3, 5, 3), (4, 3, 4)], "what waits is counted at once"


@given(st.lists(st.tuples(st.integers(0, 50), st.booleans(), st.integers(1, 9)), max_size=30))
def test_pages_counted_together_are_as_pages_told_one_by_one(rows: list[tuple[int, bool, int]]) -> None:
    together = kaplan_meier(Life(hours, ended, count) for hours, ended, count in rows)
    assert together == kaplan_meier(Life(hours, ended) for hours, ended, count in rows for _ in range(count))


def test_a_desk_without_cases_has_figures_too(sqlite_engine: Engine) -> None:
    with read_session(sqlite_engine) as session:
        figures = read_figures(session, now=NOW)
        alarms = judge_health(measure(session, now=NOW), now=NOW)
    assert figures.everything.count == 0
    assert [alarm.name for alarm in alarms if not alarm.ok] == ["cron"]


GOOD = Measured(NOW - HOUR, 0, 100, 9, 2000, 200, 0, 0)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("cron", {"last_visit": NOW - 30 * HOUR}),
        ("crawl", {"stuck_targets": 3}),
        ("detector", {"day_hits": 0}),
        ("time-stamps", {"late_stamps": 1}),
        ("outbox", {"unsettled_mails": 2}),
    ],
)
def test_each_alarm_rings_alone_and_names_its_remedy(name: str, change: dict[str, object]) -> None:
    from dataclasses import replace

    assert all(alarm.ok for alarm in judge_health(GOOD, now=NOW))
    ringing = [alarm for alarm in judge_health(replace(GOOD, **change), now=NOW) if not alarm.ok]  # type: ignore[arg-type]
    assert [alarm.name for alarm in ringing] == [name]
    assert ringing[0].remedy.startswith(("lachan", "crontab"))


def test_a_quiet_day_of_a_small_sweep_is_no_alarm() -> None:
    from dataclasses import replace

    small = replace(GOOD, day_assessed=20, day_hits=0)
    assert all(alarm.ok for alarm in judge_health(small, now=NOW)), "two hits were to be expected: chance explains none"


def test_charts_are_whole_and_inert() -> None:
    name = "<script>&\"'"
    curves = [curve(name, [Life(5, True), Life(9, False)]), Curve("empty", 0, 0, ())]
    for drawn in (
        survival_chart(curves, [name, "b"], days=30, titles=(name, name)),
        survival_chart([], [], days=30, titles=("", "")),
        weeks_chart((), (name, name), name),
    ):
        root = ElementTree.fromstring(drawn)
        assert root.tag == "svg"
        assert "<script" not in drawn
        assert not re.search(r"\bstyle=|\bon\w+=|nan|inf\b", drawn)
