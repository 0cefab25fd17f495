"""Sign-in through the office's provider: away, back, a one-time code where a person has one, and out there as well."""

from datetime import datetime
from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse

from takedown.errors import ProviderDownError, ProviderError, ProviderMissingError
from takedown.oidc.flow import LIFE, Back, Flows, Proven
from takedown.oidc.links import linked_person
from takedown.staff import Person, SignIn, SignInState, sign_in_proven
from takedown.web.access import PUBLIC, Pages, desk_of, visitor_of
from takedown.web.links import own_path
from takedown.web.pages.signin import address_of, open_session, why_not, with_cookie
from takedown.web.rendering import render
from takedown.web.sessions import drop_old_sessions
from takedown.words import fault_words

PATH = "/sign-in/provider"
BACK = f"{PATH}/back"
COOKIE = "lachan_provider"

pages = Pages()


@pages.page(PATH, PUBLIC)
def away(request: Request, to: str = "/") -> Response:
    """Sends the browser to the provider. It is a link, since the policy of our pages keeps forms on our own origin."""
    flows, desk, address = _flows(request), desk_of(request), address_of(request)
    now, begun_before = desk.clock(), request.app.state.provider_sign_ins
    if (until := begun_before.closed_until(address, now=now)) is not None:
        return _said(request, why_not(request, SignIn(SignInState.LOCKED, until=until), "", ""), 429)
    begun_before.count(address, now=now)
    try:
        begun = flows.begin(own_path(to), now)
    except ProviderError as error:
        return _told(request, error)
    return _keeping(request, RedirectResponse(begun.url, 303), begun.cookie)


@pages.page(BACK, PUBLIC)
def back(request: Request, state: str = "", code: str = "", iss: str = "", error: str = "") -> Response:
    """Where the provider sends the browser: whoever is linked enters."""
    flows, now, address = _flows(request), desk_of(request).clock(), address_of(request)
    tries = request.app.state.sign_ins
    if (until := tries.closed_until(address, now=now)) is not None:
        return _said(request, why_not(request, SignIn(SignInState.LOCKED, until=until), "", ""), 429)
    try:
        proven = flows.finish(Back(state, code, iss, error, request.cookies.get(COOKIE, "")), now)
    except ProviderError as fault:
        if not isinstance(fault, ProviderDownError):
            tries.count(address, now=now)
        return _told(request, fault)
    person = _linked(request, proven)
    if person is None:
        tries.count(address, now=now)
        return _unlinked(request, proven)
    if person.has_code:
        return _keeping(request, render(request, "sign_in_code.html", said=""), flows.hold(proven, now))
    return _enter(request, proven, "", now)


@pages.change(f"{PATH}/code", PUBLIC)
def code(request: Request, code: Annotated[str, Form(max_length=20)] = "") -> Response:
    """The one-time code of whoever has one, after the provider's word."""
    flows, now = _flows(request), desk_of(request).clock()
    proven = flows.held(request.cookies.get(COOKIE, ""), now)
    if proven is None:
        return _said(request, _in(request, "Quá lâu rồi: hãy đăng nhập lại.", "That took too long: sign in again."))
    return _enter(request, proven, code, now)


@pages.page(f"{PATH}/out", PUBLIC)
def out(request: Request) -> Response:
    """Ends the sign-in at the provider too, where it says how."""
    flows = _flows(request)
    way = flows.way_out(flows.provider.settings.back.removesuffix(BACK) + "/sign-in")
    return RedirectResponse(way or "/sign-in", 303)


def _enter(request: Request, proven: Proven, code: str, now: datetime) -> Response:
    """Signs in whoever is linked at this very moment."""
    desk, token, tried = desk_of(request), "", SignIn(SignInState.WRONG)
    with desk.writing() as session:
        person = linked_person(session, issuer=proven.issuer, subject=proven.subject)
        if person is not None:
            tried = sign_in_proven(session, name=person.name, by=proven.issuer, code=code, now=now)
        if tried.state is SignInState.OK and tried.person is not None:
            drop_old_sessions(session, now=now)
            token = open_session(session, request, tried.person, now=now)
    if tried.state is SignInState.OK:
        _flows(request).held(request.cookies.get(COOKIE, ""), now, drop=True)
        answer = RedirectResponse(own_path(proven.to), 303)
        answer.delete_cookie(COOKIE, path=PATH)
        return with_cookie(request, answer, token)
    if person is None:
        return _unlinked(request, proven)
    request.app.state.sign_ins.count(address_of(request), now=now)
    said = why_not(request, tried, "Mã chưa đúng.", "Wrong code.")
    return render(request, "sign_in_code.html", 401, said=said)


def _flows(request: Request) -> Flows:
    flows: Flows | None = request.app.state.flows
    if flows is None:
        raise ProviderMissingError(
            "no sign-in provider is set here (LACHAN_OIDC_ISSUER)",
            "ở đây chưa đặt nơi đăng nhập (LACHAN_OIDC_ISSUER)",
        )
    return flows


def _linked(request: Request, proven: Proven) -> Person | None:
    with desk_of(request).reading() as session:
        return linked_person(session, issuer=proven.issuer, subject=proven.subject)


def _unlinked(request: Request, proven: Proven) -> Response:
    """Their own subject is shown, so that an administrator can link it; it opens nothing."""
    vi = "Tài khoản của bạn ở nơi đăng nhập chưa liên kết với ai được vào đây. Gửi mã này cho quản trị viên:"
    en = "Your account at the provider is linked to nobody who may enter. Give this to an administrator:"
    return _said(request, f"{_in(request, vi, en)} {proven.subject}", 403)


def _told(request: Request, error: ProviderError) -> Response:
    language = visitor_of(request).language
    down = isinstance(error, ProviderDownError)
    also = _in(request, "Vẫn vào được bằng mật khẩu.", "A password opens all the same.")
    said = fault_words(error, language)
    return _said(request, f"{said}. {also}" if down else said, 503 if down else 403)


def _said(request: Request, said: str, status: int = 403) -> Response:
    answer = render(request, "sign_in.html", status, to="/", said=said, name="", out=False)
    answer.delete_cookie(COOKIE, path=PATH)
    return answer


def _in(request: Request, vi: str, en: str) -> str:
    return en if visitor_of(request).language == "en" else vi


def _keeping(request: Request, answer: Response, value: str) -> Response:
    """Lax: the browser comes back by a link from the provider's site, and must bring the cookie then."""
    seconds, secure = int(LIFE.total_seconds()), desk_of(request).secure
    answer.set_cookie(COOKIE, value, max_age=seconds, secure=secure, httponly=True, samesite="lax", path=PATH)
    return answer
