"""Asks time-stamp authorities (RFC 3161) to witness manifests, at once or later; no failure goes unrecorded."""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from cryptography import x509
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder
from sqlmodel import Session, col, func, select

from crawler.bounds import DEFAULT_BOUNDS
from crawler.errors import CrawlerError, TimestampError
from crawler.evidence.token_check import TokenFacts, check_token, load_roots
from storage.artifacts import ArtifactStore
from storage.audit import record_audit
from storage.errors import ArtifactCorruptError, ArtifactMissingError
from storage.models import Observation

STAMPED, PENDING, OFF = "stamped", "pending", "off"
UNANCHORED = "unanchored"  # found at verifying: a token that holds, but leads to none of the roots trusted now
STAMP_ADDED, STAMP_FAILED = "observation.stamped", "observation.stamp_failed"
ROUND = 100  # manifests asked for in one round

# url, body, headers -> the answer's body. Raises CrawlerError or OSError.
Post = Callable[[str, bytes, dict[str, str]], bytes]


@dataclass(frozen=True, slots=True)
class Stamp:
    """How asking ended. ``token``: the whole response, as ``openssl ts`` reads it; ``reason``: why there is none."""

    state: str  # stamped | pending | off
    token: bytes = b""
    authority: str = ""  # the URL that answered
    facts: TokenFacts | None = None
    reason: str = ""


class Stamper:
    """Asks authorities in order until one gives a token that holds. Blocks: use it in a thread."""

    def __init__(
        self, urls: Sequence[str], ca_pem_path: Path | None, http: Post, *, answer_seconds: float = 0.0
    ) -> None:
        """``ca_pem_path``: PEM file of the roots that a token must lead to; raises TimestampError when unusable.
        ``answer_seconds``: the longest that ``http`` takes."""
        self.urls = tuple(urls)
        self.answer_seconds = answer_seconds
        self._roots: tuple[x509.Certificate, ...] = load_roots(ca_pem_path)
        self._post = http

    @classmethod
    def off(cls) -> Self:
        """No authority at all: every visit is sealed with the state «off»."""
        return cls((), None, _ask_nobody)

    def stamp(self, manifest: bytes, seconds: float = math.inf) -> Stamp:
        """A token over ``manifest``; without any authority «off», without a token «pending» and each one's reason.

        ``seconds``: only the first authority is asked where one that takes all its time would not end within them.
        """
        if not self.urls:
            return Stamp(OFF, reason="no time-stamp authority is set")
        reasons: list[str] = []
        latest = time.monotonic() + seconds - self.answer_seconds
        for url in self.urls:
            if reasons and time.monotonic() > latest:
                reasons.append(f"{url}: {_NO_TIME}")
                break
            try:
                token, facts = self._ask(url, manifest)
            except (CrawlerError, OSError) as error:
                said = str(error).removeprefix(f"{url}: ") or type(error).__name__
                reasons.append(f"{url}: {said}"[:400])
            else:
                return Stamp(STAMPED, token, url, facts)
        return Stamp(PENDING, reason="; ".join(reasons))

    def _ask(self, url: str, manifest: bytes) -> tuple[bytes, TokenFacts]:
        request = TimestampRequestBuilder(data=manifest, hash_algorithm=HashAlgorithm.SHA256).build()
        headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        answer = self._post(url, request.as_bytes(), headers)
        if request.nonce is None:
            raise TimestampError("the request has no nonce")
        return answer, check_token(answer, manifest, roots=self._roots, nonce=request.nonce)


_NO_TIME = "not asked in this round, whose time was over"


def _ask_nobody(url: str, body: bytes, headers: dict[str, str]) -> bytes:
    raise TimestampError("no time-stamp authority is set")


@dataclass(frozen=True, slots=True)
class StampReport:
    """One round: how many got a token, how many failed, how many are still pending, and the newest reason."""

    stamped: int = 0
    failed: int = 0
    pending: int = 0
    reason: str = ""


