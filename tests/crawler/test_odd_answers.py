"""Answers that bend HTTP: each is read as a browser would, or ends in a named state that is worth a browser."""

import pytest
from scrapy.http import Response

from crawler.collecting import judge_failure, judge_response
from crawler.examination import WORTH_A_BROWSER
from crawler.visit import Outcome
from tests.crawler.egress.crawling import crawl
from tests.crawler.egress.loopback import Server

PAGE = b"<h1>Xin chao</h1>"
KIND = b"Content-Type: text/html\r\n"
LENGTH = b"Content-Length: %d\r\n" % len(PAGE)
OK = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param((OK + KIND + LENGTH + b"\r\n").replace(b"\r\n", b"\n") + PAGE, id="line feeds alone"),
        pytest.param(b"HTTP/1.1 200\r\n" + KIND + LENGTH + b"\r\n" + PAGE, id="no reason"),
        pytest.param(b"HTTP/1.0 200 OK\r\n" + KIND + b"\r\n" + PAGE, id="no length"),
        pytest.param(OK + b"X-A: b\r\n c\r\n" + KIND + LENGTH + b"\r\n" + PAGE, id="a folded line"),
    ],
)
def test_what_is_tolerated_is_read(answer: bytes) -> None:
    outcome, reason, body = fetch(answer)
    assert (outcome, reason, body) == (Outcome.READ, "", PAGE)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        pytest.param(OK + b"Bad Name: x\r\n" + KIND + LENGTH + b"\r\n" + PAGE, "header token", id="name with a space"),
        pytest.param(OK + b"nothing\r\n" + KIND + LENGTH + b"\r\n" + PAGE, "header token", id="no colon"),
        pytest.param(OK + KIND + LENGTH + LENGTH + b"\r\n" + PAGE, "Duplicate Content-Length", id="length twice"),
        pytest.param(OK + KIND + b"Content-Length: 17, 17\r\n\r\n" + PAGE, "Content-Length", id="a list of lengths"),
        pytest.param(OK + KIND + b"Transfer-Encoding: chunked\r\n\r\n11\n" + PAGE, "chunk size", id="chunk line"),
        pytest.param(PAGE, "status line", id="no head"),
        pytest.param(b"ICY 200 OK\r\n" + KIND + b"\r\n" + PAGE, "status line", id="ICY"),
        pytest.param(b"HTTP/2 200\r\n" + KIND + LENGTH + b"\r\n" + PAGE, "status line", id="HTTP/2 in words"),
        pytest.param(b"HTTP/1.1 302 Found\r\nLocation: http://[::1\r\n\r\n", "Invalid", id="Location is no address"),
    ],
)
def test_what_is_not_is_named_and_worth_a_browser(answer: bytes, words: str) -> None:
    outcome, reason, _ = fetch(answer)
    assert outcome in WORTH_A_BROWSER
    assert words in reason


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        (b"bytes 0-16/17", Outcome.READ),
        (b"Bytes 0-16/17 ", Outcome.READ),
        (b"bytes 0-16/99", Outcome.TRUNCATED),
        (b"bytes 3-19/20", Outcome.TRUNCATED),
        (b"bytes 0-16/*", Outcome.TRUNCATED),
        (b"", Outcome.TRUNCATED),
    ],
)
def test_a_part_that_nobody_asked_for_is_no_whole_page(said: bytes, outcome: Outcome) -> None:
    head = b"HTTP/1.1 206 Partial Content\r\n" + KIND + LENGTH + (b"Content-Range: " + said + b"\r\n" if said else b"")
    found, reason, body = fetch(head + b"\r\n" + PAGE)
    assert (found, body) == (outcome, PAGE)
    assert ("206" in reason) == (outcome is Outcome.TRUNCATED)


def fetch(answer: bytes) -> tuple[Outcome, str, bytes]:
    """The outcome, its reason and the body of one plain fetch."""
    with Server({"/": answer}) as server:
        url = f"http://{server.address}/"
        ended, _ = crawl([url], server.address, RETRY_ENABLED=False, DOWNLOAD_FAIL_ON_DATALOSS=False)
    result = ended[url][1]
    if isinstance(result, Response):
        kind = (result.headers.get("Content-Type") or b"").decode()
        return *judge_response(result, kind), result.body
    return judge_failure(result), str(result), b""
