"""The queue's order and filters, and everything that one case shows."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from storage.db import read_session, write_session
from storage.models import Assessment, DomainRecord, Observation, ObservationFile
from takedown.errors import CaseMissingError
from takedown.intake import take_in
from takedown.queue import count_cases, list_cases, load_case

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def signal(rule: str, points: float) -> dict[str, Any]:
    return {"rule": rule, "family": "money", "points": points, "message_vi": "Lý do", "message_en": "Reason"}


def add(session: Session, host: str, level: str, points: float, **columns: Any) -> Assessment:
    values: dict[str, Any] = {
        "url": f"https://{host}/",
        "host": host,
        "domain": host,
        "assessed_at": NOW,
        "level": level,
        "points": points,
        "probability": 0.9,
        "categories": [["loan", points]],
        "signals": [signal("a.low", 1.0), signal("b.high", 3.0), signal("c.honest", -2.0)],
        "rule_set": "abc",
    }
    row = Assessment(**{**values, **columns})
    session.add(row)
    session.flush()
    return row


def filled(engine: Engine) -> None:
    with write_session(engine) as session:
        add(session, "low.example", "suspicious", 1.0)
        add(session, "high.example", "near_certain", 7.0)
        add(session, "mid.example", "suspicious", 2.0)
        take_in(session, now=NOW, threshold="suspicious")
        session.commit()


def test_the_worst_comes_first(engine: Engine) -> None:
    filled(engine)
    with read_session(engine) as session:
        rows = list_cases(session)
        assert [row.host for row in rows] == ["high.example", "mid.example", "low.example"]
        assert [reason.rule for reason in rows[0].reasons] == ["b.high", "a.low"]
        assert [row.host for row in list_cases(session, limit=1, offset=1)] == ["mid.example"]


def test_filters(sqlite_engine: Engine) -> None:
    filled(sqlite_engine)
    with read_session(sqlite_engine) as session:
        assert [row.host for row in list_cases(session, level="likely")] == ["high.example"]
        assert count_cases(session, state="new") == 3
        assert count_cases(session, state="closed") == 0
        with pytest.raises(ValueError, match="`gone` is no state"):
            list_cases(session, state="gone")


def test_a_case_shows_score_evidence_and_history(engine: Engine) -> None:
    with write_session(engine) as session:
        lookups = [{"service": "rdap", "state": "no_public_service", "reason": ".vn has none"}]
        record = DomainRecord(
            domain="shop.example", host="shop.example", looked_up_at=NOW, facts={"registrar": "R"}, lookups=lookups
        )
        session.add(record)
        session.flush()
        assessment = add(session, "shop.example", "likely", 4.0, domain_record_id=record.id)
        for hours, vantage in enumerate(("fetch", "phone")):
            seen = Observation(
                assessment_id=assessment.id,
                url="https://shop.example/",
                host="shop.example",
                domain="shop.example",
                vantage=vantage,
                outcome="read",
                status=200,
                observed_at=NOW + timedelta(hours=hours),
                manifest_digest="d" * 64,
                timestamp_state="pending",
            )
            session.add(seen)
            session.flush()
            session.add(
                ObservationFile(
                    observation_id=seen.id, name="visit.warc.gz", digest="e" * 64, size=10, media_type="a/b"
                )
            )
        take_in(session, now=NOW, threshold="suspicious")
        session.commit()
    with read_session(engine) as session:
        view = load_case(session, 1)
    assert view.score is not None
    assert view.score.categories == (("loan", 4.0),)
    assert [part.points for part in view.score.adjustments] == [2.0]  # kept before adjustments were: one rest
    assert [entry.vantage for entry in view.evidence] == ["phone", "fetch"]
    assert [file.name for file in view.evidence[0].files] == ["visit.warc.gz"]
    assert view.domain is not None
    assert (view.domain.registrar, view.domain.lookups[0].state) == ("R", "no_public_service")
    assert [event.kind for event in view.history] == ["opened"]
    assert dict(view.history[0].detail)["level"] == "likely"


def test_what_enters_the_sum_beside_the_signals_is_shown(sqlite_engine: Engine) -> None:
    kept = [{"points": -4.0, "message_vi": "khởi đầu", "message_en": "start"}]
    with write_session(sqlite_engine) as session:
        add(session, "shop.example", "suspicious", 1.0, signals=[signal("a", 5.0)], adjustments=kept)
        take_in(session, now=NOW, threshold="suspicious")
        session.commit()
    with read_session(sqlite_engine) as session:
        view = load_case(session, 1)
    assert view.score is not None
    assert [(part.points, part.message("vi"), part.message("en")) for part in view.score.adjustments] == [
        (-4.0, "khởi đầu", "start")
    ]


def test_a_missing_case_is_named(sqlite_engine: Engine) -> None:
    with read_session(sqlite_engine) as session, pytest.raises(CaseMissingError, match="no case 9"):
        load_case(session, 9)
