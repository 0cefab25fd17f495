"""From the crawler's visits to «down», to the watch afterwards, and back when the page returns."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from storage.audit import verify_audit
from storage.db import read_session, write_session
from storage.models import Assessment, Case, DomainRecord, Observation, Target, Verification, Watch
from takedown.errors import NoticeError
from takedown.lifecycle import CaseState
from takedown.watching import WatchReport, ask_due, check_now, judge_asked, start_watch
from tests.takedown.desk import NOW, open_case

CONTROL = "https://control.example/"
HOURS = timedelta(hours=1)


def watched(engine: Engine, state: CaseState = CaseState.WAITING) -> int:
    number = open_case(engine, "shop.example", state)
    with write_session(engine) as session:
        start_watch(session, number, now=NOW - 2 * HOURS)
        session.commit()
    return number


def visit(engine: Engine, url: str, now: datetime, outcome: str, level: str = "unknown", status: int = 200) -> None:
    """What the crawler leaves: an assessment and a visit from each of two vantages."""
    with write_session(engine) as session:
        target = session.exec(select(Target).where(Target.url == url, Target.purpose == "verify")).one()
        host = target.host
        assessment = Assessment(
            url=url,
            host=host,
            domain=host,
            assessed_at=now,
            level=level,
            points=0,
            probability=0.5,
            rule_set="abc",
            taken_in_at=now,
        )
        session.add(assessment)
        session.flush()
        for vantage in ("fetch", "phone"):
            session.add(
                Observation(
                    target_id=target.id,
                    assessment_id=assessment.id,
                    url=url,
                    host=host,
                    domain=host,
                    vantage=vantage,
                    outcome=outcome,
                    status=status,
                    observed_at=now,
                )
            )
        session.commit()


def one_round(engine: Engine, now: datetime, outcome: str, level: str = "unknown", status: int = 404) -> WatchReport:
    with write_session(engine) as session:
        ask_due(session, now=now, control_url=CONTROL)
        session.commit()
    visit(engine, "https://shop.example/", now, outcome, level, status)
    visit(engine, CONTROL, now, "read", "clean")
    with write_session(engine) as session:
        report = judge_asked(session, now=now, control_url=CONTROL)
        session.commit()
        return report


def case_state(engine: Engine, number: int) -> str:
    with read_session(engine) as session:
        return session.get_one(Case, number).state


def test_a_page_that_stays_away_is_down_and_its_return_reopens_the_case(engine: Engine) -> None:
    number = watched(engine)
    assert one_round(engine, NOW, "http_error").judged == (number,)
    assert case_state(engine, number) == "waiting"
    assert one_round(engine, NOW + 10 * HOURS, "http_error").judged == (number,)
    assert one_round(engine, NOW + 21 * HOURS, "http_error").down == (number,)
    assert case_state(engine, number) == "down"
    assert one_round(engine, NOW + 46 * HOURS, "http_error").judged == (number,)
    assert one_round(engine, NOW + 100 * HOURS, "read", "likely").relapsed == (number,)
    assert case_state(engine, number) == "confirmed"
    with read_session(engine) as session:
        assert session.get_one(Watch, number).purpose == "takedown"
        assert verify_audit(session).holds


def test_a_watch_that_found_nothing_closes_the_case(sqlite_engine: Engine) -> None:
    number = watched(sqlite_engine, CaseState.DOWN)
    with write_session(sqlite_engine) as session:
        watch = start_watch(session, number, now=NOW, purpose="relapse")
        watch.step = 5
        watch.due_at = NOW
        session.commit()
    assert one_round(sqlite_engine, NOW, "http_error").closed == (number,)
    assert case_state(sqlite_engine, number) == "closed"


def test_a_failing_control_page_keeps_the_case_open(sqlite_engine: Engine) -> None:
    number = watched(sqlite_engine)
    for hours in (0, 12, 30):
        now = NOW + hours * HOURS
        with write_session(sqlite_engine) as session:
            check_now(session, number, now=now)
            ask_due(session, now=now, control_url=CONTROL)
            session.commit()
        visit(sqlite_engine, "https://shop.example/", now, "http_error", status=404)
        visit(sqlite_engine, CONTROL, now, "timed_out")
        with write_session(sqlite_engine) as session:
            assert judge_asked(session, now=now, control_url=CONTROL).judged == (number,)
            session.commit()
    with read_session(sqlite_engine) as session:
        assert {row.verdict for row in session.exec(select(Verification))} == {"our_fault"}
    assert case_state(sqlite_engine, number) == "waiting"


def test_the_round_waits_for_the_crawler_but_not_for_ever(sqlite_engine: Engine) -> None:
    number = watched(sqlite_engine)
    with write_session(sqlite_engine) as session:
        assert ask_due(session, now=NOW, control_url=CONTROL) == (number,)
        assert ask_due(session, now=NOW, control_url=CONTROL) == ()
        assert judge_asked(session, now=NOW + HOURS, control_url=CONTROL).waiting == (number,)
        assert judge_asked(session, now=NOW + 7 * HOURS, control_url=CONTROL).judged == (number,)
        targets = session.exec(select(Target)).all()
        assert {(target.url, target.purpose) for target in targets} == {
            (CONTROL, "verify"),
            ("https://shop.example/", "verify"),
        }


def test_without_a_control_page_nothing_is_verified(sqlite_engine: Engine) -> None:
    watched(sqlite_engine)
    with write_session(sqlite_engine) as session, pytest.raises(NoticeError, match="LACHAN_CONTROL_URL"):
        ask_due(session, now=NOW, control_url="")


@pytest.mark.parametrize(("hours", "verdict"), [(0, "dns_hold"), (-30, "unknown")])
def test_only_codes_of_this_round_say_who_took_the_name_away(sqlite_engine: Engine, hours: int, verdict: str) -> None:
    watched(sqlite_engine)
    with write_session(sqlite_engine) as session:
        said = {"domain": "shop.example", "statuses": ["client hold"]}
        at = NOW + hours * HOURS
        session.add(DomainRecord(domain="shop.example", host="shop.example", looked_up_at=at, facts=said))
        session.commit()
    one_round(sqlite_engine, NOW, "dns_failed", status=0)
    with read_session(sqlite_engine) as session:
        (word,) = session.exec(select(Verification)).all()
    assert (word.verdict, word.acted) == (verdict, "registrar" if hours == 0 else "")
