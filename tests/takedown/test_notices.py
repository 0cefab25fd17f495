"""Notices: only for proven cases, one a recipient, prepared by one and released by another."""

import io
import json
from dataclasses import asdict
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from storage.artifacts import ArtifactStore
from storage.audit import verify_audit
from storage.db import read_session, write_session
from storage.models import Case, CaseEvent, Notice, Observation
from takedown.actor import CONSOLE
from takedown.drafting import add_drafts, draft_notices, plan_notices, prepare_drafts
from takedown.errors import NotAllowedError, NoticeError, RefusedError
from takedown.lifecycle import CaseState
from takedown.notices import (
    cancel_notice,
    mark_sent,
    notices_of,
    release_notice,
    unchecked_law,
    urls_of,
)
from takedown.offices import add_office_row, current_offices
from takedown.recipients import ChannelKind, load_recipients
from takedown.recipients.confirmation import Decision, decide_contact
from takedown.review import undo
from tests.takedown.desk import AN, CHI, HEAD, NOW, open_case, proven_case

URL = "https://shop-a.example/khuyen-mai?ma=Il1O0"


@pytest.fixture
def number(sqlite_engine: Engine, artifact_store: ArtifactStore) -> int:
    return proven_case(sqlite_engine, artifact_store)


def drafted(engine: Engine, store: ArtifactStore, number: int, *recipients: str) -> list[int]:
    with write_session(engine) as session:
        made = draft_notices(session, store, number, head=HEAD, actor=AN, now=NOW, recipients=recipients or None)
        session.commit()
        return [notice.id for notice in made if notice.id is not None]


@pytest.mark.parametrize("outcome", ["login_wall", "truncated"])
def test_a_page_that_is_only_a_door_or_was_cut_short_can_be_reported(
    sqlite_engine: Engine, artifact_store: ArtifactStore, number: int, outcome: str
) -> None:
    with write_session(sqlite_engine) as session:
        session.exec(select(Observation)).one().outcome = outcome
        session.commit()
    assert drafted(sqlite_engine, artifact_store, number, "pa05_hcm") == [1]


def test_the_plan_names_who_why_and_what_stands_against_it(sqlite_engine: Engine, number: int) -> None:
    with read_session(sqlite_engine) as session:
        planned = plan_notices(session, number, head=HEAD, now=NOW)
    roles = {step.recipient.id: step.role for step in planned.plan.steps}
    assert roles["cloudflare"] == "host"
    assert "registrar" in roles.values()
    assert "bank" in roles.values()
    assert planned.findings == ()


def test_a_draft_holds_every_form_and_the_address_as_it_was_seen(
    sqlite_engine: Engine, artifact_store: ArtifactStore, number: int
) -> None:
    from pypdf import PdfReader

    (notice_id,) = drafted(sqlite_engine, artifact_store, number, "cloudflare")
    with read_session(sqlite_engine) as session:
        notice = session.get_one(Notice, notice_id)
        (named,) = urls_of(session, notice_id)
    files = {name: artifact_store.get(digest) for name, digest, *_ in notice.documents}
    assert set(files) == {"letter.pdf", "letter.docx", "annex.csv", "annex.json", "form.txt", "xarf-1.json"}
    assert named.url == URL
    assert URL in notice.body
    assert named.code in notice.body
    assert notice.token in notice.subject
    assert json.loads(files["annex.json"])["urls"][0]["check_code"] == named.code
    assert URL in files["annex.csv"].decode("utf-8-sig")
    assert json.loads(files["xarf-1.json"])["url"] == URL
    pages = PdfReader(io.BytesIO(files["letter.pdf"])).pages
    assert URL in "".join("".join(page.extract_text().split()) for page in pages)
    assert any(page.images for page in pages)


def test_a_second_draft_makes_nothing_new(sqlite_engine: Engine, artifact_store: ArtifactStore, number: int) -> None:
    assert len(drafted(sqlite_engine, artifact_store, number, "cloudflare")) == 1
    assert drafted(sqlite_engine, artifact_store, number, "cloudflare") == []
    with write_session(sqlite_engine) as session:
        (notice,) = notices_of(session, number)
        cancel_notice(session, notice.id or 0, reason="sai", actor=AN, now=NOW)
        session.commit()
    assert len(drafted(sqlite_engine, artifact_store, number, "cloudflare")) == 1


