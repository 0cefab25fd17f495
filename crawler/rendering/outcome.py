"""Judges how a rendered visit ended: what the site answered, what was in the way, or which fault was ours."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from crawler.egress.proxy import Fault
from crawler.page_types import is_page_type, missing_part
from crawler.rendering.challenge import recognise_challenge
from crawler.visit import Outcome

# The beginning of Chromium's error name; the first that fits.
_ERRORS = (
    ("ERR_NAME_NOT_RESOLVED", Outcome.DNS_FAILED),
    ("ERR_NAME_RESOLUTION", Outcome.DNS_FAILED),
    ("ERR_DNS", Outcome.DNS_FAILED),
    ("ERR_CERT", Outcome.TLS_FAILED),
    ("ERR_SSL", Outcome.TLS_FAILED),
    ("ERR_BAD_SSL", Outcome.TLS_FAILED),
    ("ERR_ECH", Outcome.TLS_FAILED),
    ("ERR_TOO_MANY_REDIRECTS", Outcome.TOO_MANY_REDIRECTS),
    ("ERR_TIMED_OUT", Outcome.TIMED_OUT),
    ("ERR_CONNECTION_TIMED_OUT", Outcome.TIMED_OUT),
    ("ERR_INCOMPLETE_CHUNKED_ENCODING", Outcome.TRUNCATED),
    ("ERR_CONTENT_LENGTH_MISMATCH", Outcome.TRUNCATED),
    ("ERR_CONTENT_DECODING", Outcome.TRUNCATED),
    ("ERR_CONNECTION", Outcome.CONNECT_FAILED),
    ("ERR_TUNNEL", Outcome.CONNECT_FAILED),
    ("ERR_PROXY", Outcome.CONNECT_FAILED),
    ("ERR_ADDRESS", Outcome.CONNECT_FAILED),
    ("ERR_EMPTY_RESPONSE", Outcome.CONNECT_FAILED),
    ("ERR_SOCKET", Outcome.CONNECT_FAILED),
)


@dataclass(frozen=True, slots=True)
class Ending:
    """What is known at the end. ``fault``: the proxy's for the main document; ``failure``: the browser's error name."""

    browser_fault: str = ""
    fault: Fault | None = None
    failure: str = ""
    stopped: str = ""
    answered: bool = False
    unended: str = ""  # why what came of the document may not be all of it
    downloaded: bool = False
    status: int = 0
    mime: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    title: str = ""
    looked: bool = True  # whether the page let itself be asked what it shows
    cut: str = ""  # why what was captured is not the whole page
    shown: int = 0  # characters of text and pictures that the page shows


def judge_ending(end: Ending) -> tuple[Outcome, str]:
    """The outcome with its reason, "" for a page that was read."""
    if end.browser_fault:
        return Outcome.BROWSER_FAILED, end.browser_fault
    if end.fault is not None:
        return end.fault.outcome, end.fault.reason
    if "redirects" in end.stopped:
        return Outcome.TOO_MANY_REDIRECTS, end.stopped
    if end.downloaded and not end.answered:
        return Outcome.NOT_A_PAGE, "a download"
    if end.failure:
        return judge_error(end.failure), end.failure
    if end.stopped and not end.answered:
        return Outcome.FAILED, end.stopped
    if not end.answered:
        return Outcome.TIMED_OUT, "no answer within the navigation's time"
    return judge_answer(end)


def judge_error(name: str) -> Outcome:
    """The outcome for Chromium's ``net::ERR_...``."""
    short = name.removeprefix("net::")
    return next((outcome for start, outcome in _ERRORS if short.startswith(start)), Outcome.FAILED)


def judge_answer(end: Ending) -> tuple[Outcome, str]:
    """The outcome of a document that came."""
    if wall := recognise_challenge(status=end.status, headers=end.headers, body=end.body, title=end.title):
        return Outcome.CHALLENGE, wall
    if end.status >= 400:
        return Outcome.HTTP_ERROR, f"HTTP {end.status}"
    if not is_page_type(end.mime, end.body):
        return Outcome.NOT_A_PAGE, f"content type {end.mime[:100]}"
    if end.unended:
        return Outcome.TRUNCATED, end.cut or end.unended  # what we cut off had not ended, because of us
    if not end.looked:
        return Outcome.TRUNCATED, "the browser did not get to say what the page shows"
    if not end.shown:
        return Outcome.EMPTY_SHELL, "the rendered page shows nothing"
    if cut := end.cut or missing_part(end.status, end.headers.get("content-range", "")):
        return Outcome.TRUNCATED, cut
    return Outcome.READ, ""
