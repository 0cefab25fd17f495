"""Makes the application: the guard before it, every page in it, and what a fault looks like."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.middleware.gzip import GZipMiddleware

from storage.errors import StorageError, VaultError
from takedown.api.app import ROOT, create_api
from takedown.api.problems import problem
from takedown.errors import MissingError, NotAllowedError, TakedownError
from takedown.oidc.flow import Flows
from takedown.statistics.kept import KeptCurves
from takedown.web import access
from takedown.web.access import ForgedRequestError, OwnPasswordNeededError, SignInNeededError
from takedown.web.assets import Assets
from takedown.web.desk import Desk
from takedown.web.guarding import MAX_BODY, guard
from takedown.web.links import own_path
from takedown.web.pages import ROUTERS
from takedown.web.rendering import render
from takedown.web.seats import Seats
from takedown.web.throttle import HOUR, PROVIDER_LIMIT, Throttle
from takedown.web.typed import Typed, fault_of_fields, typed_in
from takedown.words import fault_words

_STATUS = {NotAllowedError: 403, MissingError: 404}


_SAID = {
    400: ("Yêu cầu không đọc được.", "The request cannot be read."),
    404: ("Không có trang này.", "There is no such page."),
    405: ("Địa chỉ này chỉ nhận biểu mẫu: quay lại trang trước.", "This address takes a form only: go back a page."),
    413: ("Tệp hoặc biểu mẫu quá lớn.", "The file or form is too large."),
}


def create_app(desk: Desk) -> FastAPI:
    """The desk as an ASGI application."""
    limits: Any = {"max_part_size": MAX_BODY}  # a pasted list is one part; the framework's own bound is 1 MB
    app = FastAPI(title="lachan", docs_url=None, redoc_url=None, openapi_url=None, form_limits=limits)
    app.state.desk = desk
    app.state.sign_ins, app.state.seats, app.state.curves = Throttle(), Seats(), KeptCurves()
    app.state.provider_sign_ins = Throttle(PROVIDER_LIMIT)
    app.state.flows = Flows(desk.provider) if desk.provider is not None else None
    app.state.objections, app.state.objections_asked = Throttle(5, HOUR), Throttle(30, HOUR)
    app.middleware("http")(guard)
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)
    app.mount("/static", Assets(), name="static")
    app.mount(ROOT, create_api(desk), name="api")
    for router in ROUTERS:
        app.include_router(router)
    app.add_exception_handler(SignInNeededError, _sign_in)
    app.add_exception_handler(OwnPasswordNeededError, _own_password)
    app.add_exception_handler(ForgedRequestError, _forged)
    app.add_exception_handler(TakedownError, _refused)
    app.add_exception_handler(StorageError, _broken)
    app.add_exception_handler(VaultError, _refused)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(404, _http)
    app.add_exception_handler(405, _http)
    app.add_exception_handler(RequestValidationError, _unreadable)
    return app


async def _sign_in(request: Request, _: Exception) -> Response:
    """To the sign-in; words that came when the session had ended stay before the person, in a page of their own: they
    are kept in the browser alone, and sent again by nobody but whoever presses its button."""
    if typed := await typed_in(request):
        vi = "Phiên làm việc đã hết trước khi biểu mẫu này tới."
        return _fault(request, 401, vi, "Your session ended before this form arrived.", typed)
    back = request.url.path if request.method == "GET" else "/"
    return RedirectResponse(f"/sign-in?to={back}", 303)


def _own_password(_: Request, __: Exception) -> Response:
    return RedirectResponse("/me", 303)


async def _forged(request: Request, _: Exception) -> Response:
    """Also what comes from a page of an earlier sign-in: the words are offered anew, with the token of this one."""
    if typed := await typed_in(request):
        vi, en = (
            "Biểu mẫu này là của một phiên trước: xem lại rồi gửi.",
            "This form is of an earlier session: look it over.",
        )
        return _fault(request, 403, vi, en, typed)
    vi, en = "Phiên làm việc đã đổi: mở lại trang rồi thử lại.", "The session has changed: reload the page."
    return _fault(request, 403, vi, en)


async def _refused(request: Request, error: Exception) -> Response:
    status = next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 409)
    typed = await typed_in(request) if status == 409 else ()
    return _fault(request, status, fault_words(error, "vi"), str(error), typed)


def _broken(request: Request, error: Exception) -> Response:
    """Evidence that is missing or damaged, a database that went away: said in its own words, never as a blank 500."""
    return _fault(request, 503, fault_words(error, "vi"), str(error))


def _http(request: Request, error: Exception) -> Response:
    if request.url.path.startswith(f"{ROOT}/"):  # a path that the mount does not take, as one with a line break in it
        return problem(request.url.path, "missing", "không có địa chỉ này / there is no such address")
    status = error.status_code if isinstance(error, HTTPException) else getattr(error, "status_code", 500)
    return _fault(request, status, *_SAID.get(status, ("Trang này không mở được.", "This page cannot be shown.")))


async def _unreadable(request: Request, error: Exception) -> Response:
    """A number in an address that is none, a field that is longer than any form lets it be."""
    errors = error.errors() if isinstance(error, RequestValidationError) else ()
    wrong = [entry for entry in errors if entry["loc"][:1] == ("body",)]
    if request.method == "GET" or not wrong:
        return _fault(request, 404, *_SAID[404])
    return _fault(request, 422, *fault_of_fields(wrong), await typed_in(request))


def _fault(request: Request, status: int, vi: str, en: str, typed: Sequence[Typed] = ()) -> Response:
    if not hasattr(request.state, "visitor"):
        request.state.visitor = access.identify(request)
    said = en if request.state.visitor.language == "en" else vi
    return render(request, "fault.html", status, said=said, code=status, typed=typed, back=_back(request))


def _back(request: Request) -> str:
    """The page that the form stood on, where the browser says it; else the first page of its kind."""
    came = urlsplit(request.headers.get("referer", ""))
    if request.method == "POST" and came.netloc and came.netloc == request.headers.get("host"):
        return own_path(f"{came.path}?{came.query}" if came.query else came.path)
    first = request.url.path.split("/")[1]
    return {"withdrawals": "/appeals", "views": "/cases"}.get(first, f"/{first}")
