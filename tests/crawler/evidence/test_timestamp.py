"""Time-stamps: authorities in order, tokens that must hold, failures that are named and tried again."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rfc3161_client import decode_timestamp_response
from sqlalchemy import Engine
from sqlmodel import select

from crawler.bounds import DEFAULT_BOUNDS
from crawler.config import Config
from crawler.egress.policy import EgressPolicy
from crawler.errors import CrawlerError, TimestampError
from crawler.evidence.authority_http import stamper_of
from crawler.evidence.seal import record_observation, seal
from crawler.evidence.timestamp import PENDING, STAMPED, Post, Stamper, StampReport, stamp_pending
from crawler.evidence.token_check import check_token
from crawler.evidence.token_order import order_certificates
from storage.artifacts import ArtifactStore
from storage.db import read_session, write_session
from storage.models import AuditEntry, Observation
from tests.crawler.evidence.visits import NOW, browser_visit, plain_visit
from tests.timestamp_authority import TimestampAuthority

MANIFEST = b"0" * 64 + b"  visit.json\n"
URLS = ("http://first.example/", "http://second.example/")


@dataclass
class Wire:
    """Answers of authorities by URL: bytes, or what is raised; and who was asked."""

    answers: dict[str, Callable[[bytes], bytes]]
    asked: list[str] = field(default_factory=list)

    def post(self, url: str, body: bytes, headers: dict[str, str]) -> bytes:
        assert headers["Content-Type"] == "application/timestamp-query"
        self.asked.append(url)
        return self.answers[url](body)


def unreachable(_: bytes) -> bytes:
    raise ConnectionRefusedError("connection refused")


def test_the_first_authority_that_answers_is_used(authority: TimestampAuthority) -> None:
    wire = Wire({URLS[0]: unreachable, URLS[1]: authority.reply})
    stamp = Stamper(URLS, authority.certificate, wire.post).stamp(MANIFEST)
    assert (stamp.state, stamp.authority, wire.asked) == (STAMPED, URLS[1], list(URLS))
    assert stamp.facts
    assert stamp.facts.trusted
    assert stamp.facts.authority == "CN=Sample time-stamp authority"
    assert abs((stamp.facts.at - datetime.now(UTC)).total_seconds()) < 60


def test_without_an_authority_the_state_is_off(authority: TimestampAuthority) -> None:
    stamp = Stamper((), None, authority.post).stamp(MANIFEST)
    assert (stamp.state, stamp.token, stamp.reason) == ("off", b"", "no time-stamp authority is set")


def test_every_refusal_is_named(authority: TimestampAuthority) -> None:
    wire = Wire({URLS[0]: unreachable, URLS[1]: lambda _: b"<html>sorry</html>"})
    stamp = Stamper(URLS, authority.certificate, wire.post).stamp(MANIFEST)
    assert (stamp.state, stamp.token) == (PENDING, b"")
    assert "first.example/: connection refused; http://second.example/: the answer is no RFC 3161" in stamp.reason


def other_bytes(authority: TimestampAuthority) -> Post:
    token = Stamper(("u",), None, authority.post).stamp(b"other").token
    return lambda url, body, headers: token


def replayed(authority: TimestampAuthority) -> Post:
    token = Stamper(("u",), None, authority.post).stamp(MANIFEST).token
    return lambda url, body, headers: token


def refused(authority: TimestampAuthority) -> Post:
    return lambda url, body, headers: authority.reply(b"nonsense")


def huge(authority: TimestampAuthority) -> Post:
    return lambda url, body, headers: b"\x30" * 200_000


def altered(authority: TimestampAuthority) -> Post:
    def post(url: str, body: bytes, headers: dict[str, str]) -> bytes:
        answer = bytearray(authority.reply(body))
        answer[-20] ^= 1  # inside the signature
        return bytes(answer)

    return post


@pytest.mark.parametrize(
    ("lie", "words"),
    [
        (other_bytes, "covers other bytes"),
        (replayed, "its nonce differs"),
        (refused, "did not grant it: rejection"),
        (huge, "200000 bytes is no time-stamp"),
        (altered, "does not hold"),
    ],
)
@pytest.mark.parametrize("trusted", [True, False])
def test_a_token_that_does_not_hold_is_no_token(
    authority: TimestampAuthority, lie: Callable[[TimestampAuthority], Post], words: str, trusted: bool
) -> None:
    stamp = Stamper(URLS[:1], authority.certificate if trusted else None, lie(authority)).stamp(MANIFEST)
    assert stamp.state == PENDING
    assert words in stamp.reason


def test_a_stranger_is_not_trusted(authority: TimestampAuthority, tmp_path: Path) -> None:
    stranger = TimestampAuthority(tmp_path / "stranger")
    assert Stamper(URLS[:1], authority.certificate, stranger.post).stamp(MANIFEST).state == PENDING
    stamp = Stamper(URLS[:1], None, stranger.post).stamp(MANIFEST)
    assert stamp.facts
    assert not stamp.facts.trusted


def test_an_unusable_root_file_says_what_to_set(tmp_path: Path, authority: TimestampAuthority) -> None:
    with pytest.raises(TimestampError, match=r"none\.pem holds no usable.*LACHAN_TIMESTAMP_CA"):
        Stamper(URLS, tmp_path / "none.pem", authority.post)


def test_certificates_out_of_order_are_read_all_the_same(tmp_path: Path) -> None:
    """OpenSSL writes them as configured, strict readers want them sorted: try authorities until one is unsorted."""
    unsorted = 0
    for number in range(12):
        authority = TimestampAuthority(tmp_path / str(number))
        token = Stamper(URLS[:1], authority.certificate, authority.post).stamp(MANIFEST).token
        assert token
        unsorted += order_certificates(token) != token
        assert decode_timestamp_response(order_certificates(token)).status == 0
        if unsorted:
            return


@given(st.binary(max_size=300))
def test_ordering_never_raises_and_keeps_the_bytes(data: bytes) -> None:
    assert sorted(order_certificates(data)) == sorted(data)


@given(st.binary(max_size=300))
def test_any_answer_is_a_token_or_a_named_error(data: bytes) -> None:
    with pytest.raises(TimestampError):
        check_token(data, MANIFEST)


def test_over_the_network_through_the_policy(authority: TimestampAuthority) -> None:
    with authority:
        config = Config(timestamp_urls=authority.url, timestamp_ca=str(authority.certificate))
        allowed = stamper_of(config, EgressPolicy.parse(authority.address), DEFAULT_BOUNDS)
        assert allowed.stamp(MANIFEST).state == STAMPED
        forbidden = stamper_of(config, EgressPolicy.parse(), DEFAULT_BOUNDS).stamp(MANIFEST)
        assert forbidden.state == PENDING
        assert "refused" in forbidden.reason


def test_an_authority_that_answers_with_an_error_page_is_named(authority: TimestampAuthority) -> None:
    def refuse(url: str, body: bytes, headers: dict[str, str]) -> bytes:
        raise CrawlerError("the authority answered 503")

    assert "answered 503" in Stamper(URLS[:1], None, refuse).stamp(MANIFEST).reason


@pytest.fixture
def pending(engine: Engine, artifact_store: ArtifactStore) -> Engine:
    """Two sealed visits without a time-stamp."""
    with write_session(engine) as session:
        for visit in (browser_visit(), plain_visit()):
            sealed = seal(visit, store=artifact_store, sealed_at=NOW, rule_set="r1", audit_head="")
            record_observation(session, sealed, visit, target_id=None, now=NOW)
        session.commit()
    return engine


def retry(engine: Engine, store: ArtifactStore, stamper: Stamper, limit: int = 100) -> StampReport:
    with write_session(engine) as session:
        report = stamp_pending(session, store, stamper, NOW, limit=limit)
        session.commit()
        return report


def log(engine: Engine) -> list[tuple[str, str]]:
    with read_session(engine) as session:
        entries = session.exec(select(AuditEntry).order_by(AuditEntry.sequence))  # type: ignore[arg-type]
        return [(entry.action, entry.subject) for entry in entries]


def test_pending_visits_are_stamped_later(
    pending: Engine, artifact_store: ArtifactStore, authority: TimestampAuthority
) -> None:
    stamper = Stamper(URLS[:1], authority.certificate, authority.post)
    assert retry(pending, artifact_store, stamper) == StampReport(stamped=2)
    assert retry(pending, artifact_store, stamper) == StampReport()
    with read_session(pending) as session:
        for row in session.exec(select(Observation)):
            assert (row.timestamp_state, row.timestamp_reason) == (STAMPED, "")
            check_token(artifact_store.get(row.timestamp_digest), artifact_store.get(row.manifest_digest))
    assert log(pending)[2:] == [("observation.stamped", "observation:1"), ("observation.stamped", "observation:2")]


def test_a_dead_authority_leaves_them_pending_with_the_reason_logged_once(
    pending: Engine, artifact_store: ArtifactStore, authority: TimestampAuthority
) -> None:
    wire = Wire({URLS[0]: unreachable})
    stamper = Stamper(URLS[:1], None, wire.post)
    for _ in range(3):
        report = retry(pending, artifact_store, stamper)
        assert (report.stamped, report.failed, report.pending) == (0, 1, 2)
        assert "connection refused" in report.reason
    assert len(wire.asked) == 3  # one a round, not one a manifest
    assert log(pending)[2:] == [("observation.stamp_failed", "observation:1")]
    with read_session(pending) as session:
        assert "connection refused" in session.get_one(Observation, 1).timestamp_reason
    assert retry(pending, artifact_store, Stamper(URLS[:1], None, authority.post)).stamped == 2


def test_without_an_authority_nothing_is_tried(pending: Engine, artifact_store: ArtifactStore) -> None:
    report = retry(pending, artifact_store, Stamper.off())
    assert report == StampReport(pending=2, reason="no time-stamp authority is set")
    assert len(log(pending)) == 2


def test_a_round_ends_with_its_time(
    pending: Engine, artifact_store: ArtifactStore, authority: TimestampAuthority
) -> None:
    with write_session(pending) as session:
        stamper = Stamper(URLS[:1], None, authority.post)
        assert stamp_pending(session, artifact_store, stamper, NOW, seconds=0) == StampReport(1, 0, 1)


def test_a_lost_manifest_costs_only_its_own_visit(
    pending: Engine, artifact_store: ArtifactStore, authority: TimestampAuthority, tmp_path: Path
) -> None:
    with read_session(pending) as session:
        digest = session.get_one(Observation, 1).manifest_digest
    (tmp_path / "artifacts" / digest[:2] / digest[2:4] / digest).unlink()
    report = retry(pending, artifact_store, Stamper(URLS[:1], None, authority.post))
    assert (report.stamped, report.failed, report.pending) == (1, 1, 1)
    assert "is not there" in report.reason


def test_no_writer_waits_for_an_authority(
    pending: Engine, artifact_store: ArtifactStore, authority: TimestampAuthority
) -> None:
    def post(url: str, body: bytes, headers: dict[str, str]) -> bytes:
        with write_session(pending) as other:  # would wait for the lock if the round held it
            other.get_one(Observation, 2).title = "written meanwhile"
            other.commit()
        return authority.reply(body)

    assert retry(pending, artifact_store, Stamper(URLS[:1], None, post), limit=1) == StampReport(1, 0, 1)


def test_two_rounds_at_once_stamp_once(
    pending: Engine, artifact_store: ArtifactStore, authority: TimestampAuthority
) -> None:
    plain = Stamper(URLS[:1], None, authority.post)

    def post(url: str, body: bytes, headers: dict[str, str]) -> bytes:
        retry(pending, artifact_store, plain)
        return authority.reply(body)

    assert retry(pending, artifact_store, Stamper(URLS[:1], None, post)).stamped == 0
    assert [action for action, _ in log(pending)].count("observation.stamped") == 2
