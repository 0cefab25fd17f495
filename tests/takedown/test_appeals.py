"""An owner objects, somebody else decides, and the withdrawal is proven to have reached everybody who was told."""

from email import message_from_bytes, policy

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from storage.artifacts import ArtifactStore
from storage.audit import verify_audit
from storage.db import write_session
from storage.models import Appeal, Case, Notice, OutboxMail, Withdrawal
from takedown.actor import Actor
from takedown.appeals import MAX_OPEN_PER_HOST, appeal_status, decide_appeal, receive_appeal
from takedown.delivery.outbox import queue_released
from takedown.drafting import draft_notices
from takedown.errors import AppealError, NotAllowedError
from takedown.notices import mark_sent, release_notice
from takedown.withdrawal import (
    is_withdrawn,
    prove_notice,
    prove_publication,
    record_publication,
    steps_of,
    update_withdrawals,
)
from tests.takedown.desk import AN, CHI, HEAD, NOW, open_case, proven_case

EMI = Actor("emi", CHI.roles)
WHY = "Chúng tôi là cửa hàng có đăng ký kinh doanh."


def test_a_receipt_code_opens_the_status_and_nothing_else(engine: Engine) -> None:
    number = open_case(engine)
    with write_session(engine) as session:
        receipt = receive_appeal(session, url="https://shop.example/", text=WHY, name="Chủ shop", now=NOW)
        session.commit()
        assert appeal_status(session, receipt.code).state == "received"
        assert appeal_status(session, receipt.code.lower().replace("-", " ")).state == "received"
        with pytest.raises(AppealError, match="no objection"):
            appeal_status(session, "AAAAA-BBBBB-CCCCC-DDDDD")
        row = session.exec(select(Appeal)).one()
        assert row.case_id == number
        assert receipt.code not in str(row)


def test_an_unknown_site_gets_a_receipt_too(sqlite_engine: Engine) -> None:
    with write_session(sqlite_engine) as session:
        assert receive_appeal(session, url="nobody.example", text=WHY, now=NOW).code


@pytest.mark.parametrize(("url", "text"), [("", WHY), ("not an address", WHY), ("shop.example", " ")])
def test_an_objection_needs_an_address_and_words(sqlite_engine: Engine, url: str, text: str) -> None:
    with write_session(sqlite_engine) as session, pytest.raises(AppealError):
        receive_appeal(session, url=url, text=text, now=NOW)


def test_nobody_buries_the_desk(sqlite_engine: Engine) -> None:
    with write_session(sqlite_engine) as session:
        for _ in range(MAX_OPEN_PER_HOST):
            receive_appeal(session, url="shop.example", text=WHY, now=NOW)
        with pytest.raises(AppealError, match="many open"):
            receive_appeal(session, url="shop.example", text=WHY, now=NOW)


def test_a_rejected_objection_changes_nothing(sqlite_engine: Engine, artifact_store: ArtifactStore) -> None:
    number = open_case(sqlite_engine)
    with write_session(sqlite_engine) as session:
        receipt = receive_appeal(session, url="shop.example", text=WHY, now=NOW)
        decide_appeal(
            session, artifact_store, receipt.appeal_id, upheld=False, decision="Trang vẫn thu cọc.", actor=EMI, now=NOW
        )
        assert appeal_status(session, receipt.code).decision == "Trang vẫn thu cọc."
        assert session.get_one(Case, number).state == "new"
        with pytest.raises(AppealError, match="decided already"):
            decide_appeal(session, artifact_store, receipt.appeal_id, upheld=True, decision="x", actor=EMI, now=NOW)


def test_a_withdrawal_reaches_every_list_and_everybody_who_was_told(
    sqlite_engine: Engine, artifact_store: ArtifactStore
) -> None:
    number = proven_case(sqlite_engine, artifact_store)
    with write_session(sqlite_engine) as session:
        told, untold = draft_notices(
            session, artifact_store, number, head=HEAD, actor=AN, now=NOW, recipients=["pa05_hcm", "a05"]
        )
        release_notice(session, told.id or 0, actor=CHI, now=NOW)
        mark_sent(session, told.id or 0, proof="12/SKHCN", actor=AN, now=NOW)
        record_publication(session, number, place="blocklist.txt", value="shop-a.example", digest="aa", now=NOW)
        receipt = receive_appeal(session, url="https://shop-a.example/", text=WHY, now=NOW)
        with pytest.raises(NotAllowedError, match="had a part"):
            decide_appeal(session, artifact_store, receipt.appeal_id, upheld=True, decision="Nhầm.", actor=CHI, now=NOW)
        decide_appeal(session, artifact_store, receipt.appeal_id, upheld=True, decision="Nhầm.", actor=EMI, now=NOW)
        assert session.get_one(Case, number).state == "false_positive"
        assert is_withdrawn(session, number)
        assert (told.state, untold.state) == ("withdrawn", "cancelled")
        withdrawal = session.exec(select(Withdrawal)).one()
        steps = {step.kind: step for step in steps_of(session, withdrawal.id or 0)}
        assert set(steps) == {"publication", "notice"}
        assert withdrawal.done_at is None
        prove_publication(session, steps["publication"].id or 0, absent_from="bb" * 32, actor=AN, now=NOW)
        prove_notice(session, steps["notice"].id or 0, proof="Số 15/SKHCN", actor=AN, now=NOW)
        assert withdrawal.done_at == NOW
        assert verify_audit(session).holds


def test_a_mailed_withdrawal_is_proven_by_the_outbox(sqlite_engine: Engine, artifact_store: ArtifactStore) -> None:
    number = proven_case(sqlite_engine, artifact_store)
    with write_session(sqlite_engine) as session:
        (told,) = draft_notices(session, artifact_store, number, head=HEAD, actor=AN, now=NOW, recipients=["pa05_hcm"])
        told.channel, told.address, told.state = "email", "pa05@agency.example", "sent"
        receipt = receive_appeal(session, url="https://shop-a.example/", text=WHY, now=NOW)
        decide_appeal(session, artifact_store, receipt.appeal_id, upheld=True, decision="Nhầm.", actor=EMI, now=NOW)
        assert queue_released(session, artifact_store, sender=HEAD.mailbox, now=NOW) == 1
        assert update_withdrawals(session, now=NOW) == ()
        mail = session.exec(select(OutboxMail)).one()
        mail.state, mail.reason = "sent", "250 ok"
        assert update_withdrawals(session, now=NOW) == (1,)
        notice = session.exec(select(Notice).where(Notice.kind == "withdrawal")).one()
        assert told.token in notice.body
        assert "https://shop-a.example/khuyen-mai?ma=Il1O0" in notice.body
        parts = message_from_bytes(artifact_store.get(mail.message_digest), policy=policy.default).iter_attachments()
        assert [part.get_filename() for part in parts] == ["letter.pdf"]