def test_four_eyes_are_enforced_here(sqlite_engine: Engine, artifact_store: ArtifactStore, number: int) -> None:
    (notice_id,) = drafted(sqlite_engine, artifact_store, number, "cloudflare")
    both = type(AN)("an", AN.roles | CHI.roles)
    with write_session(sqlite_engine) as session:
        with pytest.raises(NotAllowedError, match="another person"):
            release_notice(session, notice_id, actor=both, now=NOW)
        with pytest.raises(NotAllowedError, match="approver"):
            release_notice(session, notice_id, actor=AN, now=NOW)
        notice = release_notice(session, notice_id, actor=CHI, now=NOW)
        assert (notice.state, notice.approved_by) == ("released", "chi")
        assert session.get_one(Case, number).state == "requested"
        with pytest.raises(RefusedError, match="only a verdict"):
            undo(session, number, reason="nhầm", actor=CHI, now=NOW)


def test_a_letter_that_was_sent_starts_its_clock(
    sqlite_engine: Engine, artifact_store: ArtifactStore, number: int
) -> None:
    (notice_id,) = drafted(sqlite_engine, artifact_store, number, "pa05_hcm")
    with write_session(sqlite_engine) as session:
        with pytest.raises(NoticeError, match="released one is sent"):
            mark_sent(session, notice_id, proof="12/SKHCN", actor=AN, now=NOW)
        release_notice(session, notice_id, actor=CHI, now=NOW)
        later = NOW + timedelta(hours=5)
        notice = mark_sent(session, notice_id, proof="Số 12/SKHCN ngày 24/11/2026", actor=AN, now=later)
        assert (notice.state, notice.due_at) == ("sent", later + timedelta(hours=72))
        case = session.get_one(Case, number)
        assert (case.state, case.due_at) == ("waiting", notice.due_at)
        assert verify_audit(session).holds


def test_old_evidence_and_unconfirmed_cases_get_no_notice(sqlite_engine: Engine, artifact_store: ArtifactStore) -> None:
    old = proven_case(sqlite_engine, artifact_store, "old.example", NOW - timedelta(days=5))
    bare = open_case(sqlite_engine, "bare.example", CaseState.CONFIRMED)
    fresh = open_case(sqlite_engine, "fresh.example", CaseState.IN_REVIEW)
    with write_session(sqlite_engine) as session:
        for number, words in [(old, "phải chụp lại"), (bare, "chứng cứ niêm phong"), (fresh, "xác nhận")]:
            with pytest.raises(RefusedError) as refused:
                draft_notices(session, artifact_store, number, head=HEAD, actor=AN, now=NOW)
            assert words in refused.value.vi


def test_a_protected_site_gets_no_notice_whatever_was_judged(
    sqlite_engine: Engine, artifact_store: ArtifactStore
) -> None:
    number = proven_case(sqlite_engine, artifact_store, "zalo.me")
    with write_session(sqlite_engine) as session, pytest.raises(RefusedError, match=r"zalo\.me"):
        draft_notices(session, artifact_store, number, head=HEAD, actor=AN, now=NOW)


def test_who_is_not_in_the_plan_gets_nothing(sqlite_engine: Engine, artifact_store: ArtifactStore, number: int) -> None:
    with pytest.raises(NoticeError, match="not in the plan"):
        drafted(sqlite_engine, artifact_store, number, "hetzner")


def test_the_registrar_waits_for_the_host(sqlite_engine: Engine, artifact_store: ArtifactStore, number: int) -> None:
    with read_session(sqlite_engine) as session:
        planned = plan_notices(session, number, head=HEAD, now=NOW)
        urgent = plan_notices(session, number, head=HEAD, now=NOW, urgent=True)
    roles = {step.role: step.recipient.id for step in planned.plan.steps}
    assert planned.turns[roles["bank"]].due, "money moves: nobody waits with the bank"
    assert planned.turns[roles["host"]].due
    assert all(turn.due for turn in urgent.turns.values())
    registrar = roles["registrar"]
    waiting = planned.turns[registrar]
    assert (waiting.due, waiting.until) == (False, None)
    assert "Cloudflare" in waiting.after[0]


