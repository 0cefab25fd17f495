"""The watch over a case's pages: asks the crawler to look, judges what it saw, and moves the case when it is proven."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlmodel import Session, col, select

from storage.models import Assessment, Case, Observation, Target, Verification, Watch
from storage.models.target import VERIFY
from takedown.errors import NoticeError
from takedown.gathering import Site, sites_of
from takedown.history import find_case, record_event
from takedown.lifecycle import CaseState, lock_cases, transition
from takedown.situation import newest_record
from takedown.verification import (
    AGREE_OVER,
    SHOWN,
    Before,
    Judgement,
    RegistryWord,
    Seen,
    Verdict,
    agrees_over_time,
    judge,
    next_gap,
)

ACTOR = "verification"
TAKEDOWN, RELAPSE = "takedown", "relapse"
PATIENCE = timedelta(hours=6)  # for the crawler's answer, before the round is judged by what there is
_PRIORITY = 50
_MAY_COME_DOWN = frozenset({CaseState.CONFIRMED, CaseState.WAITING, CaseState.ESCALATED})


@dataclass(frozen=True, slots=True)
class WatchReport:
    """What one round did: cases asked about, judged, found down, back, and at the end of their watch."""

    asked: tuple[int, ...] = ()
    judged: tuple[int, ...] = ()
    down: tuple[int, ...] = ()
    relapsed: tuple[int, ...] = ()
    closed: tuple[int, ...] = ()
    waiting: tuple[int, ...] = ()


def start_watch(session: Session, case_id: int, *, now: datetime, purpose: str = TAKEDOWN) -> Watch:
    """Begins a watch at its first gap; one of the same purpose that is under way goes on as it is."""
    watch = session.get(Watch, case_id)
    if watch is not None and watch.purpose == purpose and watch.due_at is not None:
        return watch
    watch = watch or Watch(case_id=case_id, purpose=purpose, since=now)
    gap = next_gap(purpose, 0)
    watch.purpose, watch.step, watch.since, watch.asked_at = purpose, 0, now, None
    watch.due_at = now + gap if gap is not None else None
    session.add(watch)
    session.flush()
    return watch


def check_now(session: Session, case_id: int, *, now: datetime) -> Watch:
    """Makes the case's next look due at once."""
    find_case(session, case_id)
    watch = session.get(Watch, case_id) or start_watch(session, case_id, now=now)
    watch.due_at = now
    session.add(watch)
    session.flush()
    return watch


def ask_capture(session: Session, case_id: int, *, now: datetime) -> tuple[str, ...]:
    """Leaves a target for each of the case's pages, so that the next `lachan verify` captures them anew; the hosts."""
    sites = sites_of(session, case_id)
    for site in sites:
        _want(session, site, now)
    return tuple(site.host for site in sites)


def ask_due(session: Session, *, now: datetime, control_url: str) -> tuple[int, ...]:
    """Leaves targets for the crawler: every page of every case whose look is due, and the control page.

    Raises NoticeError without a control page: nothing may be called down by a crawler that may be blind.
    """
    due = select(Watch).where(col(Watch.due_at) <= now, col(Watch.asked_at).is_(None)).order_by(col(Watch.due_at))
    watches = session.exec(due).all()
    if not watches:
        return ()
    control = _control(control_url)
    _want(session, control, now)
    for watch in watches:
        for site in sites_of(session, watch.case_id):
            _want(session, site, now)
        watch.asked_at = now
        session.add(watch)
    session.flush()
    return tuple(watch.case_id for watch in watches)


def judge_asked(session: Session, *, now: datetime, control_url: str) -> WatchReport:
    """Judges the rounds that the crawler has answered, and moves the cases whose rounds agree."""
    lock_cases(session)
    control = _control(control_url)
    ended: dict[str, list[int]] = {name: [] for name in ("judged", "down", "relapsed", "closed", "waiting")}
    asked = select(Watch).where(col(Watch.asked_at).is_not(None)).order_by(col(Watch.case_id))
    for watch in session.exec(asked).all():
        word = _round(session, watch, control, now)
        ended[word].append(watch.case_id)
    return WatchReport(**{name: tuple(numbers) for name, numbers in ended.items()})


def verifications_of(session: Session, case_id: int) -> tuple[Verification, ...]:
    """Every judgement, the newest first."""
    query = select(Verification).where(Verification.case_id == case_id).order_by(col(Verification.id).desc())
    return tuple(session.exec(query))


def _round(session: Session, watch: Watch, control: Site, now: datetime) -> str:
    """Judges one case's round; the name of a field of WatchReport."""
    assert watch.asked_at is not None
    case, sites = find_case(session, watch.case_id), sites_of(session, watch.case_id)
    seen = {site.host: _seen(session, site, watch.asked_at) for site in sites}
    proof = _seen(session, control, watch.asked_at)
    if now - watch.asked_at < PATIENCE and not (proof and all(seen.values())):
        return "waiting"
    words = {site.host: _judge_site(session, case, site, seen[site.host], proof, watch.asked_at, now) for site in sites}
    watch.asked_at, watch.step = None, watch.step + 1
    gap = next_gap(watch.purpose, watch.step)
    watch.due_at = now + gap if gap is not None else None
    session.add(watch)
    session.flush()
    return _conclude(session, case, watch, words, now)


