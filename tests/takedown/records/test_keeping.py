"""Erasure that leaves statistics and its own fact, new operator's keys, and who saw whose data."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from storage.audit import verify_audit
from storage.db import read_session, write_session
from storage.errors import VaultError
from storage.models import AuditEntry, RecordAnswer, RecordItem, RecordRequest
from storage.vault import Vault, add_key
from takedown.actor import CONSOLE
from takedown.errors import NotAllowedError, RecordsError
from takedown.records.answers import AnswerState, add_answer
from takedown.records.keeping import erase_due, erase_request, rewrap_keys, who_saw
from takedown.records.requests import refuse_request, view_request
from takedown.records.sealing import SealedFile, data_key, open_file
from tests.takedown.desk import AN, CHI, DUNG, NOW
from tests.takedown.records.asking import LAM, OFFICER, Office, asked

KEEP = timedelta(days=730)


def ended(office: Office) -> int:
    number = office.take(asked("shop-a.example\n0961234567"))
    with write_session(office.engine) as session:
        refuse_request(session, number, reason="gửi nhầm", actor=CHI, now=NOW)
        session.commit()
    return number


def test_what_is_over_is_erased_by_the_clock_and_leaves_counts(office: Office) -> None:
    number = ended(office)
    running = office.take(asked(number="46/CV"))
    with write_session(office.engine) as session:
        request = session.get_one(RecordRequest, number)
        key, file = data_key(office.vault, request), SealedFile.of(request.files[0])
        assert open_file(office.store, key, file) == b"%PDF-1.7 order"
        assert erase_due(session, actor=CONSOLE, now=NOW + timedelta(days=700), keep=KEEP) == ()
        assert erase_due(session, actor=CONSOLE, now=NOW + timedelta(days=731), keep=KEEP) == (number,)
        assert erase_due(session, actor=CONSOLE, now=NOW + timedelta(days=732), keep=KEEP) == ()
        session.commit()
    with write_session(office.engine) as session:
        request = session.get_one(RecordRequest, number)
        assert (request.wrapped_key, request.sealed, request.files, request.document_number) == (None, None, [], "")
        assert (request.counts["domain"], request.counts["phone"], request.agency) == (1, 1, asked().agency)
        assert request.erased_at is not None
        assert {row.request_id for row in session.exec(select(RecordItem))} == {running}
        with pytest.raises(VaultError, match="erased"):
            view_request(session, office.vault, number, actor=CHI, reason="x", now=NOW)
        assert (
            session.exec(select(AuditEntry).where(AuditEntry.action == "records.erased"))
            .one()
            .subject.endswith(str(number))
        )
        assert verify_audit(session).holds


def test_a_person_erases_only_what_has_ended_with_a_reason(office: Office) -> None:
    number, running = ended(office), office.take(asked(number="46/CV"))
    with write_session(office.engine) as session:
        for which, reason, message in ((running, "x", "close or refuse"), (number, " ", "--reason")):
            with pytest.raises(RecordsError, match=message):
                erase_request(session, which, reason=reason, actor=CHI, now=NOW)
        with pytest.raises(NotAllowedError):
            erase_request(session, number, reason="x", actor=LAM, now=NOW)
        erase_request(session, number, reason="chủ thể yêu cầu", actor=CHI, now=NOW)
        with pytest.raises(RecordsError, match="already"):
            erase_request(session, number, reason="x", actor=CHI, now=NOW)
        session.commit()


def test_answers_are_erased_with_their_request(office: Office) -> None:
    number = office.accepted()
    with write_session(office.engine) as session:
        add_answer(
            session, office.store, office.vault, number, about="shop-a.example", state=AnswerState.REFUSED, source="x",
            received_at=NOW, actor=AN, now=NOW,
        )  # fmt: skip
        session.get_one(RecordRequest, number).state = "closed"
        erase_request(session, number, reason="x", actor=CHI, now=NOW)
        session.commit()
        assert session.exec(select(RecordAnswer)).all() == []


def test_a_new_operators_key_wraps_all_and_the_old_one_may_go(office: Office, tmp_path: Path) -> None:
    number = office.take(asked())
    path = tmp_path / "keys"
    add_key(path)
    with write_session(office.engine) as session:
        assert rewrap_keys(session, Vault.load(path), actor=CONSOLE, now=NOW) == 1
        assert rewrap_keys(session, Vault.load(path), actor=CONSOLE, now=NOW) == 0
        session.commit()
    path.write_text(path.read_text().splitlines()[0])
    with write_session(office.engine) as session:
        seen = view_request(session, Vault.load(path), number, actor=LAM, reason="x", now=NOW)
        assert seen.asked.officer == OFFICER
        with pytest.raises(NotAllowedError):
            rewrap_keys(session, Vault.load(path), actor=CHI, now=NOW)


def test_who_saw_whose_data_is_told_to_those_who_watch(office: Office) -> None:
    first, second = office.take(asked("shop-a.example\n0961234567")), office.take(asked("shop-b.example", number="2"))
    with write_session(office.engine) as session:
        for number, reason in ((first, "thẩm định"), (second, "khác")):
            view_request(session, office.vault, number, actor=CHI, reason=reason, now=NOW)
        session.commit()
    with read_session(office.engine) as session:
        for what in (str(first), "hxxp://shop-a[.]example", "0961 234 567"):
            looks = who_saw(session, what, actor=DUNG, vault=office.vault)
            assert [(look.actor, look.reason, look.request_id) for look in looks] == [("chi", "thẩm định", first)]
        assert who_saw(session, "0961234568", actor=DUNG, vault=office.vault) == ()
        with pytest.raises(RecordsError, match="key"):
            who_saw(session, "0961234567", actor=DUNG)
        with pytest.raises(NotAllowedError):
            who_saw(session, str(first), actor=LAM)