def test_who_is_told_out_of_turn_needs_a_reason_that_stays(
    sqlite_engine: Engine, artifact_store: ArtifactStore, number: int
) -> None:
    confirm(sqlite_engine, "cloudflare")
    with read_session(sqlite_engine) as session:
        steps = plan_notices(session, number, head=HEAD, now=NOW).plan.steps
    isp = next(step.recipient.id for step in steps if step.role == "isp")
    with pytest.raises(RefusedError, match="not its turn"):
        drafted(sqlite_engine, artifact_store, number, isp)
    with write_session(sqlite_engine) as session:
        words = {"head": HEAD, "actor": AN, "now": NOW, "recipients": [isp], "reason": "nhiều người mất tiền"}
        draft_notices(session, artifact_store, number, **words)  # type: ignore[arg-type]
        event = session.exec(select(CaseEvent).where(CaseEvent.kind == "notice_drafted")).one()
        assert event.detail["out_of_turn"] == "nhiều người mất tiền"


def test_the_clock_of_the_host_opens_the_turn_of_the_next(
    sqlite_engine: Engine, artifact_store: ArtifactStore, number: int
) -> None:
    confirm(sqlite_engine, "cloudflare")
    (host,) = drafted(sqlite_engine, artifact_store, number, "cloudflare")
    with write_session(sqlite_engine) as session:
        notice = session.get_one(Notice, host)
        notice.state, notice.sent_at, notice.due_at = "sent", NOW, NOW + timedelta(hours=48)
        session.commit()
    for hours, due in ((47, False), (48, True)):
        with read_session(sqlite_engine) as session:
            planned = plan_notices(session, number, head=HEAD, now=NOW + timedelta(hours=hours))
        registrar = next(step.recipient.id for step in planned.plan.steps if step.role == "registrar")
        assert planned.turns[registrar].due is due
        assert due or planned.turns[registrar].until == NOW + timedelta(hours=48)


def test_what_changed_while_the_letters_were_drawn_stops_them(
    sqlite_engine: Engine, artifact_store: ArtifactStore, number: int
) -> None:
    with read_session(sqlite_engine) as session:
        words = {"head": HEAD, "actor": AN, "now": NOW, "recipients": ["pa05_hcm"]}
        prepared = prepare_drafts(session, artifact_store, number, **words)  # type: ignore[arg-type]
    assert len(prepared) == 1
    assert drafted(sqlite_engine, artifact_store, number, "pa05_hcm") != []
    with write_session(sqlite_engine) as session:
        assert add_drafts(session, artifact_store, number, prepared, actor=AN, now=NOW) == ()
        session.get_one(Case, number).state = "false_positive"
        with pytest.raises(RefusedError):
            add_drafts(session, artifact_store, number, prepared, actor=AN, now=NOW)


def confirm(engine: Engine, recipient_id: str) -> None:
    recipient = load_recipients().get(recipient_id)
    assert recipient is not None
    with write_session(engine) as session:
        decide_contact(
            session,
            recipient,
            ChannelKind.EMAIL,
            "abuse@host.example",
            decision=Decision.CONFIRMED,
            actor="chi",
            reason="gọi điện",
            now=NOW,
        )
        session.commit()


def test_whoever_releases_a_letter_vouches_for_the_law_that_nobody_has_checked(
    sqlite_engine: Engine, artifact_store: ArtifactStore, number: int
) -> None:
    (notice,) = drafted(sqlite_engine, artifact_store, number, "pa05_hcm")
    with write_session(sqlite_engine) as session:
        row = session.get_one(Notice, notice)
        assert row.legal
        unchecked = unchecked_law(session, row)
        assert unchecked == tuple(row.legal)
        release_notice(session, notice, actor=CHI, now=NOW)
        told = session.exec(select(CaseEvent.detail).where(CaseEvent.kind == "notice_released")).one()
        assert told["law_vouched_for"] == list(unchecked)
        for basis in [each for each in current_offices(session).legal if each.cited in unchecked]:
            fields = {key: value for key, value in asdict(basis).items() if value}
            fields |= {"targets": basis.targets, "confirmed": True}
            fields |= {"last_verified": "2026-11-25", "verified_by": "pháp chế"}
            add_office_row(session, "legal_basis", fields, actor=CONSOLE, now=NOW)
        assert unchecked_law(session, row) == ()
