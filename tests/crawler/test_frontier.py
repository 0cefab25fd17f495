"""What the frontier promises its callers, on both databases."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from crawler.frontier import (
    AddResult,
    FrontierCounts,
    LeasedTarget,
    WantedTarget,
    add_targets,
    count_targets,
    lease_due,
    new_owner,
    record_outcome,
    release_dead,
    release_leases,
    renew_leases,
)
from storage.db import read_session, write_session
from storage.models import Target

NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def wanted(site: str, path: str = "", priority: int = 0, purpose: str = "sweep") -> WantedTarget:
    host = f"{site}.example"
    return WantedTarget(f"https://{host}/{path}", host, host, purpose, source="seeds.csv:1", priority=priority)


def add(
    engine: Engine, targets: Iterable[WantedTarget], now: datetime = NOW, batch: str = "", due_now: bool = False
) -> AddResult:
    with write_session(engine) as session:
        result = add_targets(session, targets, now=now, batch=batch, due_now=due_now)
        session.commit()
    return result


def lease(
    engine: Engine,
    owner: str = "us",
    now: datetime = NOW,
    limit: int = 10,
    batch: str | None = None,
    per_domain: int = 1,
    purpose: str = "sweep",
) -> list[LeasedTarget]:
    with write_session(engine) as session:
        leased = lease_due(
            session,
            owner=owner,
            now=now,
            limit=limit,
            lease_seconds=60,
            batch=batch,
            purpose=purpose,
            per_domain=per_domain,
        )
        session.commit()
    return leased


def settle(
    session: Session, lease: LeasedTarget, failed: bool = False, now: datetime = NOW, level: str = "clean"
) -> bool:
    return record_outcome(
        session,
        lease,
        outcome="timed_out" if failed else "read",
        reason="",
        level=level,
        now=now,
        next_due=now + timedelta(days=1),
        failed=failed,
    )


def hosts(leased: Iterable[LeasedTarget]) -> list[str]:
    return [target.host.removesuffix(".example") for target in leased]


def row(engine: Engine, host: str) -> Target:
    with read_session(engine) as session:
        return session.exec(select(Target).where(Target.host == f"{host}.example")).one()


def test_new_targets_are_due_and_known_ones_keep_their_time(engine: Engine) -> None:
    assert add(engine, [wanted("a"), wanted("b")]) == AddResult(added=2, known=0)
    with write_session(engine) as session:
        assert settle(session, lease_due(session, owner="us", now=NOW, limit=1, lease_seconds=60)[0])
        session.commit()
    assert add(engine, [wanted("a"), wanted("c")], now=NOW + MINUTE, batch="next") == AddResult(added=1, known=1)
    assert row(engine, "a").due_at == NOW + timedelta(days=1)
    assert row(engine, "a").batch == "next"
    assert hosts(lease(engine, now=NOW + MINUTE)) == ["b", "c"]


def test_due_now_brings_known_targets_forward_unless_somebody_visits_them(engine: Engine) -> None:
    add(engine, [wanted("a"), wanted("b")])
    with write_session(engine) as session:
        settle(session, lease_due(session, owner="us", now=NOW, limit=1, lease_seconds=60)[0])
        session.commit()
    assert hosts(lease(engine)) == ["b"]
    add(engine, [wanted("a"), wanted("b")], now=NOW + MINUTE / 2, due_now=True)
    assert row(engine, "a").due_at == NOW + MINUTE / 2
    assert row(engine, "b").due_at == NOW
    assert hosts(lease(engine, owner="others", now=NOW + MINUTE / 2)) == ["a"]


def test_the_same_url_for_two_purposes_is_two_targets(engine: Engine) -> None:
    assert add(engine, [wanted("a"), wanted("a", purpose="verify"), wanted("a")]) == AddResult(added=2, known=0)
    assert [target.purpose for target in lease(engine, purpose="verify")] == ["verify"]
    assert lease(engine) == []  # the same domain is under way already


def test_thousands_are_added_in_chunks(engine: Engine) -> None:
    assert add(engine, (wanted(f"s{number}") for number in range(1201))) == AddResult(added=1201, known=0)
    assert add(engine, (wanted(f"s{number}") for number in range(1203))) == AddResult(added=2, known=1201)


def test_priority_comes_first_then_the_longest_due(engine: Engine) -> None:
    add(engine, [wanted("late")], now=NOW)
    add(engine, [wanted("early")], now=NOW - MINUTE)
    add(engine, [wanted("urgent", priority=5)], now=NOW)
    assert hosts(lease(engine, limit=2)) == ["urgent", "early"]
    assert hosts(lease(engine)) == ["late"]


def test_nothing_is_leased_before_its_time_or_outside_of_the_batch(engine: Engine) -> None:
    add(engine, [wanted("a")], batch="one")
    add(engine, [wanted("b")], batch="two")
    assert lease(engine, now=NOW - MINUTE) == []
    assert hosts(lease(engine, batch="two")) == ["b"]


def test_a_lease_is_exclusive_until_it_runs_out(engine: Engine) -> None:
    add(engine, [wanted("a")])
    assert hosts(lease(engine, "one")) == ["a"]
    assert lease(engine, "two", now=NOW + MINUTE / 2) == []
    (second,) = lease(engine, "two", now=NOW + MINUTE)
    assert second.attempts == 2


def test_no_domain_gets_more_live_leases_than_allowed(engine: Engine) -> None:
    add(engine, [wanted("big", path=str(number), priority=9) for number in range(200)])
    add(engine, [wanted("small")])
    assert hosts(lease(engine, limit=5)) == ["big", "small"]
    assert hosts(lease(engine, "others", limit=5)) == []
    assert hosts(lease(engine, "others", limit=5, per_domain=3)) == ["big", "big"]


def test_a_renewed_lease_lives_on_and_only_the_owner_renews(engine: Engine) -> None:
    add(engine, [wanted("a"), wanted("b")])
    lease(engine, "one", limit=1)
    lease(engine, "two", limit=1)
    with write_session(engine) as session:
        assert renew_leases(session, owner="one", now=NOW + MINUTE / 2, lease_seconds=60) == 1
        session.commit()
    assert hosts(lease(engine, "three", now=NOW + MINUTE)) == ["b"]


def test_released_leases_are_due_at_once_and_cost_no_attempt(engine: Engine) -> None:
    add(engine, [wanted("a"), wanted("b")])
    lease(engine, "one")
    with write_session(engine) as session:
        assert release_leases(session, owner="one", now=NOW) == 2
        session.commit()
    assert [target.attempts for target in lease(engine, "two")] == [1, 1]


def test_an_outcome_is_recorded_once_and_only_by_the_holder(engine: Engine) -> None:
    add(engine, [wanted("a")])
    (first,) = lease(engine, "one")
    (second,) = lease(engine, "two", now=NOW + MINUTE)
    with write_session(engine) as session:
        assert not settle(session, first)
        assert settle(session, second, level="watch")
        assert not settle(session, second)
        session.commit()
    target = row(engine, "a")
    assert (target.visits, target.last_level, target.last_outcome, target.lease_owner) == (1, "watch", "read", "")


def test_a_late_result_of_an_earlier_lease_of_the_same_owner_is_refused(engine: Engine) -> None:
    add(engine, [wanted("a")])
    (first,) = lease(engine, "one")
    (again,) = lease(engine, "one", now=NOW + MINUTE)
    with write_session(engine) as session:
        assert not settle(session, first)
        assert settle(session, again)


def test_an_expired_lease_that_nobody_took_may_still_be_settled(engine: Engine) -> None:
    add(engine, [wanted("a")])
    (leased,) = lease(engine)
    with write_session(engine) as session:
        assert settle(session, leased, now=NOW + 5 * MINUTE)


def test_attempts_count_failures_until_a_success(engine: Engine) -> None:
    add(engine, [wanted("a")])
    for day, failed, attempts in ((0, True, 1), (1, True, 2), (2, False, 0), (3, True, 1)):
        now = NOW + timedelta(days=day)
        with write_session(engine) as session:
            (leased,) = lease_due(session, owner="us", now=now, limit=1, lease_seconds=60)
            assert settle(session, leased, failed=failed, now=now)
            session.commit()
        assert row(engine, "a").attempts == attempts


def test_every_target_counts_in_exactly_one_state(engine: Engine) -> None:
    add(engine, [wanted(name) for name in ("done", "failed", "leased", "due")], batch="b")
    add(engine, [wanted("waiting")], now=NOW + MINUTE, batch="b")
    add(engine, [wanted("other")], batch="other")
    with write_session(engine) as session:
        done, failed, _ = lease_due(session, owner="us", now=NOW, limit=3, lease_seconds=60, batch="b")
        settle(session, done)
        settle(session, failed, failed=True)
        session.commit()
        assert count_targets(session, "b", NOW) == FrontierCounts(due=1, leased=1, done=1, failed=1, waiting=1)
        assert count_targets(session, None, NOW).due == 2
        assert count_targets(session, "nobody", NOW) == FrontierCounts(0, 0, 0, 0, 0)


def test_leases_of_the_living_are_kept(engine: Engine) -> None:
    add(engine, [wanted("a")])
    lease(engine, new_owner())
    with write_session(engine) as session:
        assert release_dead(session, now=NOW) == 0


def test_leases_of_the_dead_are_freed_at_once_and_go_last(engine: Engine) -> None:
    add(engine, [wanted("killer"), wanted("a")], now=NOW - MINUTE)
    lease(engine, dead_owner(), limit=1)
    with write_session(engine) as session:
        assert release_dead(session, now=NOW) == 1
        session.commit()
    assert hosts(lease(engine)) == ["a", "killer"]


def test_a_target_that_kills_every_worker_waits_its_ordinary_turn(engine: Engine) -> None:
    add(engine, [wanted("killer")])
    for _ in range(10):
        assert hosts(lease(engine, dead_owner())) == ["killer"]
        with write_session(engine) as session:
            release_dead(session, now=NOW, revisit_hours=24)
            session.commit()
    assert lease(engine) == []
    assert "the worker ended 10 times" in row(engine, "killer").last_reason
    assert hosts(lease(engine, now=NOW + timedelta(hours=24))) == ["killer"]


def dead_owner() -> str:
    """An owner of this machine whose process has ended: no process ever has start time 1."""
    machine, pid, _, chance = new_owner().rsplit(":", 3)
    return f"{machine}:{pid}:1:{chance}"


@pytest.mark.parametrize(("url", "host"), [("", "a"), ("https://a/" + "x" * 2000, "a"), ("https://a/", "")])
def test_unusable_targets_are_refused_before_they_reach_the_database(url: str, host: str) -> None:
    with pytest.raises(ValueError, match="a target"):
        WantedTarget(url, host, host)


def test_the_longest_url_fits_every_index(engine: Engine) -> None:
    path = "".join(chr(33 + number * 7919 % 94) for number in range(1900))  # hardly compressible
    assert add(engine, [wanted("a", path=path)]).added == 1


@pytest.mark.slow
def test_leasing_stays_quick_with_many_targets(engine: Engine) -> None:
    add(engine, (wanted(f"s{number}", priority=number % 3) for number in range(20_000)))
    started = datetime.now(UTC)
    for _ in range(20):
        assert len(lease(engine, limit=16)) == 16
    assert (datetime.now(UTC) - started).total_seconds() / 20 < 0.1  # 4 and 10 ms with 100,000 on an idle machine
