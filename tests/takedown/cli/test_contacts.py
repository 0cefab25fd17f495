"""`lachan contacts`: what waits for a person, who may decide, and that nothing is used before."""

import json
from datetime import timedelta

import pytest
from sqlmodel import select

from storage.artifacts import ArtifactStore
from storage.db import open_engine, read_session, write_session
from storage.models import Assessment, AuditEntry, Case, DomainRecord
from takedown.actor import Actor, Role
from takedown.gathering import gather_indicators
from takedown.recipients.confirmation import waiting_contacts
from takedown.recipients.learning import emails_in, learn_from_record
from tests.takedown.cli.conftest import Run
from tests.takedown.desk import AN, CHI, NOW, hire, proven_case

EMI = Actor("emi", frozenset({Role.ADMINISTRATOR}))


@pytest.fixture
def desk(sqlite_url: str) -> str:
    hire(open_engine(sqlite_url), AN, CHI, EMI)
    return sqlite_url


def channels(run: Run, *words: str) -> dict[tuple[str, str], str]:
    code, out, _ = run("contacts", "list", "--json", *words)
    assert code == 0
    return {
        (entry["recipient"], entry["channel"]): entry["state"]
        for entry in json.loads(out)["channels"]
        if entry["value"]
    }


def test_an_unconfirmed_channel_is_confirmed_by_a_person_with_a_reason(run: Run, desk: str) -> None:
    before = channels(run, "--unconfirmed")
    (recipient, channel), *_ = [key for key, state in before.items() if state == "unconfirmed" and key[1] == "email"]
    code, out, _ = run(
        "contacts", "confirm", recipient, "--channel", channel, "--reason", "đã gọi", "--as", "chi", "--json"
    )
    assert (code, json.loads(out)["state"]) == (0, "confirmed")
    assert (recipient, channel) not in channels(run, "--unconfirmed")
    assert run("contacts", "reject", recipient, "--channel", channel, "--reason", "thư bị trả", "--as", "emi")[0] == 0
    assert channels(run, "--unconfirmed")[recipient, channel] == "quarantined"


def test_who_may_not_decide_is_told_so(run: Run, desk: str) -> None:
    code, _, err = run("contacts", "confirm", "vnnic", "--reason", "x", "--as", "an")
    assert (code, "phê duyệt" in err) == (2, True)


def test_what_cannot_be_meant_is_said_with_what_can(run: Run, desk: str) -> None:
    code, _, err = run("contacts", "confirm", "weebli", "--reason", "x", "--as", "chi")
    assert (code, "weebly" in err) == (2, True)
    code, _, err = run("contacts", "confirm", "weebly", "--channel", "pigeon", "--reason", "x", "--as", "chi")
    assert (code, "web_form" in err) == (2, True)
    code, _, err = run(
        "contacts", "quarantine", "shop.example", "--value", "not an address", "--source", "x", "--as", "an"
    )
    assert (code, "địa chỉ thư" in err) == (2, True)


def test_a_contact_that_was_typed_in_is_confirmed_by_somebody_else(run: Run, desk: str) -> None:
    words = ("shop.example", "--value", "owner@shop.example", "--source", "chân trang")
    code, out, _ = run("contacts", "quarantine", *words, "--as", "chi", "--json")
    number = str(json.loads(out)["number"])
    code, _, err = run("contacts", "confirm", number, "--reason", "đã gọi", "--as", "chi")
    assert (code, "người khác" in err) == (2, True)
    code, out, _ = run("contacts", "confirm", number, "--reason", "đã gọi", "--as", "emi", "--json")
    assert (code, json.loads(out)["state"]) == (0, "confirmed")
    with read_session(open_engine(desk)) as session:
        actions = {entry.action for entry in session.exec(select(AuditEntry))}
    assert {"contact.quarantined", "contact.learnt_decided"} <= actions


def test_addresses_outside_the_abuse_role_and_on_pages_wait_in_quarantine(
    desk: str, artifact_store: ArtifactStore
) -> None:
    engine, store = open_engine(desk), artifact_store
    number = proven_case(engine, store)
    text = b"Registrant Email: trap@evil.example\nAbuse: abuse@registrar.example\nbroken@@x a@b\n"
    with write_session(engine) as session:
        record = DomainRecord(
            domain="shop-a.example",
            host="shop-a.example",
            looked_up_at=NOW,
            facts={"abuse_emails": ["abuse@registrar.example"]},
            raw={"whois": store.put(text), "tls": store.put(b"cert@tls.example"), "rdap": "ab" * 32},
        )
        session.add(record)
        session.flush()
        assert learn_from_record(session, store, None, record, now=NOW) == 1
        assert learn_from_record(session, store, None, record, now=NOW + timedelta(hours=1)) == 0
        assessment = session.get_one(Assessment, session.get_one(Case, number).assessment_id)
        assessment.indicators = [["email", "Chu@Shop-A.example", ""], ["email", "no address", ""]]
        gather_indicators(session, number, assessment, NOW)
        session.commit()
        waiting = [(row.subject_kind, row.value, row.state) for row in waiting_contacts(session)]
    assert waiting == [
        ("domain", "trap@evil.example", "quarantined"),
        ("host", "chu@shop-a.example", "quarantined"),
    ]


def test_a_hostile_answer_teaches_a_bounded_number() -> None:
    text = b" ".join(b"a%d@b.example" % number for number in range(5000)) + b"@" * 100_000
    assert len(emails_in(text)) == 20
