"""One case: what was seen, why it scores as it does, whose it is, what was done, what may be done."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import Request, Response
from sqlmodel import Session, col, select

from storage.models import Assessment, AuditEntry, Case, Notice, Verification
from takedown.campaigns import LookAlike, look_alikes
from takedown.drafting import Planned, plan_notices
from takedown.errors import TakedownError
from takedown.gathering import Indicator, RelatedCase, Site, indicators_of, related, sites_of
from takedown.history import find_case
from takedown.notices import notices_of
from takedown.queue import load_case
from takedown.review import Opinion, opinions
from takedown.situation import newest_record
from takedown.timeline import Moment, time_line
from takedown.views import CaseView, EvidenceView
from takedown.watching import verifications_of
from takedown.web.access import CASES, REVIEW, Pages, desk_of, visitor_of
from takedown.web.desk import Desk
from takedown.web.pages.queue import filters_of
from takedown.web.registration import Registration, read_registration
from takedown.web.rendering import render
from takedown.web.seats import seats_of
from takedown.words import fault_words
from takedown.worklist import newest_pictures, next_case

pages = Pages()
MAX_VISITS = 40
KEPT_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Capture:
    """The newest picture of one vantage."""

    visit: EvidenceView
    digest: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What two vantages of one round saw differently. ``similarity``: of their words, 0 to 1."""

    first: str
    second: str
    similarity: float
    final_urls: tuple[str, str]
    statuses: tuple[int, int]
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """When somebody last had the seals of the case verified, and whether they held."""

    at: datetime
    actor: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Whole:
    """Everything that the page shows. ``problem``: why there is no plan, in words, or ""; ``earlier``: the newest two
    pictures of each vantage, the older first."""

    case: Case
    view: CaseView
    captures: tuple[Capture, ...]
    sites: tuple[Site, ...]
    indicators: tuple[Indicator, ...]
    related: tuple[RelatedCase, ...]
    opinions: tuple[Opinion, ...]
    notices: tuple[Notice, ...]
    checks: tuple[Verification, ...]
    registration: Registration | None
    planned: Planned | None
    problem: str
    moments: tuple[Moment, ...]
    differences: tuple[Difference, ...]
    earlier: tuple[tuple[Capture, Capture], ...]
    came_after: tuple[LookAlike, ...]
    came_before: tuple[LookAlike, ...]
    checked: Checked | None


@pages.page("/cases/{number}", CASES)
def case(request: Request, number: int) -> Response:
    """The page, with the way to the next case of the same queue."""
    desk, visitor, filters = desk_of(request), visitor_of(request), filters_of(request)
    with desk.reading() as session:
        whole = read_whole(session, desk, number, visitor.actor.name, visitor.language)
        following = _following(session, request, number)
        ahead = _ahead(session, request, following)
    answer = render(
        request,
        "case.html",
        whole=whole,
        filters=filters,
        following=following,
        ahead=ahead,
        faults=None,
        max_visits=MAX_VISITS,
    )
    if _is_ahead(request):
        # The one page that a browser may keep, for as long as a person looks at the case before it, under an address
        # that nothing else leads to: after any change the redirect goes to the plain one. Signing out clears it.
        answer.headers.update({"Cache-Control": f"private, max-age={KEPT_SECONDS}", "Vary": "Cookie"})
    return answer


def _following(session: Session, request: Request, number: int) -> int | None:
    """Where this visitor goes from here; where they may judge, nobody else is led there for a while."""
    now, visitor = desk_of(request).clock(), visitor_of(request)
    name, seats = visitor.actor.name, seats_of(request)
    wanted = filters_of(request).wanted(name)

    def find(beside: frozenset[int]) -> int | None:
        return next_case(session, wanted, number, now=now, reader=name, beside=beside)

    if not visitor.may(REVIEW):
        return find(frozenset())
    seats.sit(name, number, now=now)
    return seats.lead(name, find, now=now)


@dataclass(frozen=True, slots=True)
class Ahead:
    """What a browser fetches of the next case while this one is looked at. ``picture``: the digest, or ""."""

    picture: str


