"""One scam, one case: its sites and indicators gathered, cases merged and split, related ones found."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from storage.models import Assessment, Case, CaseIndicator, CaseSite, DomainRecord, Notice
from takedown.actor import Actor, Role
from takedown.errors import RefusedError
from takedown.history import find_case, note, record_event
from takedown.lifecycle import CaseState, lock_cases, transition
from takedown.marks import NAME, REGISTRANT, name_shape
from takedown.recipients.learning import learn_email
from takedown.words import word

COMMON = 50  # an indicator that more cases share tells nothing: a name server, a shared host
MAX_INDICATORS = 200
LOOKED_UP = frozenset({NAME, REGISTRANT, "address", "nameserver"})  # kinds that an assessment itself does not bear
KIT = "kit"  # a page's skeleton: one kit leaves several marks, which together say one thing
_MERGEABLE = frozenset({CaseState.NEW, CaseState.IN_REVIEW, CaseState.CONFIRMED})


@dataclass(frozen=True, slots=True)
class Site:
    """One site of a case. ``own``: the one that it was opened for."""

    host: str
    domain: str
    url: str
    own: bool


@dataclass(frozen=True, slots=True)
class Indicator:
    """``cases``: how many cases hold it, this one included."""

    kind: str
    value: str
    note: str
    cases: int


@dataclass(frozen=True, slots=True)
class RelatedCase:
    """Another case that shares indicators with this one, the rarest first."""

    case_id: int
    host: str
    state: str
    shared: tuple[Indicator, ...]


def sites_of(session: Session, case_id: int) -> tuple[Site, ...]:
    """Every site of the case, its own first."""
    case = find_case(session, case_id)
    rows = session.exec(
        select(CaseSite)
        .where(CaseSite.case_id == case_id, col(CaseSite.removed_at).is_(None))
        .order_by(col(CaseSite.id))
    )
    gathered = (Site(row.host, row.domain, row.url, own=False) for row in rows)
    return (Site(case.host, case.domain, case.url, own=True), *gathered)


def case_of_site(session: Session, host: str) -> Case | None:
    """The open case that gathered this host, if any."""
    rows = session.exec(
        select(Case)
        .join(CaseSite, col(CaseSite.case_id) == col(Case.id))
        .where(CaseSite.host == host, col(CaseSite.removed_at).is_(None), col(Case.open_key).is_not(None))
        .order_by(col(Case.id))
    )
    return rows.first()


def merge(session: Session, into_id: int, from_id: int, *, reason: str, actor: Actor, now: datetime) -> Case:
    """Puts case ``from_id`` into ``into_id``: the one becomes a duplicate, the other gathers its sites and indicators.

    Raises RefusedError where the case that goes has notices, or either is past its verdict.
    """
    actor.require(Role.REVIEWER, Role.APPROVER)
    lock_cases(session)
    into, gone = find_case(session, into_id), find_case(session, from_id)
    _check_merge(session, into, gone)
    for site in sites_of(session, from_id):
        _add_site(session, into, site, from_id, actor, now)
    for row in session.exec(select(CaseIndicator).where(CaseIndicator.case_id == from_id)).all():
        _add_indicator(session, into_id, row.kind, row.value, row.note, now)
    for state in _way_to_duplicate(CaseState(gone.state)):
        transition(session, gone, state, actor=actor.name, reason=f"gộp vào vụ {into_id}: {reason}", now=now)
    note(session, gone, "merged_into", into_id, actor=actor.name, now=now)
    into.updated_at = now
    session.add(into)
    record_event(session, into, "merged", actor=actor.name, detail={"from": from_id, "reason": reason}, now=now)
    return into


def split(session: Session, case_id: int, host: str, *, reason: str, actor: Actor, now: datetime) -> Case:
    """Takes a gathered site out again; the case that brought it goes back into review, or a new one is opened.

    Raises RefusedError for a site that the case does not gather, or that a notice names.
    """
    actor.require(Role.REVIEWER, Role.APPROVER)
    lock_cases(session)
    case = find_case(session, case_id)
    query = select(CaseSite).where(CaseSite.case_id == case_id, CaseSite.host == host)
    site = session.exec(query.where(col(CaseSite.removed_at).is_(None))).first()
    if site is None:
        raise RefusedError(
            f"case {case_id} gathers no site {host}; its own site cannot be split off",
            f"vụ {case_id} không gom trang {host}; trang chính của vụ không tách được",
        )
    if _has_notices(session, case_id):
        raise RefusedError(
            f"case {case_id} has notices: close them before splitting, or withdraw",
            f"vụ {case_id} có thông báo: đóng chúng trước khi tách, hoặc rút lại",
        )
    site.removed_at = now
    session.add(site)
    session.flush()
    detail = {"host": host, "reason": reason}
    record_event(session, case, "split", actor=actor.name, detail=detail, now=now)
    return _returned(session, case, site, reason, actor, now)


def related(session: Session, case_id: int, limit: int = 20) -> tuple[RelatedCase, ...]:
    """Cases that share an indicator which few share, those that share most first. Marks of a kit count as one."""
    shared: defaultdict[int, list[Indicator]] = defaultdict(list)
    for indicator in indicators_of(session, case_id):
        if not 1 < indicator.cases <= COMMON:
            continue
        same = (CaseIndicator.kind == indicator.kind, CaseIndicator.value == indicator.value)
        for other in session.exec(select(CaseIndicator.case_id).where(*same, CaseIndicator.case_id != case_id)):
            if indicator.kind != KIT or all(entry.kind != KIT for entry in shared[other]):
                shared[other].append(indicator)
    ranked = sorted(shared, key=lambda number: (-len(shared[number]), number))[:limit]
    cases = {row.id: row for row in session.exec(select(Case).where(col(Case.id).in_(ranked)))}
    return tuple(
        RelatedCase(
            number,
            cases[number].host,
            cases[number].state,
            tuple(sorted(shared[number], key=lambda entry: entry.cases)),
        )
        for number in ranked
    )


def indicators_of(session: Session, case_id: int) -> tuple[Indicator, ...]:
    """What the case can be known again by, with how many cases hold each."""
    rows = session.exec(
        select(CaseIndicator).where(CaseIndicator.case_id == case_id).order_by(col(CaseIndicator.id))
    ).all()
    counts = {
        (kind, value): number
        for kind, value, number in session.exec(
            select(CaseIndicator.kind, CaseIndicator.value, func.count())
            .where(
                col(CaseIndicator.kind).in_({row.kind for row in rows}),  # the index has the kind first
                col(CaseIndicator.value).in_([row.value for row in rows]),
            )
            .group_by(col(CaseIndicator.kind), col(CaseIndicator.value))
        )
    }
    return tuple(Indicator(row.kind, row.value, row.note, counts.get((row.kind, row.value), 1)) for row in rows)


def gather_indicators(session: Session, case_id: int, assessment: Assessment, now: datetime) -> None:
    """Adds what an assessment, and the look-ups that it stands on, say of the case."""
    for kind, value, words in assessment.indicators[:MAX_INDICATORS]:
        _add_indicator(session, case_id, str(kind), str(value), str(words), now)
        if kind == "email":  # the page says so, and its owner wrote the page: a person decides whether it is used
            learn_email(session, "host", assessment.host, str(value), source=assessment.url, now=now)
    _add_indicator(session, case_id, NAME, name_shape(assessment.host), "", now)
    record = session.get(DomainRecord, assessment.domain_record_id) if assessment.domain_record_id is not None else None
    if record is not None:
        _add_indicator(session, case_id, REGISTRANT, record.owner_mark, "", now)
        for address in list(record.facts.get("addresses") or ())[:10]:
            _add_indicator(session, case_id, "address", str(address), "", now)
        for server in list(record.facts.get("nameservers") or ())[:10]:
            _add_indicator(session, case_id, "nameserver", str(server).lower(), "", now)


def stored_indicators(assessment: Assessment) -> Iterator[tuple[str, str]]:
    """Kind and value of what ``gather_indicators`` adds from an assessment itself, as they are kept."""
    for kind, value, _ in assessment.indicators[:MAX_INDICATORS]:
        if kept := _kept(str(value)):
            yield str(kind)[:32], kept


def _kept(value: str) -> str:
    return value.strip()[:255]


def _add_indicator(session: Session, case_id: int, kind: str, value: str, note: str, now: datetime) -> None:
    value = _kept(value)
    known = select(CaseIndicator.id).where(
        CaseIndicator.case_id == case_id, CaseIndicator.kind == kind, CaseIndicator.value == value
    )
    if value and session.exec(known).first() is None:
        session.add(CaseIndicator(case_id=case_id, kind=kind[:32], value=value, note=note, first_at=now))
        session.flush()


def _add_site(session: Session, into: Case, site: Site, from_id: int, actor: Actor, now: datetime) -> None:
    assert into.id is not None
    if site.host in {entry.host for entry in sites_of(session, into.id)}:
        return
    session.add(
        CaseSite(
            case_id=into.id,
            host=site.host,
            domain=site.domain,
            url=site.url,
            from_case=from_id,
            added_by=actor.name,
            added_at=now,
        )
    )
    session.flush()


def _check_merge(session: Session, into: Case, gone: Case) -> None:
    if into.id == gone.id:
        raise RefusedError(f"case {into.id} cannot be merged into itself", f"không gộp vụ {into.id} vào chính nó được")
    if not CaseState(into.state).is_open:
        raise RefusedError(
            f"case {into.id} is `{into.state}`: merge into a case that is open",
            f"vụ {into.id}: {word('state', into.state, 'vi')}; gộp vào một vụ đang mở",
        )
    if gone.state not in _MERGEABLE:
        raise RefusedError(
            f"case {gone.id} is `{gone.state}`: merge the other way round, or close it first",
            f"vụ {gone.id}: {word('state', gone.state, 'vi')}; gộp theo chiều ngược lại, hoặc đóng vụ đó trước",
        )
    assert gone.id is not None
    if _has_notices(session, gone.id):
        raise RefusedError(
            f"case {gone.id} has notices: merge the other way round",
            f"vụ {gone.id} có thông báo: gộp theo chiều ngược lại",
        )


def _has_notices(session: Session, case_id: int) -> bool:
    query = select(Notice.id).where(Notice.case_id == case_id, col(Notice.state).not_in(("draft", "cancelled")))
    return session.exec(query.limit(1)).first() is not None


def _way_to_duplicate(state: CaseState) -> tuple[CaseState, ...]:
    return (CaseState.DUPLICATE,) if state == CaseState.IN_REVIEW else (CaseState.IN_REVIEW, CaseState.DUPLICATE)


def _returned(session: Session, case: Case, site: CaseSite, reason: str, actor: Actor, now: datetime) -> Case:
    origin = session.get(Case, site.from_case) if site.from_case is not None else None
    if origin is not None and origin.host == site.host and origin.state == CaseState.DUPLICATE:
        words = f"tách khỏi vụ {case.id}: {reason}"
        transition(session, origin, CaseState.IN_REVIEW, actor=actor.name, reason=words, now=now)
        note(session, origin, "merged_into", None, actor=actor.name, now=now)
        return origin
    fresh = Case(
        host=site.host,
        domain=site.domain,
        url=site.url,
        open_key=site.host,
        state=CaseState.NEW,
        level=case.level,
        points=case.points,
        category=case.category,
        title=case.title.replace(case.host, site.host),
        opened_at=now,
        updated_at=now,
    )
    session.add(fresh)
    session.flush()
    bears: dict[str, object] = {"host": fresh.host, "domain": fresh.domain, "url": fresh.url}
    bears |= {"level": fresh.level, "points": fresh.points, "category": fresh.category}
    detail = {"split_from": case.id, "reason": reason, **bears}
    record_event(session, fresh, "opened", actor=actor.name, detail=detail, now=now)
    return fresh
