"""One look at one URL from one vantage: what was asked, what came back, and how it ended."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

HOST_CHARACTERS = 253


class Outcome(StrEnum):
    """How a visit ended. Only READ is a page of the site's; no other may be taken for its content or for «clean»."""

    READ = "read"
    HTTP_ERROR = "http_error"  # a 4xx or 5xx answer
    EMPTY_SHELL = "empty_shell"  # nothing to read without a browser
    CHALLENGE = "challenge"  # captcha or bot check
    NOT_A_PAGE = "not_a_page"  # a file, a picture, JSON
    NOT_FOUND = "not_found"  # an error in a page's clothes: it says «not found» and 200
    PARKED = "parked"  # a name for sale, a registrar's or a server's default page
    SUSPENDED = "suspended"  # switched off by its host or registrar
    LOGIN_WALL = "login_wall"  # nothing but a door: a name and a password are asked for
    UNREADABLE = "unreadable"  # our readers could not get through its markup, or its bytes are no text
    TOO_HEAVY = "too_heavy"  # wanted more memory or more processes than a page may have
    TRUNCATED = "truncated"  # the body ended early or hit our bound
    TOO_MANY_REDIRECTS = "too_many_redirects"
    EGRESS_REFUSED = "egress_refused"  # our own policy said no
    ROBOTS_DISALLOWED = "robots_disallowed"
    DNS_FAILED = "dns_failed"
    CONNECT_FAILED = "connect_failed"
    TLS_FAILED = "tls_failed"
    TIMED_OUT = "timed_out"
    BROWSER_FAILED = "browser_failed"  # ours, not theirs
    FAILED = "failed"  # anything else, named in the reason

    @property
    def ours(self) -> bool:
        """True where the fault says nothing about the site."""
        return self in {Outcome.EGRESS_REFUSED, Outcome.ROBOTS_DISALLOWED, Outcome.BROWSER_FAILED}


@dataclass(frozen=True, slots=True)
class Vantage:
    """Who we look like. ``method``: fetch (plain HTTP) or browser."""

    name: str
    method: str
    locale: str = "vi-VN"
    accept_language: str = "vi-VN,vi;q=0.9,en-US;q=0.6,en;q=0.5"
    timezone: str = "Asia/Ho_Chi_Minh"
    user_agent: str = ""  # "" keeps the browser's own
    referrer: str = ""
    width: int = 1366
    height: int = 900
    scale: float = 1.0
    mobile: bool = False
    enters: bool = False  # presses the gate that stands before the page


@dataclass(frozen=True, slots=True)
class Exchange:
    """One HTTP request and its response. Header values are bytes as received, in order of receipt where known."""

    url: str
    method: str
    status: int  # 0: no response
    started_at: datetime
    request_headers: tuple[tuple[str, str], ...] = ()
    response_headers: tuple[tuple[str, str], ...] = ()
    reason: str = ""
    protocol: str = "HTTP/1.1"
    request_body: bytes = b""
    body: bytes = b""
    body_decoded: bool = False  # True: content- and transfer-encoding were already undone (a browser's view)
    address: str = ""  # ip:port that was dialled
    resource: str = "document"
    truncated: bool = False
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Redirect:
    url: str
    status: int  # 0 for a scripted or meta navigation
    location: str


@dataclass(frozen=True, slots=True)
class DnsAnswer:
    """``asked_at``: when the question was put, which may be after the page was fetched; None where nobody noted it."""

    name: str
    type: str
    values: tuple[str, ...]
    server: str = ""
    error: str = ""
    asked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TlsChain:
    """Certificates as DER, leaf first; ``error`` says what a strict client would have refused."""

    host: str
    protocol: str = ""
    cipher: str = ""
    chain: tuple[bytes, ...] = ()
    verified: bool | None = None
    error: str = ""
    timed_out: bool = False  # nothing came within the time


@dataclass(frozen=True, slots=True)
class Visit:
    """All that one look brought back. ``missing`` names each thing that was not captured, with the reason."""

    requested_url: str
    final_url: str
    vantage: Vantage
    outcome: Outcome
    started_at: datetime
    finished_at: datetime
    reason: str = ""
    status: int = 0
    content_type: str = ""
    html: bytes = b""  # the document as a browser would decode it: wire body undone, or the rendered DOM as UTF-8
    exchanges: tuple[Exchange, ...] = field(default=(), repr=False)
    redirects: tuple[Redirect, ...] = ()
    dns: tuple[DnsAnswer, ...] = ()
    tls: TlsChain | None = None
    dom: bytes = field(default=b"", repr=False)  # rendered DOM, UTF-8; empty for a plain fetch
    mhtml: bytes = field(default=b"", repr=False)
    screenshot: bytes = field(default=b"", repr=False)
    screenshot_type: str = "image/jpeg"
    recognised: str = field(default="", repr=False)  # the words that OCR read in the screenshot
    shown: int = 0  # characters of text that a browser showed; 0 where none looked
    robots: str = ""  # allowed | disallowed | overridden | unavailable
    missing: tuple[tuple[str, str], ...] = ()
    gate: str = ""  # the label of what lets a visitor in, where a browser saw little else
    notes: tuple[str, ...] = ()
    tools: tuple[tuple[str, str], ...] = ()  # (name, version)

    @property
    def final_host(self) -> str:
        """The host at which it ended, "" where the address has none."""
        return host_in(self.final_url)


def host_in(url: str) -> str:
    """The host of an address that a page may have chosen; "" where there is none, or none that could be a name."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return host if len(host) <= HOST_CHARACTERS else ""