def count_pending(session: Session) -> int:
    """How many sealed visits have no token yet. Raises StorageError."""
    query = select(func.count()).where(Observation.timestamp_state == PENDING, Observation.manifest_digest != "")
    return session.exec(query).one()


def stamp_pending(
    session: Session,
    store: ArtifactStore,
    stamper: Stamper,
    now: datetime,
    *,
    limit: int = ROUND,
    seconds: float = DEFAULT_BOUNDS.stamping_seconds,
) -> StampReport:
    """Asks again for sealed visits without a token, oldest first, and writes rows and audit entries.

    A fresh session's read is ended before the network is asked, so that no other writer waits for an authority; the
    writes at the end are left to the caller's commit. The round ends at the first manifest that no authority would
    stamp, and within ``seconds``, or where they are fewer than one answer may take, with that one. Raises StorageError.
    """
    fresh = not session.in_transaction()
    waiting = _load_waiting(session, limit + 1)
    if fresh:
        session.rollback()
    if not stamper.urls:
        return StampReport(pending=len(waiting), reason="no time-stamp authority is set")
    outcomes = list(_ask_in_turn(store, stamper, waiting[:limit], time.monotonic() + seconds))
    stamped = sum(_record_stamp(session, store, each, now) for each in outcomes)
    failed = [stamp.reason for _, _, stamp in outcomes if stamp.state != STAMPED]
    return StampReport(stamped, len(failed), len(waiting) - stamped, failed[-1] if failed else "")


_BROKEN = "the manifest "


def _ask_in_turn(
    store: ArtifactStore, stamper: Stamper, waiting: Sequence[tuple[int, str]], deadline: float
) -> Iterator[tuple[int, str, Stamp]]:
    for number, digest in waiting:
        stamp = _stamp_one(store, stamper, digest, deadline - time.monotonic())
        yield number, digest, stamp
        refused = stamp.state != STAMPED and not stamp.reason.startswith(_BROKEN)
        if refused or time.monotonic() > deadline - stamper.answer_seconds:
            return


def _load_waiting(session: Session, limit: int) -> list[tuple[int, str]]:
    query = (
        select(Observation.id, Observation.manifest_digest)
        .where(Observation.timestamp_state == PENDING, Observation.manifest_digest != "")
        .order_by(col(Observation.id))
        .limit(limit)
    )
    return [(number, digest) for number, digest in session.exec(query) if number is not None]


def _stamp_one(store: ArtifactStore, stamper: Stamper, digest: str, seconds: float) -> Stamp:
    try:
        manifest = store.get(digest)
    except (ArtifactMissingError, ArtifactCorruptError, ValueError) as error:
        # Only this visit is lost; a store that cannot be reached at all goes up to the caller.
        return Stamp(PENDING, reason=f"{_BROKEN}cannot be read: {error}")
    return stamper.stamp(manifest, seconds)


def _record_stamp(session: Session, store: ArtifactStore, outcome: tuple[int, str, Stamp], now: datetime) -> int:
    number, digest, stamp = outcome
    row = session.get(Observation, number, populate_existing=True, with_for_update=True)
    if row is None or row.timestamp_state != PENDING or row.manifest_digest != digest:
        return 0  # another round was quicker
    subject, detail = f"observation:{number}", {"manifest": digest}
    if stamp.state != STAMPED or stamp.facts is None:
        if row.timestamp_reason != stamp.reason[:1000]:  # each reason is logged once, not at every round
            row.timestamp_reason = stamp.reason[:1000]
            detail["reason"] = stamp.reason[:1000]
            record_audit(session, at=now, actor="crawler", action=STAMP_FAILED, subject=subject, detail=detail)
        return 0
    row.timestamp_state, row.timestamp_digest, row.timestamp_reason = STAMPED, store.put(stamp.token), ""
    detail |= {"token": row.timestamp_digest, "authority": stamp.authority, "time": stamp.facts.at.isoformat()}
    entry = record_audit(session, at=now, actor="crawler", action=STAMP_ADDED, subject=subject, detail=detail)
    row.recipe = {**row.recipe, "stamp_sequence": entry.sequence}  # where verifying looks first
    return 1
