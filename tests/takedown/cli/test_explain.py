"""A saved page is explained without a network; what cannot be explained is refused in one message."""

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., tuple[int, str, str]]
PAGE = """<!doctype html><html lang="vi"><meta charset="utf-8"><title>Ngân hàng</title>
<body><p>Nhập mã OTP và mật khẩu để xác thực tài khoản.</p><form action="https://x.example/a" method="post">
<input name="otp" placeholder="Mã OTP"><input type="password" name="p" placeholder="Mật khẩu"></form></body></html>"""


@pytest.fixture
def page(tmp_path: Path) -> str:
    (tmp_path / "page.html").write_text(PAGE, encoding="utf-8")
    return "page.html"


def test_a_saved_page_is_judged_under_the_given_address(run: Run, page: str) -> None:
    code, out, _ = run("explain", page, "--url", "https://xac-thuc.example/")
    assert code == 0
    assert "Xét như trang của: https://xac-thuc.example/" in out
    found = json.loads(run("explain", page, "--url", "https://xac-thuc.example/", "--json")[1])
    assert found["url"] == "https://xac-thuc.example/"
    assert {"level", "points", "signals", "rule_set"} <= found.keys()


def test_a_page_without_an_address_says_so(run: Run, page: str) -> None:
    assert "The page names no address" in run("explain", page, "--en")[1]


def test_a_page_is_taken_from_standard_input(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for given, expected in ((PAGE.encode(), (0, "https://xac-thuc.example/")), (b" " * 9_000_000, (2, None))):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
        code, out, _ = run("explain", "-", "--url", "https://xac-thuc.example/", "--json")
        assert (code, json.loads(out).get("url")) == expected


@pytest.mark.parametrize("charset", ["windows-1258", "utf-16-le"])
def test_a_page_whose_letters_cannot_be_read_is_unknown_and_not_clean(run: Run, tmp_path: Path, charset: str) -> None:
    words = "Ngân hàng mở cửa từ tám giờ sáng. " if charset == "utf-16-le" else "äöüß àâôê " * 3
    page = f"<!doctype html><meta charset=utf-8><title>A</title><p>{words * 30}"
    (tmp_path / "broken.html").write_bytes(page.encode(charset))
    code, out, _ = run("explain", "broken.html", "--url", "https://x.example/")
    assert (code, "Mức: chưa biết" in out) == (0, True)
    found = json.loads(run("explain", "broken.html", "--url", "https://x.example/", "--json")[1])
    assert (found["level"], found["outcome"] in {"unreadable", "not_a_page"}) == ("unknown", True)
    assert found["reason"]


def test_too_large_a_file_is_wrong_usage(run: Run, tmp_path: Path) -> None:
    with (tmp_path / "big.html").open("wb") as file:
        file.truncate(9_000_000)
    code, _, err = run("explain", "big.html")
    assert code == 2
    assert "lớn hơn" in err


def test_random_bytes_are_called_no_page(run: Run, tmp_path: Path) -> None:
    (tmp_path / "app.html").write_bytes(b"PK\x03\x04" + bytes(range(256)) * 20)
    code, out, _ = run("explain", "app.html")
    assert code == 0
    assert "Không phải là trang web" in out
    assert "Mức: chưa biết" in out
    assert "xác suất" not in out
    assert "Not a page: a ZIP archive" in run("explain", "app.html", "--en")[1]
    found = json.loads(run("explain", "app.html", "--json")[1])
    assert (found["level"], found["outcome"]) == ("unknown", "not_a_page")


@pytest.mark.parametrize(
    "words", [("http://[::1",), ("https://",), (".",), ("/dev/null",), ("page.html", "--url", "javascript:alert(1)")]
)
def test_what_cannot_be_explained_is_wrong_usage(run: Run, page: str, words: tuple[str, ...]) -> None:
    code, out, err = run("explain", *words)
    assert (code, out) == (2, "")
    assert err.startswith("lachan: ")


def test_a_dead_site_is_no_fault_of_ours(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LACHAN_EGRESS_MAP", "dead.example=127.0.0.1:1")
    monkeypatch.setenv("LACHAN_EGRESS_ALLOW", "127.0.0.1:1")
    code, out, err = run("explain", "http://dead.example/", "--json")
    assert code == 1
    assert "dead.example:80: Connection refused" in err
    assert json.loads(out)["exit_code"] == 1


def test_an_address_beside_an_address_is_wrong_usage(run: Run) -> None:
    for what in ("https://a.example/", "a.example"):
        code, out, err = run("explain", what, "--url", "https://b.example/")
        assert (code, out) == (2, "")
        assert "bỏ một trong hai" in err
