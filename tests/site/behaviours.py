"""What a sample site does with a request, one small function a behaviour: request in, reply out, no sockets."""

import re
from dataclasses import dataclass, field

from tests.site.catalogue import Route

PHONE = re.compile(r"Mobile|Android|iPhone")
SOCIAL = re.compile(r"facebook\.com|fb\.com|instagram\.com|zalo|tiktok\.com|t\.me")


@dataclass(frozen=True, slots=True)
class Request:
    """One request as read from the wire; header names are lower case."""

    method: str
    scheme: str
    host: str
    path: str
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Reply:
    """``delay``: seconds before the first byte; ``drip``: seconds between single bytes of the body; ``cut``: the
    connection closes after so many bytes of the body, though the head promised all of it."""

    status: int = 200
    body: bytes = b""
    content_type: str = "text/html; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()
    delay: float = 0.0
    drip: float = 0.0
    cut: int | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A file as it is served: its bytes and media type."""

    body: bytes
    content_type: str


def page(route: Route, document: Document, request: Request) -> Reply:
    """The page itself, with the route's status and headers."""
    return Reply(route.status, document.body, route.content_type or document.content_type, route.headers)


def redirect(route: Route, document: Document, request: Request) -> Reply:
    """A Location to elsewhere; a status of 200 in the route means 302."""
    status = route.status if 300 <= route.status < 400 else 302
    return Reply(status, b"", "text/html", (("Location", route.to), *route.headers))


def slow(route: Route, document: Document, request: Request) -> Reply:
    """The answer comes after the route's seconds."""
    return Reply(route.status, document.body, document.content_type, route.headers, delay=route.seconds)


def drip(route: Route, document: Document, request: Request) -> Reply:
    """The body comes byte by byte, the route's seconds apart."""
    return Reply(route.status, document.body, document.content_type, route.headers, drip=route.seconds)


def close_early(route: Route, document: Document, request: Request) -> Reply:
    """The head promises the whole body; the connection closes after the route's bytes of it."""
    return Reply(route.status, document.body, document.content_type, route.headers, cut=route.bytes)


def is_phone_from_social(request: Request) -> bool:
    """True for a phone's user agent that arrives from a link in a social network."""
    referrer = request.headers.get("referer", "")
    from_social = bool(SOCIAL.search(referrer)) or "fbclid=" in request.query
    return from_social and bool(PHONE.search(request.headers.get("user-agent", "")))


def status(route: Route, document: Document, request: Request) -> Reply:
    """Any status with the route's page as its body."""
    return page(route, document, request)


def charset(route: Route, document: Document, request: Request) -> Reply:
    """The page in the route's legacy encoding, while the header claims nothing or something else."""
    text = document.body.decode("utf-8")
    body = text.encode(route.charset, errors="xmlcharrefreplace")
    return Reply(route.status, body, route.content_type or "text/html", route.headers)


def download(route: Route, document: Document, request: Request) -> Reply:
    """A file that asks to be saved."""
    name = route.path.rsplit("/", 1)[-1]
    disposition = ("Content-Disposition", f'attachment; filename="{name}"')
    kind = route.content_type or "application/vnd.android.package-archive"
    return Reply(route.status, document.body, kind, (disposition, *route.headers))


ACTIONS = {
    "page": page,
    "redirect": redirect,
    "slow": slow,
    "drip": drip,
    "close_early": close_early,
    "cloak": page,  # which page it is was decided by is_phone_from_social
    "status": status,
    "charset": charset,
    "download": download,
}
