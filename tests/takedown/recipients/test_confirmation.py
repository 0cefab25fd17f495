"""A contact is used only after a person confirmed it, for as long as that holds, and the audit log says who."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from storage.db import read_session, write_session
from storage.models import AuditEntry, Staff
from takedown.errors import NotAllowedError
from takedown.recipients import ChannelKind, ContactState, load_recipients
from takedown.recipients.confirmation import (
    CONFIRMED_FOR,
    ContactDecisionError,
    Decision,
    current_recipient,
    current_registry,
    decide_contact,
    decide_learnt,
    learnt_contacts,
    quarantine_contact,
)

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
WEEBLY = load_recipients().get("weebly")
assert WEEBLY is not None
FORM = "https://www.weebly.com/spam"


def decide(engine: Engine, decision: Decision, at: datetime = NOW, value: str = FORM) -> None:
    with write_session(engine) as session:
        decide_contact(
            session, WEEBLY, ChannelKind.WEB_FORM, value, decision=decision, actor="an", reason="đã gọi hỏi", now=at
        )
        session.commit()


def test_a_confirmation_opens_the_channel_until_it_lapses(engine: Engine) -> None:
    assert WEEBLY.usable_channels() == ()
    decide(engine, Decision.CONFIRMED)
    with read_session(engine) as session:
        now = current_recipient(session, WEEBLY, now=NOW)
        later = current_recipient(session, WEEBLY, now=NOW + CONFIRMED_FOR)
        registry = current_registry(session, load_recipients(), now=NOW)
        entry = session.exec(select(AuditEntry).where(AuditEntry.action == "contact.decided")).one()
    assert [(channel.value, channel.verified_by) for channel in now.usable_channels()] == [(FORM, "an")]
    assert later.usable_channels() == ()
    assert registry.get("weebly") == now
    assert (entry.actor, entry.subject, entry.detail["decision"]) == ("an", "weebly", "confirmed")


def test_the_newest_decision_counts(engine: Engine) -> None:
    decide(engine, Decision.CONFIRMED)
    decide(engine, Decision.REJECTED, NOW + timedelta(days=1))
    with read_session(engine) as session:
        found = current_recipient(session, WEEBLY, now=NOW + timedelta(days=2))
    assert [channel.state for channel in found.channels] == [ContactState.QUARANTINED]


def test_a_person_may_add_an_address_that_the_file_lacks(engine: Engine) -> None:
    decide(engine, Decision.CONFIRMED, value="https://weebly.example/abuse")
    with read_session(engine) as session:
        found = current_recipient(session, WEEBLY, now=NOW)
    assert [channel.value for channel in found.usable_channels()] == ["https://weebly.example/abuse"]


def test_a_learnt_contact_waits_and_is_kept_once(engine: Engine) -> None:
    with write_session(engine) as session:
        for _ in range(2):
            row = quarantine_contact(
                session,
                subject_kind="host",
                subject="shop.example",
                kind=ChannelKind.EMAIL,
                value="abuse@host.example",
                source="a line of WHOIS",
                now=NOW,
            )
        assert row.state == ContactState.QUARANTINED
        decide_learnt(session, row, decision=Decision.CONFIRMED, actor="an", reason="gọi tổng đài", now=NOW)
        session.commit()
    with read_session(engine) as session:
        (found,) = learnt_contacts(session, "host", "shop.example")
        assert (found.state, found.actor) == (ContactState.CONFIRMED, "an")
        assert session.exec(select(AuditEntry).where(AuditEntry.action == "contact.learnt_decided")).one()


def test_an_account_that_nobody_confirmed_decides_about_no_contact(engine: Engine) -> None:
    words = {"decision": Decision.CONFIRMED, "reason": "gọi tổng đài", "now": NOW}
    with write_session(engine) as session:
        ghost = {"full_name": "", "roles": ["approver"], "created_at": NOW, "updated_at": NOW}
        session.add(Staff(name="ghost", unconfirmed_by=["lan"], **ghost))
        typed = {"subject_kind": "host", "subject": "shop.example", "kind": ChannelKind.EMAIL, "source": "x"}
        theirs = quarantine_contact(session, **typed, value="a@host.example", entered_by="ghost", now=NOW)
        other = quarantine_contact(session, **typed, value="b@host.example", entered_by="an", now=NOW)
        with pytest.raises(NotAllowedError, match="«ghost» was made or changed by «lan»"):
            decide_contact(session, WEEBLY, ChannelKind.WEB_FORM, FORM, actor="ghost", **words)
        for row, actor in ((other, "ghost"), (theirs, "an")):
            with pytest.raises(NotAllowedError, match="«ghost»"):
                decide_learnt(session, row, actor=actor, **words)
            assert row.decided_at is None
        session.exec(select(Staff)).one().unconfirmed_by = []
        decide_learnt(session, theirs, actor="an", **words)
        assert theirs.state == ContactState.CONFIRMED


@pytest.mark.parametrize(
    ("value", "actor", "reason"), [(FORM, "", "x"), (FORM, "an", " "), ("", "an", "x"), ("javascript:x", "an", "x")]
)
def test_a_decision_needs_a_name_a_reason_and_an_address(engine: Engine, value: str, actor: str, reason: str) -> None:
    with write_session(engine) as session, pytest.raises(ContactDecisionError):
        decide_contact(
            session,
            WEEBLY,
            ChannelKind.WEB_FORM,
            value,
            decision=Decision.CONFIRMED,
            actor=actor,
            reason=reason,
            now=NOW,
        )
