"""Silence is answered with reminders at growing gaps, then with a pack to who stands above."""

import io
import json
import zipfile
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from storage.artifacts import ArtifactStore
from storage.db import write_session
from storage.models import Case, Notice, Observation
from takedown.drafting import draft_notices
from takedown.errors import NoticeError
from takedown.followup import REMINDER_GAPS, add_follow_up, list_overdue, prepare_escalation, prepare_reminder
from takedown.notices import mark_sent, release_notice
from tests.takedown.desk import AN, CHI, HEAD, NOW, proven_case


def sent_letter(engine: Engine, store: ArtifactStore) -> int:
    number = proven_case(engine, store)
    with write_session(engine) as session:
        (notice,) = draft_notices(session, store, number, head=HEAD, actor=AN, now=NOW, recipients=["pa05_hcm"])
        release_notice(session, notice.id or 0, actor=CHI, now=NOW)
        mark_sent(session, notice.id or 0, proof="12/SKHCN", actor=AN, now=NOW)
        session.commit()
        return notice.id or 0


def see_again(engine: Engine, at: datetime) -> None:
    with write_session(engine) as session:
        host = "shop-a.example"
        session.add(
            Observation(
                url=f"https://{host}/",
                final_url=f"https://{host}/",
                host=host,
                domain=host,
                vantage="phone",
                outcome="read",
                status=200,
                observed_at=at,
                manifest_digest="cd" * 32,
            )
        )
        session.commit()


def test_reminders_come_at_growing_gaps_then_others_are_told(
    sqlite_engine: Engine, artifact_store: ArtifactStore
) -> None:
    notice_id = sent_letter(sqlite_engine, artifact_store)
    now = NOW + timedelta(hours=73)
    for gap in REMINDER_GAPS:
        see_again(sqlite_engine, now)
        with write_session(sqlite_engine) as session:
            assert [entry.notice.id for entry in list_overdue(session, now=now)] == [notice_id]
            prepared = prepare_reminder(session, artifact_store, notice_id, head=HEAD, actor=AN, now=now)
            made = add_follow_up(session, artifact_store, prepared, actor=AN, now=now)
            assert "chưa có trả lời" in made.body
            assert list_overdue(session, now=now) == ()  # one reminder at a time
            release_notice(session, made.id or 0, actor=CHI, now=now)
            mark_sent(session, made.id or 0, proof="nhắc", actor=AN, now=now)
            session.commit()
            assert list_overdue(session, now=now + gap / 2) == ()
        now += gap
    see_again(sqlite_engine, now)
    with write_session(sqlite_engine) as session:
        (owed,) = list_overdue(session, now=now)
        assert owed.escalate
        with pytest.raises(NoticeError, match="escalate it"):
            prepare_reminder(session, artifact_store, notice_id, head=HEAD, actor=AN, now=now)
        prepared = prepare_escalation(session, artifact_store, notice_id, head=HEAD, actor=AN, now=now)
        made = add_follow_up(session, artifact_store, prepared, actor=AN, now=now)
        assert made.recipient_id != "pa05_hcm"
        assert session.get_one(Case, 1).state == "escalated"
        digest = next(digest for name, digest, *_ in made.documents if name == "escalation.zip")
        with pytest.raises(NoticeError, match="made already"):
            prepare_escalation(session, artifact_store, notice_id, head=HEAD, actor=AN, now=now)
        with pytest.raises(NoticeError, match="made already"):
            add_follow_up(session, artifact_store, prepared, actor=AN, now=now)
    with zipfile.ZipFile(io.BytesIO(artifact_store.get(digest))) as pack:
        summary = json.loads(pack.read("summary.json"))
        assert "first-notice/letter.pdf" in pack.namelist()
    assert len(summary["reminders"]) == 3
    assert summary["still_live"][0]["seen_at"]
    assert summary["answers"] == []


def test_nothing_is_reminded_before_its_time_or_without_fresh_evidence(
    sqlite_engine: Engine, artifact_store: ArtifactStore
) -> None:
    notice_id = sent_letter(sqlite_engine, artifact_store)
    with write_session(sqlite_engine) as session:
        for hours, words in [(1, "nothing is overdue"), (200, "new capture")]:
            with pytest.raises(NoticeError, match=words):
                prepare_reminder(
                    session, artifact_store, notice_id, head=HEAD, actor=AN, now=NOW + timedelta(hours=hours)
                )
        notice = session.get_one(Notice, notice_id)
        notice.state = "answered"
        assert list_overdue(session, now=NOW + timedelta(days=30)) == ()
