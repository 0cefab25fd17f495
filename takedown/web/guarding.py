"""Before every page: foreign origins and huge bodies are turned away, and every answer carries its policy."""

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from fastapi import Request, Response
from fastapi.responses import PlainTextResponse

MAX_BODY = 12_000_000  # an order as a file, or a screenshot of a registry
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
FILE_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"  # what is downloaded is opened by nothing of ours
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with no-referrer a browser calls the origin of our own forms null
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Robots-Tag": "noindex, nofollow",
}
_PROGRAMS = "/api/"  # no cookie counts there, and its own front bounds bodies
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
Next = Callable[[Request], Awaitable[Response]]


async def guard(request: Request, call_next: Next) -> Response:
    """The middleware."""
    refused = None if request.url.path.startswith(_PROGRAMS) else _refusal(request)
    response = refused if refused is not None else await call_next(request)
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def _refusal(request: Request) -> Response | None:
    if request.method in _SAFE:
        return None
    length = request.headers.get("content-length", "")
    if not length.isascii() or not length.isdigit():
        return PlainTextResponse("biểu mẫu phải nói rõ độ dài / a body must say how long it is\n", 411)
    if int(length) > MAX_BODY:
        said = f"tệp và biểu mẫu dài nhất {MAX_BODY // 1_000_000} MB: quay lại, quét tệp nhỏ hơn hoặc chia danh sách ra"
        return PlainTextResponse(f"{said} / a body may have {MAX_BODY:,} bytes: go back and send less\n", 413)
    if not is_own_origin(request):
        return PlainTextResponse("this form was sent from another site\n", 403)
    return None


def is_own_origin(request: Request) -> bool:
    """Whether a change comes from a page of ours. A client that is no browser sends neither header, and no cookie."""
    origin = request.headers.get("origin")
    if origin is not None:
        return urlsplit(origin).netloc == request.headers.get("host", "")
    return request.headers.get("sec-fetch-site", "same-origin") in {"same-origin", "none"}
