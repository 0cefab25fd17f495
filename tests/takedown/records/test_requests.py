"""A request is kept as typed, accepted only when complete, seen by whom it concerns; its personal data is sealed."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import select

from storage.db import read_session, write_session
from storage.errors import VaultError
from storage.models import AuditEntry, RecordItem, RecordRequest
from storage.vault import Vault, add_key
from takedown.errors import NotAllowedError, RecordsError
from takedown.offices import load_offices
from takedown.records.gate import Asked, Attachment, Urgency, due_at, missing
from takedown.records.requests import (
    accept_request,
    amend_request,
    close_request,
    list_requests,
    refuse_request,
    take_request,
    view_request,
)
from takedown.records.states import MOVES, RecordState
from tests.takedown.desk import AN, CHI, DUNG, NOW
from tests.takedown.records.asking import LAM, MAI, OFFICER, Office, asked


def lacks(document: Asked, *, has_order: bool = True) -> str:
    return "\n".join(missing(document, has_order=has_order, offices=load_offices(), now=NOW))


def test_the_gate_names_all_that_is_missing_at_once() -> None:
    words = lacks(Asked(), has_order=False)
    for part in (
        "number",
        "date",
        "agency",
        "unit",
        "officer",
        "case number",
        "purpose",
        "domain",
        "attached",
        "legal",
    ):
        assert part in words
    assert lacks(asked()) == ""


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"legal": ()}, "no legal basis"),
        ({"legal": ("luat_cu",)}, "no such basis"),
        ({"legal": ("icann_raa",)}, "no such basis"),  # a basis, and not for records
        ({"document_date": date(2026, 6, 1)}, "no such basis"),  # before the law was in force
        ({"document_date": date(2026, 12, 1)}, "future"),
        ({"received_at": NOW + timedelta(hours=1)}, "future"),
        ({"urgency": Urgency.HOURS_6}, "clock of 6 hours"),
    ],
)
def test_a_document_without_law_date_or_clock_is_told_so(changed: dict[str, object], words: str) -> None:
    assert words in lacks(replace(asked(), **changed))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("urgency", "expected"),
    [
        (Urgency.HOURS_24, NOW + timedelta(hours=24)),
        (Urgency.HOURS_6, NOW + timedelta(hours=6)),
        (Urgency.HOURS_3, NOW + timedelta(hours=3)),
        (Urgency.ORDINARY, datetime(2026, 12, 2, 10, tzinfo=UTC)),  # five working days on, a week-end between
    ],
)
def test_clocks(urgency: Urgency, expected: datetime) -> None:
    assert due_at(urgency, NOW, ordinary_days=5) == expected


def test_a_draft_is_kept_incomplete_and_completed_later(office: Office) -> None:
    number = office.take(replace(asked(), legal=(), officer=""), order=None)
    with write_session(office.engine) as session, pytest.raises(RecordsError, match=r"not attached[\s\S]*legal basis"):
        accept_request(session, office.vault, number, actor=CHI, now=NOW)
    with write_session(office.engine) as session:
        taken = amend_request(
            session,
            office.store,
            office.vault,
            number,
            asked("shop-b.example 0912345678"),
            order=Attachment.read("../../a\x00b.pdf", b"%PDF-"),
            actor=LAM,
            now=NOW,
        )
        assert taken.missing == ()
        assert taken.request.files[0][1] == "a_b.pdf"
        done = accept_request(session, office.vault, number, actor=CHI, now=NOW)
        session.commit()
        assert (done.state, done.due_at) == (RecordState.ACCEPTED, NOW + timedelta(hours=24))
        kinds = sorted(row.kind for row in session.exec(select(RecordItem)))
        assert kinds == ["domain", "phone"]
        with pytest.raises(RecordsError, match="only a draft"):
            amend_request(session, office.store, office.vault, number, asked(), actor=LAM, now=NOW)


def test_who_made_it_does_not_accept_it(office: Office) -> None:
    number = office.take(asked(), actor=CHI)
    with write_session(office.engine) as session, pytest.raises(NotAllowedError, match="another person"):
        accept_request(session, office.vault, number, actor=CHI, now=NOW)


def test_the_same_document_has_one_open_request(office: Office) -> None:
    first = office.take(asked())
    with pytest.raises(RecordsError, match=f"request {first}"):
        office.take(replace(asked(), document_number=" 45/cv-pa05", agency="CÔNG AN thành phố Hồ Chí Minh"))
    with pytest.raises(RecordsError, match="somebody else"):
        office.take(asked(), actor=MAI)
    with write_session(office.engine) as session:
        refuse_request(session, first, reason="gửi nhầm", actor=CHI, now=NOW)
        session.commit()
    assert office.take(asked()) != first


def test_police_see_their_own_and_every_look_has_a_reason(office: Office) -> None:
    mine, other = office.take(asked()), office.take(asked(number="46/CV"), actor=MAI)
    with write_session(office.engine) as session:
        assert [row.id for row in list_requests(session, actor=LAM, now=NOW)] == [mine]
        assert {row.id for row in list_requests(session, actor=DUNG, now=NOW)} == {mine, other}
        for stranger in (MAI, AN, DUNG):
            with pytest.raises(NotAllowedError):
                view_request(session, office.vault, mine, actor=stranger, reason="tò mò", now=NOW)
        with pytest.raises(RecordsError, match="reason"):
            view_request(session, office.vault, mine, actor=LAM, reason=" ", now=NOW)
        seen = view_request(session, office.vault, mine, actor=CHI, reason="thẩm định", now=NOW)
        session.commit()
        assert (seen.asked.officer, seen.asked.purpose) == (OFFICER, asked().purpose)
        assert [entry.subject.value for entry in seen.items] == ["shop-a.example"]
        (look,) = session.exec(select(AuditEntry).where(AuditEntry.action == "records.viewed")).all()
        assert (look.actor, look.detail["reason"]) == ("chi", "thẩm định")


def test_nothing_personal_lies_open_in_the_database_or_the_audit_chain(office: Office) -> None:
    number = office.take(asked("0912345678\nshop-a.example"))
    with read_session(office.engine) as session:
        request = session.get_one(RecordRequest, number)
        rows = [request.model_dump(), *(row.model_dump() for row in session.exec(select(RecordItem)))]
        rows += [entry.model_dump() for entry in session.exec(select(AuditEntry))]
        stored = b"".join(office.store.get(digest) for digest in office.store.digests())
    for secret in (OFFICER, "912345678", asked().purpose, "028 3838"):
        assert secret not in str(rows)
        assert secret.encode() not in b"".join(value for row in rows for value in row.values() if type(value) is bytes)
    assert b"%PDF-1.7 order" not in stored


def test_without_the_key_lists_work_and_the_rest_says_what_to_do(office: Office, tmp_path: object) -> None:
    from pathlib import Path

    number = office.take(asked())
    other = Path(str(tmp_path)) / "other"
    add_key(other)
    with write_session(office.engine) as session:
        assert len(list_requests(session, actor=LAM, now=NOW)) == 1
        with pytest.raises(VaultError, match="nothing is lost"):
            view_request(session, Vault.load(other), number, actor=LAM, reason="x", now=NOW)


@pytest.mark.parametrize("data", [b"", b"MZ\x90\x00 program", b"<html>", b"%PDF-" + b"x" * 20_000_001])
def test_an_attachment_is_a_bounded_document(data: bytes) -> None:
    with pytest.raises(RecordsError):
        Attachment.read("a.exe", data)


def test_no_state_is_a_dead_end_but_the_ends_and_moves_are_guarded(office: Office) -> None:
    reached = {to for moves in MOVES.values() for to in moves}
    assert reached == set(RecordState) - {RecordState.DRAFTED}
    assert {state for state, moves in MOVES.items() if not moves} == {RecordState.CLOSED, RecordState.REFUSED}
    number = office.take(asked())
    with write_session(office.engine) as session:
        with pytest.raises(RecordsError, match="cannot go"):
            close_request(session, number, reason="x", actor=CHI, now=NOW)
        with pytest.raises(RecordsError, match="reason"):
            refuse_request(session, number, reason=" ", actor=CHI, now=NOW)


def test_ten_thousand_domains_are_taken_in(office: Office) -> None:
    text = "\n".join(f"hxxp://shop-{number}[.]example/x" for number in range(10_000))
    number = office.take(asked(text))
    with write_session(office.engine) as session:
        accept_request(session, office.vault, number, actor=CHI, now=NOW)
        assert session.get_one(RecordRequest, number).counts["domain"] == 10_000


def test_a_field_without_end_is_refused(office: Office) -> None:
    with write_session(office.engine) as session, pytest.raises(RecordsError, match="officer"):
        take_request(session, office.store, office.vault, replace(asked(), officer="x" * 201), actor=LAM, now=NOW)