def _ahead(session: Session, request: Request, following: int | None) -> Ahead | None:
    """None where there is no next case, or where the visitor asked to be sent as little as possible."""
    if following is None or request.headers.get("save-data", "").strip().lower() == "on":
        return None
    host = find_case(session, following).host
    return Ahead(newest_pictures(session, [host]).get(host, ""))


def _is_ahead(request: Request) -> bool:
    """Whether a browser asks by itself for a page that nobody opened yet."""
    return "prefetch" in request.headers.get("sec-purpose", "") and request.query_params.get("ahead") == "1"


def read_whole(session: Session, desk: Desk, number: int, viewer: str, language: str) -> Whole:
    """Raises CaseMissingError."""
    row = find_case(session, number)
    view = load_case(session, number)
    planned, problem = None, ""
    try:
        planned = plan_notices(session, number, head=desk.letterhead, now=desk.clock())
    except TakedownError as error:
        problem = fault_words(error, language)
    record = newest_record(session, row.domain)
    after, before = look_alikes(session, number)
    return Whole(
        case=row,
        view=view,
        captures=captures_of(view),
        sites=sites_of(session, number),
        indicators=indicators_of(session, number),
        related=related(session, number),
        opinions=opinions(session, row, viewer),
        notices=notices_of(session, number),
        checks=verifications_of(session, number)[:20],
        registration=read_registration(record) if record is not None else None,
        planned=planned,
        problem=problem,
        moments=time_line(view.history, view.evidence, language),
        differences=_differences(session, row),
        earlier=_earlier(view),
        came_after=after,
        came_before=before,
        checked=_checked(session, number),
    )


def captures_of(view: CaseView) -> tuple[Capture, ...]:
    """The newest picture of each vantage, phones first: that is how victims see it."""
    newest: dict[str, Capture] = {}
    for visit in view.evidence:
        digest = next((file.digest for file in visit.files if file.name.startswith("screenshot.")), "")
        if digest and visit.vantage not in newest:
            newest[visit.vantage] = Capture(visit, digest)
    return tuple(sorted(newest.values(), key=lambda entry: ("phone" not in entry.visit.vantage, entry.visit.vantage)))


def _earlier(view: CaseView) -> tuple[tuple[Capture, Capture], ...]:
    """Of each vantage, the newest two pictures of the same address that are not the same."""
    pairs: dict[str, list[Capture]] = {}
    for visit in view.evidence:
        digest = next((file.digest for file in visit.files if file.name.startswith("screenshot.")), "")
        known = pairs.setdefault(visit.vantage, [])
        fresh = digest and all(entry.digest != digest for entry in known)
        if fresh and len(known) < 2 and all(entry.visit.url == visit.url for entry in known):
            known.append(Capture(visit, digest))
    return tuple((known[1], known[0]) for known in pairs.values() if len(known) == 2)


def _differences(session: Session, case: Case) -> tuple[Difference, ...]:
    found = session.get(Assessment, case.assessment_id) if case.assessment_id is not None else None
    return tuple(_difference(entry) for entry in (found.differences if found is not None else ())[:5])


def _difference(entry: dict[str, Any]) -> Difference:
    def both(name: str) -> tuple[Any, Any]:
        return entry.get(f"first_{name}"), entry.get(f"second_{name}")

    def lines(name: str) -> tuple[str, ...]:
        return tuple(map(str, entry.get(name) or ()))

    urls, statuses = both("final_url"), both("status")
    return Difference(
        first=str(entry.get("first", "")),
        second=str(entry.get("second", "")),
        similarity=float(entry.get("similarity") or 0),
        final_urls=(str(urls[0] or ""), str(urls[1] or "")),
        statuses=(int(statuses[0] or 0), int(statuses[1] or 0)),
        only_first=lines("only_first"),
        only_second=lines("only_second"),
    )


def _checked(session: Session, number: int) -> Checked | None:
    query = select(AuditEntry).where(AuditEntry.action == "evidence.checked", AuditEntry.subject == f"case {number}")
    entry = session.exec(query.order_by(col(AuditEntry.sequence).desc()).limit(1)).first()
    return Checked(entry.at, entry.actor, bool(entry.detail.get("holds"))) if entry is not None else None
