"""A wrong or broken content coding hides no page, and no bomb gets past the bound."""

import gzip
import zlib
from typing import Any

import brotli  # type: ignore[import-untyped]
import pytest
from backports import zstd
from scrapy.http import HtmlResponse, Response

from crawler import settings
from crawler.codings import FRAMES, Content, undo_codings
from crawler.collecting import judge_failure, judge_response
from crawler.visit import Outcome
from tests.crawler.egress.crawling import crawl
from tests.crawler.egress.loopback import Server

HTML = "<!doctype html><title>Ngân hàng</title>".encode() + b"".join(b"<p>dong %d</p>" % n for n in range(2000))
CODERS: dict[str, Any] = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress, "zstd": zstd.compress}
CHOSEN = ("httpcompression", "decoding")
CODINGS = {name: at for name, at in settings.DOWNLOADER_MIDDLEWARES.items() if any(part in name for part in CHOSEN)}


def answer(body: bytes, coding: str) -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: {coding}\r\nContent-Length: {len(body)}"
    return head.encode("latin-1") + b"\r\n\r\n" + body


def fetch(body: bytes, coding: str, **more: Any) -> tuple[Response | BaseException, bytes]:
    """The page or the error, and the head of our request."""
    with Server({"/": answer(body, coding)}) as server:
        url = f"http://{server.address}/"
        ended, _ = crawl([url], server.address, DOWNLOADER_MIDDLEWARES=CODINGS, **more)
        return ended[url][1], server.heads[0]


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "deflate", "br", "zstd", "gzip, br", "foo", "gzip, foo", "\xff"])
@pytest.mark.parametrize("body", [b"<h1>Xin chao</h1>", HTML], ids=["short", "long"])
def test_what_is_not_so_coded_stays_as_it_is(coding: str, body: bytes) -> None:
    response, _ = fetch(body, coding)
    assert isinstance(response, HtmlResponse), response
    assert (response.body, response.flags) == (body, [])


@pytest.mark.parametrize("coding", CODERS)
def test_what_is_coded_is_undone_as_a_browser_asks_for_it(coding: str) -> None:
    response, head = fetch(CODERS[coding](HTML), coding.upper())
    assert isinstance(response, HtmlResponse), response
    assert (response.body, response.flags) == (HTML, [])
    assert "Content-Encoding" not in response.headers
    assert b"Accept-Encoding: gzip, deflate, br, zstd\r\n" in head


def test_codings_upon_each_other_are_undone_from_the_last() -> None:
    response, _ = fetch(brotli.compress(gzip.compress(HTML)), "gzip, br")
    assert isinstance(response, HtmlResponse)
    assert response.body == HTML


@pytest.mark.parametrize("coding", ["gzip", "deflate", "zstd"])
def test_a_stream_that_ends_early_is_undone_as_far_as_it_goes(coding: str) -> None:
    page = b"".join(zlib.crc32(b"%d" % n).to_bytes(4, "big").hex().encode() for n in range(60_000))
    response, _ = fetch(CODERS[coding](page)[:-30], coding)
    assert isinstance(response, Response), response
    assert len(response.body) > 100_000
    assert page.startswith(response.body)
    assert judge_response(response, "text/html")[0] is Outcome.TRUNCATED


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_a_wrong_checksum_costs_nothing_of_the_page(coding: str) -> None:
    packed = bytearray(CODERS[coding](HTML))
    packed[-5 if coding == "gzip" else -1] ^= 1
    response, _ = fetch(bytes(packed), coding)
    assert isinstance(response, Response), response
    assert (response.body, response.flags) == (HTML, [])
    assert judge_response(response, "text/html")[0] is Outcome.READ


def test_the_head_of_a_gzip_stream_may_hold_names_and_a_checksum_may_be_wrong_all_the_same() -> None:
    packed = bytearray(gzip.compress(HTML, mtime=0))
    packed[3] = 4 | 8 | 16 | 2
    head = packed[:10] + b"\x03\x00abc" + b"page.html\x00" + b"a comment\x00"
    named = head + (zlib.crc32(head) & 0xFFFF).to_bytes(2, "little") + packed[10:]
    named[-5] ^= 1
    assert undo_codings(bytes(named), "gzip", 1_000_000) == Content(HTML, whole=True)
    for end in (3, 9, 12, 20):
        assert undo_codings(bytes(named[:end]), "gzip", 1_000_000).body == named[:end]
    assert not undo_codings(bytes(named[: len(named) // 2]), "gzip", 1_000_000).whole


def test_zstandard_in_several_frames_is_one_page_as_browsers_show_it() -> None:
    skipped = b"\x50\x2a\x4d\x18" + (3).to_bytes(4, "little") + b"abc"
    frames = skipped + zstd.compress(HTML[:50]) + skipped + zstd.compress(HTML[50:]) + skipped
    assert undo_codings(frames, "zstd", 1_000_000) == Content(HTML, whole=True)
    assert undo_codings(frames, "zstd", len(HTML) - 1) == Content(HTML[:-1], over=True)
    assert not undo_codings(frames[:-30], "zstd", 1_000_000).whole
    assert undo_codings(zstd.compress(HTML) + b"no frame", "zstd", 1_000_000) == Content(HTML, whole=False)
    assert undo_codings(zstd.compress(b"a") * 9_000, "zstd", 1_000_000) == Content(b"a" * FRAMES, whole=False)


@pytest.mark.parametrize("coding", CODERS)
def test_a_bomb_ends_the_visit_as_truncated(coding: str) -> None:
    error, _ = fetch(CODERS[coding](bytes(30_000_000)), coding, DOWNLOAD_MAXSIZE=1_000_000)
    assert isinstance(error, Exception)
    assert "DOWNLOAD_MAXSIZE" in str(error)
    assert judge_failure(error) is Outcome.TRUNCATED


@pytest.mark.parametrize("coding", CODERS)
def test_nothing_coded_is_nothing(coding: str) -> None:
    response, _ = fetch(CODERS[coding](b""), coding)
    assert isinstance(response, Response)
    assert response.body == b""
