"""How far a site is followed, and what is concluded when something goes wrong on the way."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.bounds import DEFAULT_BOUNDS, Bounds
from crawler.detection.score import Level
from crawler.examination import CapturesPages, Examiner, ReadsPictures
from crawler.examined import Examination
from crawler.frontier import LeasedTarget
from crawler.ocr import Recognised
from crawler.rendering.vantages import DESKTOP, FETCH, PHONE
from crawler.site_clock import in_line
from crawler.site_outcome import read_from_picture
from crawler.visit import Exchange, Outcome, Vantage, Visit
from tests.crawler.jumping_clock import on_a_jumping_clock

NOW = datetime(2026, 11, 1, tzinfo=UTC)
URL = "https://xa-kho.example/"
FRAUD = (
    "<html lang=vi><title>Xả kho</title><body><h1>Xả kho giảm 90%</h1>"
    + "".join(f"<div><h3>Giày {n}</h3><del>1.990.000đ</del> <ins>99.000đ</ins></div>" for n in range(12))
    + "<p>Đặt cọc trước 100%, chuyển khoản trước khi giao hàng. STK: 0123456789 Vietcombank, chủ TK NGUYEN VAN A. "
    "Liên hệ Zalo 0905 123 456.</p><p>Hàng công ty giá rẻ, số lượng có hạn, mua ngay kẻo hết. "
    + "Cam kết chính hãng. " * 10
    + "</p></body></html>"
).encode()
DULL = (
    b"<html lang=vi><title>Blog</title><body><p>"
    + "Một ngày đẹp trời ở quê nhà. ".encode() * 30
    + b"</p></body></html>"
)


def visit(html: bytes = b"", outcome: Outcome = Outcome.READ, vantage: Vantage = FETCH, status: int = 200) -> Visit:
    return Visit(URL, URL, vantage, outcome, NOW, NOW + timedelta(seconds=1), status=status, html=html)


class Browser:
    """Gives the prepared visits in turn, the last one for ever."""

    def __init__(self, *visits: Visit) -> None:
        self.visits = list(visits)
        self.asked: list[str] = []

    async def capture(self, url: str, vantage: Vantage, robots: str = "") -> Visit:
        self.asked.append(vantage.name)
        given = self.visits.pop(0) if len(self.visits) > 1 else self.visits[0]
        return replace(given, vantage=vantage, robots=robots)


def examine(
    front: Visit,
    browser: CapturesPages | None = None,
    pages: Mapping[str, Visit] | None = None,
    reader: ReadsPictures | None = None,
    purpose: str = "sweep",
    *,
    stopping: bool = False,
    bounds: Bounds = DEFAULT_BOUNDS,
    presses: bool = True,
    jumping: bool = False,
) -> Examination:
    async def fetch(url: str) -> Visit:
        return (pages or {}).get(url) or visit(outcome=Outcome.HTTP_ERROR, status=404)

    examiner = Examiner(
        brands=(),
        bounds=bounds,
        pages_per_site=6,
        browser=browser,
        no_browser="" if browser else "switched off",
        vantages=(PHONE, DESKTOP),
        stopping=lambda: stopping,
        recogniser=reader,
        no_recogniser="" if reader else "not here",
        presses=presses,
    )
    target = LeasedTarget(1, URL, "xa-kho.example", "xa-kho.example", purpose, "", 1, "me", NOW)
    return (on_a_jumping_clock if jumping else asyncio.run)(examiner.examine(target, front, fetch))


def test_a_dull_page_is_dropped_at_the_first_look_and_is_clean() -> None:
    done = examine(visit(DULL))
    assert (done.outcome, done.score.level, done.dropped_at) == (Outcome.READ, Level.CLEAN, "first look")


def test_a_site_that_was_seen_by_halves_stays_due() -> None:
    browser = Browser(visit(FRAUD))
    done = examine(visit(FRAUD), browser, stopping=True)
    assert (done.cut, browser.asked) == (True, [])
    assert any("stays due" in note for note in done.notes)
    assert not examine(visit(FRAUD), browser).cut
    assert not examine(visit(DULL), browser, stopping=True).cut, "nothing more would have been looked at"


def test_a_site_that_says_little_is_entered_once_and_one_that_is_suspected_is_not() -> None:
    gate = "<html lang=vi><title>18+</title><p>Cho người lớn.<button id=b>Vào trang</button><script src=/a.js></script>"
    shut = visit(gate.encode())
    browser = Browser(*[replace(shut, gate="Vào trang")] * 2, visit(FRAUD))
    done = examine(shut, browser)
    assert browser.asked == ["phone", "desktop", "phone-entered"]
    browser = Browser(*[replace(shut, gate="Vào trang")] * 2, visit(FRAUD))
    unpressed = examine(shut, browser, presses=False)
    assert browser.asked == ["phone", "desktop"]
    assert any("LACHAN_PRESS" in note for note in unpressed.pages[0].visit.notes)
    assert done.score.level.at_least(Level.SUSPICIOUS)
    browser = Browser(replace(visit(FRAUD), gate="OK"))
    examine(visit(FRAUD), browser)
    assert browser.asked == ["phone", "desktop"]


def test_what_waits_in_line_for_a_browser_does_not_lose_its_time() -> None:
    class Queue(Browser):
        async def capture(self, url: str, vantage: Vantage, robots: str = "") -> Visit:
            with in_line():
                await asyncio.sleep(0.6)
            return await super().capture(url, vantage, robots)

    bounds = replace(DEFAULT_BOUNDS, site_seconds=0.5, least_render_seconds=0.1)
    done = examine(visit(FRAUD), Queue(visit(FRAUD)), bounds=bounds, jumping=True)
    assert not done.overran
    assert [page.visit.vantage.name for page in done.pages] == ["fetch", "phone", "desktop"]


def test_a_site_that_is_slow_to_look_at_is_asked_for_no_further_page_and_says_so() -> None:
    html = FRAUD.replace(b"</body>", "<a href=/lien-he>Liên hệ</a><a href=/thanh-toan>Thanh toán</a></body>".encode())
    assert [page.visit.status for page in examine(visit(html)).pages] == [200, 404, 404]
    done = examine(visit(html), Browser(visit(html)), bounds=replace(DEFAULT_BOUNDS, telling_seconds=0.0))
    assert [page.visit.vantage.name for page in done.pages] == ["fetch", "phone", "desktop"]
    assert any("no further page" in note for note in done.notes)
    assert done.score.level.at_least(Level.SUSPICIOUS)


def test_a_site_that_takes_more_than_its_time_is_named_and_looked_at_again_soon() -> None:
    class Slow(Browser):
        async def capture(self, url: str, vantage: Vantage, robots: str = "") -> Visit:
            await asyncio.sleep(60)
            return await super().capture(url, vantage, robots)

    bounds = replace(DEFAULT_BOUNDS, site_seconds=0.2, least_render_seconds=0.1)
    done = examine(visit(FRAUD), Slow(visit(FRAUD)), bounds=bounds, jumping=True)
    assert done.overran
    assert any("on this site" in note for note in done.notes)
    assert done.score.level.at_least(Level.SUSPICIOUS)


def test_a_whole_page_is_read_whatever_status_it_is_served_with() -> None:
    done = examine(visit(FRAUD, Outcome.HTTP_ERROR, status=404))
    assert done.outcome is Outcome.READ
    assert done.score.level.at_least(Level.SUSPICIOUS)
    assert "served with HTTP 404" in done.pages[0].visit.notes


def test_an_ordinary_error_page_says_nothing() -> None:
    done = examine(visit(b"<title>404</title><h1>Not Found</h1>", Outcome.HTTP_ERROR, status=404))
    assert (done.outcome, done.score.level) == (Outcome.HTTP_ERROR, Level.UNKNOWN)


def test_what_a_plain_fetch_cannot_digest_is_shown_to_the_browser() -> None:
    browser = Browser(visit(FRAUD))
    done = examine(visit(outcome=Outcome.FAILED, status=0), browser)
    assert browser.asked == ["phone", "desktop"]
    assert done.outcome is Outcome.READ
    assert done.score.level.at_least(Level.SUSPICIOUS)


@pytest.mark.parametrize("front", [visit(DULL), visit(b"<h1>404</h1>", Outcome.HTTP_ERROR, status=404)])
def test_a_page_checked_for_being_down_is_seen_by_every_vantage(front: Visit) -> None:
    browser = Browser(front)
    assert examine(front, browser).pages[1:] == ()
    done = examine(front, browser, purpose="verify")
    assert [page.visit.vantage.name for page in done.pages] == ["fetch", "phone", "desktop"]
    assert done.dropped_at == ""


def test_a_page_cut_short_is_never_clean_but_may_be_guilty() -> None:
    assert examine(visit(DULL, Outcome.TRUNCATED)).score.level is Level.UNKNOWN
    assert examine(visit(FRAUD, Outcome.TRUNCATED)).score.level.at_least(Level.SUSPICIOUS)


CHARSETS = [
    "",
    "; charset=utf-8",
    "; charset=windows-1252",
    "; charset=windows-1258",
    "; charset=utf-16",
    "; charset=gbk",
]


@pytest.mark.parametrize("charset", CHARSETS)
@given(seed=st.integers(0, 2**32), size=st.integers(200, 5_000))
@settings(max_examples=6, deadline=None)
def test_random_bytes_called_a_page_are_unreadable_never_clean(charset: str, seed: int, size: int) -> None:
    noise = Random(seed).randbytes(size)
    if noise.startswith((b"\xff\xfe", b"\xfe\xff")):  # there controls are ordinary, and «<» may swallow all
        noise = noise[1:]
    for body in (noise, b"<a " + noise, b"<!--" + noise, b"<style>" + noise):
        done = examine(replace(visit(body), content_type=f"text/html{charset}"))
        assert done.outcome is Outcome.UNREADABLE, (body[:20], done.reason)
        assert done.score.level is Level.UNKNOWN
        assert done.reason


def test_a_page_that_pretends_to_be_no_text_is_judged_all_the_same() -> None:
    done = examine(visit(b"GIF89a" + FRAUD))
    assert done.score.level.at_least(Level.SUSPICIOUS)
    assert done.outcome is Outcome.UNREADABLE
    stray = visit(DULL.replace(b"<p>", b"<p>\x02 "))
    assert (examine(stray).outcome, examine(stray).score.level) == (Outcome.READ, Level.CLEAN)


def test_what_a_browser_reads_of_an_odd_coding_counts() -> None:
    done = examine(visit(DULL.decode().encode("utf-16-le")), Browser(visit(DULL)))
    assert [page.visit.vantage.name for page in done.pages] == ["fetch", "phone", "desktop"]
    assert (done.outcome, done.score.level) == (Outcome.READ, Level.CLEAN)


def test_a_browser_that_fails_once_is_asked_again_and_twice_is_noted() -> None:
    failed = visit(outcome=Outcome.BROWSER_FAILED)
    once = Browser(failed, visit(FRAUD))
    assert all(page.facts for page in examine(visit(FRAUD), once).pages)
    done = examine(visit(FRAUD), Browser(failed))
    assert done.score.level.at_least(Level.SUSPICIOUS), "the plain fetch still counts"
    assert any("not captured as phone" in note for note in done.pages[0].visit.notes)


def test_without_a_browser_the_evidence_says_what_was_not_captured() -> None:
    done = examine(visit(FRAUD))
    assert "not rendered: switched off" in done.pages[0].visit.notes


class Reader:
    """Says that every picture holds ``text``."""

    version = "5.0"

    def __init__(self, text: str = "", reason: str = "") -> None:
        self.found, self.asked = Recognised(text, reason), 0

    async def read(self, screenshot: bytes) -> Recognised:
        self.asked += 1
        return self.found


POSTER = b"<html lang=vi><title>Khuyen mai</title><body><img src=/poster.jpg></body></html>"
DRAWN = (
    "XẢ KHO GIẢM GIÁ 90%\nĐặt cọc trước 100%, chuyển khoản trước khi giao hàng\n"
    "STK 0123456789 Vietcombank chủ TK NGUYEN VAN A\nHàng công ty giá rẻ, số lượng có hạn\nZalo 0905123456"
)


def test_words_drawn_as_a_picture_count_like_words() -> None:
    browser = Browser(replace(visit(POSTER), dom=POSTER, screenshot=b"jpeg"))
    plain, reader = examine(visit(POSTER), browser), Reader(DRAWN)
    done = examine(visit(POSTER), browser, reader=reader)
    written = "".join(f"<p>{line}</p>" for line in DRAWN.splitlines()).encode()
    spelled = replace(visit(POSTER.replace(b"<img src=/poster.jpg>", written)), screenshot=b"jpeg")
    assert not plain.score.level.at_least(Level.WATCH)
    assert "words in pictures were not read: not here" in plain.notes
    assert done.score.points == examine(spelled, Browser(spelled)).score.points > plain.score.points
    assert reader.asked == 1
    seen = next(page for page in done.pages if page.visit.recognised)
    assert seen.facts is not None
    assert seen.facts.bank_accounts[0].source == "picture"
    assert ("tesseract", "5.0") in seen.visit.tools


def test_a_shell_that_drew_its_words_is_a_page_and_one_that_drew_few_is_not() -> None:
    shell = replace(visit(POSTER, Outcome.EMPTY_SHELL), dom=POSTER, screenshot=b"jpeg")
    assert read_from_picture(replace(shell, recognised=DRAWN)).outcome is Outcome.READ
    assert read_from_picture(replace(shell, recognised="Loading")).outcome is Outcome.EMPTY_SHELL


def test_a_reader_that_fails_is_told_and_costs_nothing_else() -> None:
    browser = Browser(replace(visit(POSTER), dom=POSTER, screenshot=b"jpeg"))
    done = examine(visit(POSTER), browser, reader=Reader(reason="not read within 20 s"))
    assert "words in pictures were not read: not read within 20 s" in done.notes
    assert (done.outcome, done.score.level) == (Outcome.EMPTY_SHELL, Level.UNKNOWN), "nobody has read a word of it"
    assert [page.visit.vantage.name for page in done.pages] == ["fetch", "phone", "desktop"]


def test_what_is_suspicious_by_its_own_words_needs_no_picture_read() -> None:
    reader = Reader("x")
    examine(visit(FRAUD), Browser(replace(visit(FRAUD), dom=FRAUD, screenshot=b"jpeg")), reader=reader)
    assert reader.asked == 0


CLOTHES = [
    (b"<title>404 Not Found</title><h1>404 Not Found</h1><p>Error 404</p>", Outcome.READ, 200, Outcome.NOT_FOUND),
    (b"<title>x</title><p>This domain is for sale</p>", Outcome.READ, 200, Outcome.PARKED),
    (b"<title>Account Suspended</title><p>This account has been suspended.", Outcome.READ, 200, Outcome.SUSPENDED),
    (b"<title>404</title><h1>Not Found</h1>", Outcome.HTTP_ERROR, 404, Outcome.HTTP_ERROR),
    (b"<title>Just a moment...</title><p>Checking", Outcome.CHALLENGE, 503, Outcome.CHALLENGE),
]
DOOR = "<p>STK 0123456789 Vietcombank, chuyển khoản trước<form><input name=otp><input name=cvv></form>".encode()


@pytest.mark.parametrize(("html", "outcome", "status", "ends"), CLOTHES)
def test_what_asks_for_secrets_is_a_page_in_whatever_clothes(
    html: bytes, outcome: Outcome, status: int, ends: Outcome
) -> None:
    assert examine(visit(html, outcome, status=status)).outcome is ends
    worn = examine(visit(html + DOOR, outcome, status=status))
    assert worn.outcome is Outcome.READ
    assert worn.pages[0].facts is not None


@pytest.mark.parametrize(
    "html",
    [
        b"<title>nginx</title><p>Welcome to nginx!<iframe src=/a></iframe>",
        b"<title>nginx</title><p>Welcome to nginx!<meta http-equiv=refresh content='0;/a'>",
        b"<title>x</title><body onload='document.body.innerHTML = 1'>",
        b"<title>x</title><style>p::after { content: 'Vietcombank' }</style><p>",
        b"<title>x</title><p>Xin<object data=/a></object>",
        b"<?xml version='1.0'?><?xml-stylesheet type='text/xsl' href='/x'?><a/>",
    ],
)
def test_what_draws_otherwise_than_by_text_is_rendered(html: bytes) -> None:
    browser = Browser(visit(FRAUD))
    assert examine(visit(html), browser).outcome is Outcome.READ
    assert browser.asked == ["phone", "desktop"]


def test_a_refresh_in_the_header_is_followed_as_one_in_the_page() -> None:
    browser = Browser(visit(FRAUD))
    moved = Exchange(URL, "GET", 200, NOW, response_headers=(("Refresh", "0; url=/ban"),))
    assert examine(replace(visit(DULL), exchanges=(moved,)), browser).outcome is Outcome.READ
    assert browser.asked == ["phone", "desktop"]
