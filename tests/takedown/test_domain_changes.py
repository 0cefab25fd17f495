"""A change of a domain joins the history of its open case once, and no other's."""

from datetime import UTC, datetime

from sqlalchemy import Engine
from sqlmodel import Session, select

from storage.db import read_session, write_session
from storage.models import AuditEntry, CaseEvent, DomainChange, DomainRecord
from takedown.domain_changes import KIND, take_in_changes
from takedown.lifecycle import CaseState
from tests.takedown.test_lifecycle import stored_case

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def change(session: Session, domain: str, field: str = "registrar") -> None:
    records = [DomainRecord(domain=domain, host=domain, looked_up_at=NOW) for _ in range(2)]
    session.add_all(records)
    session.flush()
    old, new = (record.id for record in records)
    assert old is not None
    assert new is not None
    session.add(
        DomainChange(
            domain=domain, host=domain, field=field, before=["A"], after=["B"], noticed_at=NOW,
            old_record_id=old, new_record_id=new,
        )
    )  # fmt: skip


def test_a_change_is_told_to_the_open_case_once(engine: Engine) -> None:
    number = stored_case(engine)
    stored_case(engine, "closed.example", CaseState.FALSE_POSITIVE)
    with write_session(engine) as session:
        for domain in ("shop.example", "closed.example", "other.example"):
            change(session, domain)
        session.commit()
    for expected in ((1, 2), (0, 0)):
        with write_session(engine) as session:
            report = take_in_changes(session, now=NOW)
            session.commit()
        assert (report.told, report.no_case) == expected
    with read_session(engine) as session:
        (event,) = session.exec(select(CaseEvent).where(CaseEvent.kind == KIND)).all()
        assert (event.case_id, event.detail["field"], event.detail["after"]) == (number, "registrar", ["B"])
        assert session.exec(select(AuditEntry).where(AuditEntry.action == f"case.{KIND}")).one()


def test_an_owner_s_name_enters_neither_the_log_nor_the_case_s_history(engine: Engine) -> None:
    """Nothing could erase it there."""
    stored_case(engine)
    with write_session(engine) as session:
        change(session, "shop.example", "registrant")
        take_in_changes(session, now=NOW)
        session.commit()
    with read_session(engine) as session:
        (event,) = session.exec(select(CaseEvent).where(CaseEvent.kind == KIND)).all()
        entry = session.exec(select(AuditEntry).where(AuditEntry.action == f"case.{KIND}")).one()
        for detail in (event.detail, entry.detail):
            assert (detail["field"], "before" in detail, "after" in detail) == ("registrant", False, False)
