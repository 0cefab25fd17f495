"""What is explained was read: no binary, error page, wall or dead site is ever called clean."""

import os
import random
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from crawler.config import Config
from crawler.detection.score import Level
from crawler.explaining import (
    UNKNOWN_URL,
    BadAddressError,
    UnreachableError,
    UnreadableFileError,
    explain_file,
    explain_url,
)
from crawler.visit import Outcome

PAGE = "<!doctype html><html lang=vi><meta charset=utf-8><title>Tiệm bánh</title><p>Bánh mì và cà phê mỗi sáng.</p>"
LOGIN = """<!doctype html><html lang="vi"><meta charset="utf-8"><title>Vietcombank - Ngân hàng số</title>
<form method="post"><input name="user"><input type="password" name="pass" placeholder="Mật khẩu"></form></html>"""
WALL = b"<title>Just a moment...</title><script>window._cf_chl_opt={}</script><p>/cdn-cgi/challenge-platform/</p>"
NOISE = random.Random(7).randbytes(20_000)
ANSWERS = {
    "/": (200, "text/html; charset=utf-8", PAGE.encode()),
    "/app": (200, "application/vnd.android.package-archive", b"PK\x03\x04" + NOISE),
    "/app-as-html": (200, "text/html", b"PK\x03\x04" + NOISE),
    "/noise": (200, "", NOISE),
    "/gone": (404, "text/html", PAGE.encode()),
    "/wall": (200, "text/html", WALL),
    "/empty": (200, "text/html", b" "),
    "/robots.txt": (200, "text/plain", b"User-agent: *\nDisallow: /private\n"),
    "/private": (200, "text/html; charset=utf-8", PAGE.encode()),
    "/moved": (302, "text/html", b"moved"),
}


class _Handler(BaseHTTPRequestHandler):
    referrers: list[str | None]

    def do_GET(self) -> None:
        self.referrers.append(self.headers.get("Referer"))
        status, kind, body = ANSWERS[self.path]
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/private")
        if kind:
            self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Tests are silent."""


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    _Handler.referrers = []
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def config(**values: object) -> Config:
    return Config(**values)  # type: ignore[arg-type]


def served(port: int) -> Config:
    address = f"127.0.0.1:{port}"
    return config(egress_allow=address, egress_map=f"shop.example={address}", referrer="https://ads.example/")


def test_a_page_that_was_read_has_a_level(port: int) -> None:
    found = explain_url("http://shop.example/", served(port))
    assert (found.outcome, found.score.level) == (Outcome.READ, Level.CLEAN)
    assert _Handler.referrers[-1] == "https://ads.example/"


@pytest.mark.parametrize("path", ["/private", "/moved"])
def test_robots_txt_is_obeyed_or_recorded_as_the_setting_says(port: int, path: str) -> None:
    with pytest.raises(
        UnreachableError, match=r"robots.txt disallows http://shop.example/private.*LACHAN_ROBOTS=record"
    ):
        explain_url(f"http://shop.example{path}", served(port))
    found = explain_url(f"http://shop.example{path}", served(port).model_copy(update={"robots": "record"}))
    assert (found.outcome, found.robots) == (Outcome.READ, "overridden")
    assert explain_url("http://shop.example/", served(port)).robots == "allowed"


@pytest.mark.parametrize(
    ("path", "outcome"),
    [
        ("/app", Outcome.NOT_A_PAGE),
        ("/app-as-html", Outcome.NOT_A_PAGE),
        ("/noise", Outcome.NOT_A_PAGE),
        ("/gone", Outcome.HTTP_ERROR),
        ("/wall", Outcome.CHALLENGE),
        ("/empty", Outcome.EMPTY_SHELL),
    ],
)
def test_what_was_not_read_is_unknown_by_name(port: int, path: str, outcome: Outcome) -> None:
    found = explain_url(f"http://shop.example{path}", served(port))
    assert (found.outcome, found.score.level) == (outcome, Level.UNKNOWN)
    assert found.reason


@pytest.mark.parametrize(
    "body",
    [NOISE, b"PK\x03\x04" + NOISE, b"%PDF-1.7\n1 0 obj", b"\x89PNG\r\n\x1a\n", b"\x00" * 500, b"\xff\xfe" + b"\0" * 50],
)
def test_a_binary_file_is_no_page(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "page.html").write_bytes(body)
    found = explain_file(tmp_path / "page.html", config())
    assert (found.outcome, found.score.level) == (Outcome.NOT_A_PAGE, Level.UNKNOWN)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1258"])
def test_a_page_in_any_encoding_is_a_page(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "page.html").write_bytes(PAGE.replace("utf-8", encoding).encode(encoding, "xmlcharrefreplace"))
    assert explain_file(tmp_path / "page.html", config()).outcome is Outcome.READ


def test_a_bank_s_page_saved_without_its_address_is_not_accused(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(LOGIN, encoding="utf-8")
    unknown = explain_file(tmp_path / "page.html", config())
    assert (unknown.assumed, unknown.score.level) == (UNKNOWN_URL, Level.UNKNOWN)
    assert not [signal for signal in unknown.score.signals if signal.points > 0]
    strange = explain_file(tmp_path / "page.html", config(), url="https://xac-thuc.example/")
    assert "impersonation.brand-login" in {signal.rule for signal in strange.score.signals}


@pytest.mark.parametrize(
    "url", ["http://[::1", "https://", "ftp://a.example/", "https://a.example:99999/", "a.example"]
)
def test_a_bad_address_is_named(tmp_path: Path, url: str) -> None:
    (tmp_path / "page.html").write_text(PAGE, encoding="utf-8")
    with pytest.raises(BadAddressError, match="not the address of a site"):
        explain_url(url, config())
    with pytest.raises(BadAddressError, match="not the address of a site"):
        explain_file(tmp_path / "page.html", config(), url=url)


def test_a_dead_port_is_told_in_the_system_s_words() -> None:
    with pytest.raises(UnreachableError) as caught:
        explain_url(
            "http://dead.example:8080/", config(egress_map="dead.example=127.0.0.1:1", egress_allow="127.0.0.1:1")
        )
    assert "dead.example:8080: Connection refused" in str(caught.value)
    assert "<" not in str(caught.value)


def test_our_own_refusal_is_no_fault_of_the_site() -> None:
    with pytest.raises(UnreachableError, match="loopback"):
        explain_url("http://127.0.0.1/", config())


def test_only_a_regular_file_is_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UnreadableFileError, match="not a regular file"):
        explain_file(tmp_path / "pipe", config())
    with pytest.raises(UnreadableFileError, match="a folder"):
        explain_file(tmp_path, config())
