"""The queue: cards or a table, filters that live in the address, saved views, bulk verdicts."""

from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session, col, select

from storage.models import SavedView
from takedown.categories import NAMES
from takedown.errors import RefusedError
from takedown.levels import LADDER
from takedown.lifecycle import CaseState
from takedown.queue_order import MAX_COUNTED
from takedown.review import judge_many
from takedown.web.access import CASES, REVIEW, Pages, desk_of, visitor_of
from takedown.web.rendering import render
from takedown.web.seats import seats_of
from takedown.web.tasks import open_tasks
from takedown.worklist import STATE_GROUPS, Page, Wanted, find_page

pages = Pages()
MAX_VIEWS = 30


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address says, as it goes back into addresses."""

    state: str = "todo"
    level: str = ""
    category: str = ""
    q: str = ""
    mine: str = ""
    overdue: str = ""
    view: str = "cards"

    def wanted(self, name: str) -> Wanted:
        """For the service."""
        return Wanted(
            state=self.state,
            level=self.level,
            category=self.category,
            search=self.q[:200],
            mine=name if self.mine else "",
            overdue=bool(self.overdue),
        )

    def query(self, **changes: str) -> str:
        """The address's query with some filters changed; what is as usual is left out."""
        usual = Filters()
        words = {field: getattr(self, field) for field in self.__slots__} | changes
        return urlencode({key: value for key, value in words.items() if value != getattr(usual, key, "")})


def filters_of(request: Request) -> Filters:
    """Reads the address; a value that no filter knows is as if it were not there."""
    given = {key: value for key, value in request.query_params.items() if key in Filters.__slots__}
    if given.get("state", "todo") not in {*STATE_GROUPS, *CaseState}:
        del given["state"]
    if given.get("level", "") not in {"", *LADDER}:
        del given["level"]
    return Filters(**given)


@pages.page("/cases", CASES)
def queue(request: Request, after: str = "") -> Response:
    """A page of the queue."""
    desk, visitor, filters = desk_of(request), visitor_of(request), filters_of(request)
    name, now = visitor.actor.name, desk.clock()
    with desk.reading() as session:
        page = find_page(session, filters.wanted(name), now=now, after=after[:200])
        views = saved_views(session, name)
        tasks = open_tasks(session, visitor, now=now)
    answer = render(
        request,
        "queue.html",
        filters=filters,
        page=page,
        first=_first(request, page),
        most=MAX_COUNTED,
        views=views,
        states=[*STATE_GROUPS, *CaseState],
        levels=LADDER[:0:-1],
        categories=NAMES,
        groups={"open": ("Đang mở", "Open"), "todo": ("Chờ xét", "To review"), "all": ("Tất cả", "All")},
        tasks=tasks,
    )
    answer.headers["HX-Push-Url"] = f"/cases?{filters.query()}".rstrip("?")  # what is as usual stays out of the address
    return answer


def _first(request: Request, page: Page) -> int | None:
    """The first case of the page that nobody else has, looks at or was led to; from then on it is this visitor's."""
    now, visitor = desk_of(request).clock(), visitor_of(request)
    if not visitor.may(REVIEW):
        return None
    mine = {"", visitor.actor.name}
    free = [line.row.id for line in page.lines if line.assignee in mine and line.lock_holder in mine]
    offered = free or [line.row.id for line in page.lines]

    def find(beside: frozenset[int]) -> int | None:
        return next((number for number in offered if number not in beside), None)

    return seats_of(request).lead(visitor.actor.name, find, now=now)


@pages.change("/cases/bulk", REVIEW)
def bulk(
    request: Request,
    verdict: Annotated[str, Form()] = "",
    reason: Annotated[str, Form(max_length=2000)] = "",
    cases: Annotated[list[int] | None, Form()] = None,
) -> Response:
    """One verdict with one reason over the chosen cases; what could not be judged is named."""
    desk, visitor = desk_of(request), visitor_of(request)
    if not verdict:
        raise RefusedError("Nothing is chosen: choose a verdict.", "Chưa chọn kết luận.")
    if verdict not in set(CaseState):
        raise RefusedError(f"`{verdict}` is no verdict", f"`{verdict}` không phải kết luận")
    with desk.writing() as session:
        report = judge_many(
            session, (cases or [])[:200], CaseState(verdict), reason=reason, actor=visitor.actor, now=desk.clock()
        )
    return render(request, "bulk.html", report=report, verdict=verdict)


@pages.change("/views", CASES)
def save_view(
    request: Request, name: Annotated[str, Form(max_length=60)] = "", query: Annotated[str, Form(max_length=500)] = ""
) -> Response:
    """Keeps the filters of the address under a name; the same name again replaces it."""
    desk, visitor = desk_of(request), visitor_of(request)
    owner = visitor.actor.name
    if not name.strip():
        raise RefusedError("A view needs a name.", "Bộ lọc cần có tên.")
    with desk.writing() as session:
        known = saved_views(session, owner)
        row = next((view for view in known if view.name == name.strip()), None)
        if row is None and len(known) >= MAX_VIEWS:
            raise RefusedError(f"At most {MAX_VIEWS} views.", f"Tối đa {MAX_VIEWS} bộ lọc.")
        row = row or SavedView(staff_name=owner, name=name.strip(), query="", created_at=desk.clock())
        row.query = query
        session.add(row)
    return RedirectResponse(f"/cases?{query}", 303)


@pages.change("/views/{number}/delete", CASES)
def delete_view(request: Request, number: int) -> Response:
    """Forgets one of one's own."""
    desk, visitor = desk_of(request), visitor_of(request)
    with desk.writing() as session:
        row = session.get(SavedView, number)
        if row is not None and row.staff_name == visitor.actor.name:
            session.delete(row)
    return RedirectResponse("/cases", 303)


def saved_views(session: Session, name: str) -> list[Any]:
    """A person's views, by name."""
    return list(session.exec(select(SavedView).where(SavedView.staff_name == name).order_by(col(SavedView.name))))