def _judge_site(
    session: Session, case: Case, site: Site, seen: list[Seen], control: list[Seen], since: datetime, now: datetime
) -> Judgement:
    word = judge(seen, control=control, before=_before(session, case, site), registry=_registry(session, site, since))
    assert case.id is not None
    session.add(
        Verification(
            case_id=case.id,
            url=site.url,
            at=now,
            verdict=word.verdict,
            acted=word.acted,
            reason=word.reason,
            observations=list(word.observations),
        )
    )
    session.flush()
    detail = {"host": site.host, "verdict": word.verdict, "acted": word.acted, "reason": word.reason[:500]}
    record_event(session, case, "verified", actor=ACTOR, detail=detail, now=now)
    return word


def _registry(session: Session, site: Site, since: datetime) -> RegistryWord:
    """What the registry said in this round; yesterday's codes do not speak for today."""
    record = newest_record(session, site.domain)
    if record is None or record.looked_up_at < since:
        return RegistryWord()
    states = {str(entry.get("state")) for entry in record.lookups if entry.get("service") in {"rdap", "whois"}}
    codes = tuple(map(str, record.facts.get("statuses") or ()))
    return RegistryWord(codes, unregistered="unregistered" in states and "found" not in states)


def _conclude(session: Session, case: Case, watch: Watch, words: dict[str, Judgement], now: datetime) -> str:
    live = [host for host, word in words.items() if word.verdict in {Verdict.LIVE, Verdict.CLOAKED}]
    if case.state in {CaseState.DOWN, CaseState.CLOSED}:
        if live:
            words_vi = f"tái xuất: {', '.join(live)}"
            transition(session, case, CaseState.CONFIRMED, actor=ACTOR, reason=words_vi, now=now)
            start_watch(session, watch.case_id, now=now, purpose=TAKEDOWN)
            return "relapsed"
        if watch.due_at is None and case.state == CaseState.DOWN:
            transition(session, case, CaseState.CLOSED, actor=ACTOR, reason="hết hạn theo dõi, không tái xuất", now=now)
            return "closed"
        return "judged"
    if case.state in _MAY_COME_DOWN and _all_down(session, watch.case_id, words):
        who = ", ".join(sorted({word.acted for word in words.values() if word.acted})) or "?"
        reason = f"đã gỡ, kiểm tra thống nhất ít nhất {AGREE_OVER.total_seconds() / 3600:.0f} giờ; bên xử lý: {who}"
        transition(session, case, CaseState.DOWN, actor=ACTOR, reason=reason, now=now)
        case.due_at = None
        session.add(case)
        start_watch(session, watch.case_id, now=now, purpose=RELAPSE)
        return "down"
    return "judged"


def _all_down(session: Session, case_id: int, words: dict[str, Judgement]) -> bool:
    """Whether every page is down now and was in every round for long enough."""
    if not all(word.verdict.is_down for word in words.values()):
        return False
    for site in sites_of(session, case_id):
        query = select(Verification.at, Verification.verdict).where(
            Verification.case_id == case_id, Verification.url == site.url
        )
        rounds = session.exec(query.order_by(col(Verification.id).desc()).limit(50)).all()
        if not agrees_over_time((at, Verdict(verdict)) for at, verdict in rounds):
            return False
    return True


def _seen(session: Session, site: Site, since: datetime) -> list[Seen]:
    """Visits of the page for this purpose since the round began, with what the crawler thought of them."""
    rows = session.exec(
        select(Observation, Assessment.level)
        .join(Target, col(Target.id) == col(Observation.target_id))
        .join(Assessment, col(Assessment.id) == col(Observation.assessment_id), isouter=True)
        .where(Target.url == site.url, Target.purpose == VERIFY, col(Observation.observed_at) >= since)
        .where(Observation.url == site.url)
        .order_by(col(Observation.id))
    ).all()
    return [
        Seen(
            observation_id=row.id or 0,
            vantage=row.vantage,
            outcome=row.outcome,
            at=row.observed_at,
            status=row.status,
            reason=row.reason,
            title=row.title,
            level=level or "",
        )
        for row, level in rows
    ]


def _before(session: Session, case: Case, site: Site) -> Before:
    """The page as it was when it was reported: the last sweep's look that read it."""
    title = session.exec(
        select(Observation.title)
        .join(Target, col(Target.id) == col(Observation.target_id), isouter=True)
        .where(Observation.host == site.host, col(Observation.outcome).in_(SHOWN))
        .where(col(Target.purpose).is_distinct_from(VERIFY))
        .order_by(col(Observation.observed_at).desc())
        .limit(1)
    ).first()
    return Before(title=title or "", level=case.level)


def _want(session: Session, site: Site, now: datetime) -> None:
    query = select(Target).where(Target.url == site.url, Target.purpose == VERIFY)
    target = session.exec(query).first()
    if target is None:
        target = Target(
            url=site.url,
            host=site.host,
            domain=site.domain,
            purpose=VERIFY,
            source=ACTOR,
            priority=_PRIORITY,
            created_at=now,
        )
    target.due_at = now
    session.add(target)
    session.flush()


def _control(url: str) -> Site:
    host = (urlsplit(url).hostname or "") if url else ""
    if not host:
        raise NoticeError(
            "no control page: set LACHAN_CONTROL_URL to a page that is always up, such as your own front page",
            "không có trang đối chứng: đặt LACHAN_CONTROL_URL là một trang luôn chạy, như trang chủ của cơ quan",
        )
    return Site(host, host, url, own=False)
