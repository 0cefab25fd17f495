"""One case: what was seen, why it scores as it does, whose it is, what was done, what may be done."""

from dataclasses import dataclass

from fastapi import Request, Response
from sqlmodel import Session

from storage.models import Case, Notice, Verification
from takedown.drafting import Planned, plan_notices
from takedown.errors import TakedownError
from takedown.gathering import Indicator, RelatedCase, Site, indicators_of, related, sites_of
from takedown.history import find_case
from takedown.notices import notices_of
from takedown.queue import load_case
from takedown.review import Opinion, opinions
from takedown.situation import newest_record
from takedown.views import CaseView, EvidenceView
from takedown.watching import verifications_of
from takedown.web.access import CASES, Pages, desk_of, visitor_of
from takedown.web.desk import Desk
from takedown.web.pages.queue import filters_of
from takedown.web.registration import Registration, read_registration
from takedown.web.rendering import render
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
class Whole:
    """Everything that the page shows. ``problem``: why there is no plan, in words, or ""."""

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


@pages.page("/cases/{number}", CASES)
def case(request: Request, number: int) -> Response:
    """The page, with the way to the next case of the same queue."""
    desk, visitor, filters = desk_of(request), visitor_of(request), filters_of(request)
    with desk.reading() as session:
        whole = read_whole(session, desk, number, visitor.actor.name)
        following = next_case(session, filters.wanted(visitor.actor.name), number, now=desk.clock())
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


def read_whole(session: Session, desk: Desk, number: int, viewer: str) -> Whole:
    """Raises CaseMissingError."""
    row = find_case(session, number)
    view = load_case(session, number)
    planned, problem = None, ""
    try:
        planned = plan_notices(session, number, head=desk.letterhead, now=desk.clock())
    except TakedownError as error:
        problem = str(error)
    record = newest_record(session, row.domain)
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
    )


def captures_of(view: CaseView) -> tuple[Capture, ...]:
    """The newest picture of each vantage, phones first: that is how victims see it."""
    newest: dict[str, Capture] = {}
    for visit in view.evidence:
        digest = next((file.digest for file in visit.files if file.name.startswith("screenshot.")), "")
        if digest and visit.vantage not in newest:
            newest[visit.vantage] = Capture(visit, digest)
    return tuple(sorted(newest.values(), key=lambda entry: ("phone" not in entry.visit.vantage, entry.visit.vantage)))
