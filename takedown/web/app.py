"""Makes the application: the guard before it, every page in it, and what a fault looks like."""

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
from takedown.web.guarding import guard
from takedown.web.pages import ROUTERS
from takedown.web.rendering import render
from takedown.web.seats import Seats
from takedown.web.throttle import HOUR, PROVIDER_LIMIT, Throttle
from takedown.words import fault_words

_STATUS = {NotAllowedError: 403, MissingError: 404}


_SAID = {
    400: ("Yêu cầu không đọc được.", "The request cannot be read."),
    404: ("Không có trang này.", "There is no such page."),
    405: ("Địa chỉ này chỉ nhận biểu mẫu: quay lại trang trước.", "This address takes a form only: go back a page."),
    413: ("Tệp hoặc biểu mẫu quá lớn.", "The file or form is too large."),
    422: ("Có ô điền chưa đúng: quay lại và sửa.", "A field is not right: go back and correct it."),
}


def create_app(desk: Desk) -> FastAPI:
    """The desk as an ASGI application."""
    app = FastAPI(title="lachan", docs_url=None, redoc_url=None, openapi_url=None)
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


def _sign_in(request: Request, _: Exception) -> Response:
    back = request.url.path if request.method == "GET" else "/"
    return RedirectResponse(f"/sign-in?to={back}", 303)


def _own_password(_: Request, __: Exception) -> Response:
    return RedirectResponse("/me", 303)


def _forged(request: Request, _: Exception) -> Response:
    vi, en = "Phiên làm việc đã đổi: mở lại trang rồi thử lại.", "The session has changed: reload the page."
    return _fault(request, 403, vi, en)


def _refused(request: Request, error: Exception) -> Response:
    status = next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 409)
    return _fault(request, status, fault_words(error, "vi"), str(error))


def _broken(request: Request, error: Exception) -> Response:
    """Evidence that is missing or damaged, a database that went away: said in its own words, never as a blank 500."""
    return _fault(request, 503, fault_words(error, "vi"), str(error))


def _http(request: Request, error: Exception) -> Response:
    if request.url.path.startswith(f"{ROOT}/"):  # a path that the mount does not take, as one with a line break in it
        return problem(request.url.path, "missing", "không có địa chỉ này / there is no such address")
    status = error.status_code if isinstance(error, HTTPException) else getattr(error, "status_code", 500)
    return _fault(request, status, *_SAID.get(status, ("Trang này không mở được.", "This page cannot be shown.")))


def _unreadable(request: Request, _: Exception) -> Response:
    """A number in an address that is none, a field that is longer than any form lets it be."""
    status = 404 if request.method == "GET" else 422
    return _fault(request, status, *_SAID[status])


def _fault(request: Request, status: int, vi: str, en: str) -> Response:
    if not hasattr(request.state, "visitor"):
        request.state.visitor = access.identify(request)
    said = en if request.state.visitor.language == "en" else vi
    return render(request, "fault.html", status, said=said, code=status)
