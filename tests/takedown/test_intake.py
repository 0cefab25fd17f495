"""Assessments become cases once, whoever takes them in and how often."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from crawler.detection.explain import CATEGORY_NAMES
from crawler.detection.score import Level
from storage.audit import verify_audit
from storage.db import read_session, write_session
from storage.models import Assessment, AuditEntry, Case, CaseEvent
from takedown.categories import NAMES
from takedown.intake import IntakeReport, take_in
from takedown.levels import LADDER
from takedown.lifecycle import CaseState, transition

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def signal(rule: str, points: float = 2.0) -> dict[str, Any]:
    return {
        "rule": rule,
        "family": "money",
        "points": points,
        "message_vi": "Nhận tiền vào tài khoản cá nhân",
        "message_en": "Paid to a personal account",
        "categories": ["fake_shop"],
        "excerpt": "STK 0123456789 NGUYEN VAN A",
        "page_url": "https://shop.example/",
        "vantage": "fetch",
    }


def assess(engine: Engine, host: str = "shop.example", level: str = "likely", **columns: Any) -> int:
    values: dict[str, Any] = {
        "url": f"https://{host}/",
        "host": host,
        "domain": host,
        "assessed_at": NOW,
        "level": level,
        "points": 3.5,
        "probability": 0.97,
        "categories": [["fake_shop", 4.0], ["phishing", 1.0]],
        "signals": [signal("money.personal-account")],
        "rule_set": "abc",
    }
    with write_session(engine) as session:
        row = Assessment(**{**values, **columns})
        session.add(row)
        session.commit()
        assert row.id is not None
        return row.id


def take(engine: Engine, **options: Any) -> IntakeReport:
    with write_session(engine) as session:
        report = take_in(session, **{"now": NOW, "threshold": "suspicious", **options})
        session.commit()
        return report


def history(engine: Engine) -> list[CaseEvent]:
    with read_session(engine) as session:
        return list(session.exec(select(CaseEvent).order_by(CaseEvent.id)))  # type: ignore[arg-type]


def test_a_suspicion_opens_a_case_with_its_history(engine: Engine) -> None:
    number = assess(engine)
    assert take(engine) == IntakeReport(opened=1)
    with read_session(engine) as session:
        case = session.exec(select(Case)).one()
        assert (case.state, case.level, case.category, case.open_key) == ("new", "likely", "fake_shop", "shop.example")
        assert case.title == "Cửa hàng giả: shop.example"
        assert case.assessment_id == number
        entry = session.exec(select(AuditEntry)).one()
        assert (entry.action, entry.subject, entry.detail["host"]) == ("case.opened", "case 1", "shop.example")
        assert verify_audit(session).holds
    assert [(event.kind, event.detail["assessment"]) for event in history(engine)] == [("opened", number)]


def test_taking_in_twice_changes_nothing(engine: Engine) -> None:
    assess(engine)
    take(engine)
    assert take(engine) == IntakeReport()
    assert len(history(engine)) == 1


@pytest.mark.parametrize(
    ("level", "protected", "count"),
    [
        ("watch", "", IntakeReport(below=1)),
        ("unknown", "", IntakeReport(unknown=1)),
        ("near_certain", "bank's own site", IntakeReport(protected=1)),
    ],
)
def test_what_opens_no_case(sqlite_engine: Engine, level: str, protected: str, count: IntakeReport) -> None:
    assess(sqlite_engine, level=level, protected=protected)
    assert take(sqlite_engine) == count
    with read_session(sqlite_engine) as session:
        assert session.exec(select(Case)).first() is None
        assert session.exec(select(Assessment)).one().taken_in_at == NOW


def test_a_second_sweep_adds_to_the_open_case(engine: Engine) -> None:
    assess(engine)
    take(engine)
    rules = [signal("money.personal-account"), signal("form.otp")]
    number = assess(engine, level="near_certain", points=6.0, signals=rules, assessed_at=NOW + timedelta(days=1))
    assert take(engine) == IntakeReport(seen_again=1)
    with read_session(engine) as session:
        case = session.exec(select(Case)).one()
        assert (case.level, case.points, case.assessment_id) == ("near_certain", 6.0, number)
    detail = history(engine)[-1].detail
    assert detail["level_before"] == "likely"
    assert (detail["new_rules"], detail["gone_rules"]) == (["form.otp"], [])


def test_an_open_case_hears_that_its_site_looks_better(sqlite_engine: Engine) -> None:
    assess(sqlite_engine)
    take(sqlite_engine)
    assess(sqlite_engine, level="clean", points=-2.0, signals=[])
    assert take(sqlite_engine) == IntakeReport(seen_again=1)
    with read_session(sqlite_engine) as session:
        assert session.exec(select(Case)).one().level == "clean"
    assert history(sqlite_engine)[-1].detail["gone_rules"] == ["money.personal-account"]


@pytest.mark.parametrize("later", [{"level": "unknown"}, {"level": "clean", "assessed_at": NOW - timedelta(days=9)}])
def test_unreadable_or_older_looks_do_not_overrule(sqlite_engine: Engine, later: dict[str, Any]) -> None:
    first = assess(sqlite_engine)
    take(sqlite_engine)
    assess(sqlite_engine, **later)
    assert take(sqlite_engine) == IntakeReport(seen_again=1)
    with read_session(sqlite_engine) as session:
        case = session.exec(select(Case)).one()
        assert (case.level, case.assessment_id) == ("likely", first)


def test_two_assessments_of_one_host_make_one_case(engine: Engine) -> None:
    assess(engine)
    assess(engine)
    assess(engine, host="other.example")
    assert take(engine) == IntakeReport(opened=2, seen_again=1)


def test_a_site_called_honest_comes_back_only_when_it_got_worse(engine: Engine) -> None:
    assess(engine)
    take(engine)
    with write_session(engine) as session:
        case = session.exec(select(Case)).one()
        for state in (CaseState.IN_REVIEW, CaseState.FALSE_POSITIVE):
            transition(session, case, state, actor="an", reason="cửa hàng thật", now=NOW)
        session.commit()
    assess(engine, points=5.0)
    assert take(engine) == IntakeReport(settled=1)
    assess(engine, level="near_certain")
    assert take(engine) == IntakeReport(opened=1)
    assert history(engine)[-1].detail["earlier_cases"] == [1]


def test_a_limit_leaves_the_rest_for_the_next_call(sqlite_engine: Engine) -> None:
    for number in range(5):
        assess(sqlite_engine, host=f"shop-{number}.example")
    counts = [take(sqlite_engine, limit=2).taken for _ in range(4)]
    assert counts == [2, 2, 1, 0]


def test_two_at_once_open_each_case_once(engine: Engine) -> None:
    for number in range(30):
        assess(engine, host=f"shop-{number % 10}.example")
    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(lambda _: take(engine), range(4)))
    total = sum(reports, IntakeReport())
    assert total == IntakeReport(opened=10, seen_again=20)
    with read_session(engine) as session:
        assert len(session.exec(select(Case)).all()) == 10
        assert verify_audit(session).holds


def test_an_unknown_threshold_is_refused(sqlite_engine: Engine) -> None:
    with pytest.raises(ValueError, match="`grim` is no level"):
        take(sqlite_engine, threshold="grim")


def test_levels_and_categories_are_those_of_the_detector() -> None:
    assert tuple(Level) == LADDER
    assert NAMES.keys() == CATEGORY_NAMES.keys()
