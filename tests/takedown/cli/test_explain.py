"""A saved page is explained without a network; what cannot be explained is refused in one message."""

import json
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


def test_too_large_a_file_is_wrong_usage(run: Run, tmp_path: Path) -> None:
    with (tmp_path / "big.html").open("wb") as file:
        file.truncate(9_000_000)
    code, _, err = run("explain", "big.html")
    assert code == 2
    assert "larger than" in err
