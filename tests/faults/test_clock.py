"""A clock that steps back: leases of the dead are freed, work is due, the log's order holds, and doctor says so."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import select

from crawler.frontier import WantedTarget, add_targets, lease_due, release_dead, release_leases, renew_leases
from crawler.lease_owner import new_owner
from storage.audit import record_audit, verify_audit
from storage.db import read_session, write_session
from storage.models import Target

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
BACK = NOW - timedelta(hours=3)


def add(engine: Engine) -> None:
    with write_session(engine) as session:
        wanted = [WantedTarget(url=f"https://{n}.example/", host=f"{n}.example", domain=f"{n}.example") for n in "abc"]
        add_targets(session, wanted, now=NOW)
        session.commit()


def lease(engine: Engine, owner: str, now: datetime) -> int:
    with write_session(engine) as session:
        taken = lease_due(session, owner=owner, now=now, limit=9, lease_seconds=600)
        session.commit()
        return len(taken)


def test_the_leases_of_a_dead_process_are_due_at_once_though_they_were_taken_in_the_future(engine: Engine) -> None:
    add(engine)
    dead = new_owner().rsplit(":", 3)
    assert lease(engine, ":".join((dead[0], "999999999", "1", "x")), NOW) == 3
    with write_session(engine) as session:
        assert release_dead(session, now=BACK) == 3
        session.commit()
    assert lease(engine, new_owner(), BACK) == 3


def test_what_a_stopped_run_gives_back_is_due_at_once_too(engine: Engine) -> None:
    add(engine)
    owner = new_owner()
    assert lease(engine, owner, NOW) == 3
    with write_session(engine) as session:
        assert release_leases(session, owner=owner, now=BACK) == 3
        session.commit()
    assert lease(engine, owner, BACK) == 3


def test_a_living_lease_is_given_to_nobody_else_and_is_renewed_by_the_new_time(engine: Engine) -> None:
    add(engine)
    owner = new_owner()
    assert lease(engine, owner, NOW) == 3
    assert lease(engine, "other", BACK) == 0
    with write_session(engine) as session:
        assert renew_leases(session, owner=owner, now=BACK, lease_seconds=600) == 3
        session.commit()
        assert session.exec(select(Target.lease_until)).first() == BACK + timedelta(seconds=600)


def test_the_log_is_in_the_order_of_writing_whatever_the_clock_says(engine: Engine) -> None:
    with write_session(engine) as session:
        for at in (NOW, BACK, NOW):
            record_audit(session, at=at, actor="an", action="test", subject="case:1")
        session.commit()
    with read_session(engine) as session:
        report = verify_audit(session)
    assert (report.entries, report.holds) == (3, True)
