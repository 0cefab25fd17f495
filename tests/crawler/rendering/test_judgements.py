"""Walls, endings and the choice of a browser: what needs no browser to be tested."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.egress.proxy import Fault
from crawler.errors import BrowserUnavailableError
from crawler.rendering.browser import find_browser
from crawler.rendering.challenge import recognise_challenge
from crawler.rendering.driver import check_driver
from crawler.rendering.outcome import Ending, judge_ending
from crawler.rendering.recorder import Record
from crawler.rendering.result import why_unended
from crawler.rendering.vantages import DESKTOP, PHONE, worn_by
from crawler.visit import Outcome

CLOUDFLARE = (
    b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body><script>window._cf_chl_opt={};"
    b"a.src='/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1';</script></body></html>"
)
HCAPTCHA = b"<script src=https://hcaptcha.com/1/api.js></script><div class=h-captcha></div>"
SHOP = "<title>Cửa hàng</title>".encode() + b"<p>" + "Hàng mới về, giá tốt. ".encode() * 200


@pytest.mark.parametrize(
    ("status", "headers", "body", "wall"),
    [
        (403, {"cf-mitigated": "challenge"}, b"", "Cloudflare"),
        (403, {}, CLOUDFLARE, "Cloudflare"),
        (503, {"server": "cloudflare"}, b"<title>Just a moment...</title>", "Cloudflare"),
        (403, {"server": "ddos-guard"}, b"<title>DDoS-Guard</title>", "DDoS-Guard"),
        (
            200,
            {},
            b"<html><head><META NAME='ROBOTS' CONTENT='NOINDEX'><script src='/_Incapsula_Resource?x'>",
            "Incapsula",
        ),
        (200, {}, HCAPTCHA, "hCaptcha"),
        (202, {"x-amzn-waf-action": "challenge"}, b"", "AWS WAF"),
        (429, {}, "<title>Đang kiểm tra trình duyệt của bạn</title>".encode(), "bot check"),
        # and what is no wall
        (200, {}, SHOP, ""),
        (200, {}, SHOP + HCAPTCHA, ""),
        (
            200,
            {"server": "cloudflare"},
            SHOP + b"<script src=/cdn-cgi/challenge-platform/scripts/jsd/main.js></script>",
            "",
        ),
        (403, {"server": "cloudflare"}, b"<title>403 Forbidden</title>", ""),
        (503, {}, b"<title>Service Unavailable</title>", ""),
        (200, {}, b"<title>Just a moment of peace</title>" + SHOP, ""),
        (404, {}, CLOUDFLARE.replace(b"_cf_chl_opt", b""), ""),
    ],
)
def test_walls_are_told_from_pages(status: int, headers: dict[str, str], body: bytes, wall: str) -> None:
    assert recognise_challenge(status=status, headers=headers, body=body) == wall


@given(st.binary(max_size=500), st.sampled_from([200, 403, 503]))
def test_any_body_is_judged(body: bytes, status: int) -> None:
    recognise_challenge(status=status, headers={}, body=body)


def test_a_hostile_body_costs_little() -> None:
    for piece in (b"<script", b"<title", b"<", b"<style>", b"</script"):
        recognise_challenge(status=403, headers={}, body=HCAPTCHA + piece * 500_000)


PAGE = {"answered": True, "status": 200, "mime": "text/html", "shown": 10}


@pytest.mark.parametrize(
    ("ending", "outcome"),
    [
        (Ending(**PAGE), Outcome.READ),  # type: ignore[arg-type]
        (Ending(answered=True, status=200, mime="text/html"), Outcome.EMPTY_SHELL),
        (Ending(answered=True, status=404, mime="text/html", shown=9), Outcome.HTTP_ERROR),
        (Ending(answered=True, status=200, mime="image/png", shown=1), Outcome.NOT_A_PAGE),
        (Ending(answered=True, status=200, mime="text/html", shown=1, unended="it had not ended"), Outcome.TRUNCATED),
        (Ending(cut="more than 9 nodes", unended="it had not ended", **PAGE), Outcome.TRUNCATED),  # type: ignore[arg-type]
        (Ending(answered=True, status=200, mime="text/html", looked=False), Outcome.TRUNCATED),
        (Ending(answered=True, status=403, mime="text/html", title="Just a moment..."), Outcome.CHALLENGE),
        (Ending(), Outcome.TIMED_OUT),
        (Ending(downloaded=True), Outcome.NOT_A_PAGE),
        (Ending(stopped="more than 8 redirects"), Outcome.TOO_MANY_REDIRECTS),
        (Ending(failure="net::ERR_NAME_NOT_RESOLVED"), Outcome.DNS_FAILED),
        (Ending(failure="net::ERR_CONNECTION_REFUSED"), Outcome.CONNECT_FAILED),
        (Ending(failure="net::ERR_CONNECTION_TIMED_OUT"), Outcome.TIMED_OUT),
        (Ending(failure="net::ERR_SSL_PROTOCOL_ERROR"), Outcome.TLS_FAILED),
        (Ending(failure="net::ERR_CERT_INVALID"), Outcome.TLS_FAILED),
        (Ending(failure="net::ERR_SOMETHING_NEW"), Outcome.FAILED),
        (Ending(failure="net::ERR_TUNNEL_CONNECTION_FAILED", fault=Fault(Outcome.DNS_FAILED, "x")), Outcome.DNS_FAILED),
        (Ending(fault=Fault(Outcome.EGRESS_REFUSED, "loopback"), **PAGE), Outcome.EGRESS_REFUSED),  # type: ignore[arg-type]
        (Ending(browser_fault="died", **PAGE), Outcome.BROWSER_FAILED),  # type: ignore[arg-type]
        (Ending(cut="more than 500,000 nodes", **PAGE), Outcome.TRUNCATED),  # type: ignore[arg-type]
    ],
)
def test_endings(ending: Ending, outcome: Outcome) -> None:
    found, reason = judge_ending(ending)
    assert found is outcome
    assert bool(reason) is (outcome is not Outcome.READ)


def test_a_vantage_wears_the_real_version() -> None:
    for vantage in (PHONE, DESKTOP):
        worn = worn_by(vantage, "156.0.8078.79")
        assert "Chrome/156.0.0.0" in worn.user_agent
        assert worn.name == vantage.name


def script(path: Path, text: str) -> str:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def test_a_driver_that_does_not_start_is_no_browser_and_names_the_library(tmp_path: Path) -> None:
    words = "node: error while loading shared libraries: libatomic.so.1: cannot open shared object file"
    node = script(tmp_path / "node", f"echo {words} >&2; exit 127")
    with pytest.raises(BrowserUnavailableError, match="apt-get install libatomic1"):
        check_driver(node)
    check_driver(script(tmp_path / "sound", "echo v24.1.0"))


def test_a_browser_of_ones_own(tmp_path: Path) -> None:
    shell = script(tmp_path / "my-headless-shell", "echo Chromium 156.0.1.2")
    choice = find_browser(shell)
    assert (choice.path, choice.kind, choice.version) == (shell, "headless-shell", "156.0.1.2")
    assert find_browser(script(tmp_path / "chrome", "echo Google Chrome 150.1.1.1")).kind == "chromium"


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("off", "LACHAN_BROWSER=off"),
        ("/nowhere/chrome", "LACHAN_BROWSER"),
        ("broken", "libnss3"),
        ("mute", "which Chromium"),
        ("silent", r"ends with code 3 and says nothing"),
    ],
)
def test_no_browser_is_a_reason_with_a_remedy(setting: str, words: str, tmp_path: Path) -> None:
    paths = {
        "broken": script(tmp_path / "broken", "echo error: libnss3.so is missing >&2; exit 127"),
        "mute": script(tmp_path / "mute", "exit 0"),
        "silent": script(tmp_path / "silent", "exit 3"),
    }
    with pytest.raises(BrowserUnavailableError, match=words):
        find_browser(paths.get(setting, setting))


@pytest.mark.parametrize(
    ("ended", "failure", "words"),
    [
        (True, "", ""),
        (False, "", "had not ended when we stopped waiting"),
        (False, "larger than is kept", "larger than is kept"),
        (True, "body not kept by the browser: evicted", "body not kept by the browser: evicted"),
        (True, "net::ERR_CONTENT_LENGTH_MISMATCH", "net::ERR_CONTENT_LENGTH_MISMATCH"),
    ],
)
def test_a_main_document_that_is_not_whole_says_what_kept_it(ended: bool, failure: str, words: str) -> None:
    main = Record("http://a.example/", "GET", "Document", datetime(2026, 11, 1, tzinfo=UTC), {})
    main.ended, main.failure = ended, failure
    said = why_unended(main)
    assert words in said
    assert bool(said) == bool(words)
    assert ("had not ended" in said) == (not ended and not failure), "what we ended is not said to go on"
