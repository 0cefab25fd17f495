"""Words in scripts: a shell's are read as it would draw them, and a page that draws its own is read as it stands."""

import json

from hypothesis import given
from hypothesis import strategies as st

from crawler.parsing.scripted import scripted_words

WORDS = "Chuyển khoản đặt cọc trước 30% để giữ máy"


def read(script: str) -> list[str]:
    return scripted_words([script]).split("\n")


def test_data_of_one_object_makes_one_line() -> None:
    state = {
        "pay": {
            "bank": "MB Bank",
            "number": "0900 011 726",
            "holder": "TRAN VAN MAU",
            "id": 7,
            "url": "https://x.example/a",
        }
    }
    assert read(json.dumps(state)) == ["MB Bank - 0900 011 726 - TRAN VAN MAU"]
    assert read(f"window.__STATE__ = {json.dumps(state)};") == ["MB Bank - 0900 011 726 - TRAN VAN MAU"]


def test_quoted_data_markup_and_escapes_are_undone() -> None:
    quoted = json.dumps(json.dumps({"note": WORDS}))
    assert read(f"window.S=JSON.parse({quoted})") == [WORDS]
    assert read("a.innerHTML='<div class=\"x\"><h1>Đăng nhập</h1><p>Nhập mã OTP</p></div>'") == [
        "Đăng nhập",
        "Nhập mã OTP",
    ]
    assert read("document.write(`<b>Nạp tiền ngay</b>`)") == ["Nạp tiền ngay"]
    assert read(r'let t = "Nh\u1eadp m\u00e3 OTP"') == ["Nhập mã OTP"]


def test_code_addresses_and_names_are_no_words() -> None:
    script = (
        """'use strict';a="btn-primary";fetch("https://x.example/a b");x("function (a) { return a }");y("a = b; c")"""
    )
    assert scripted_words([script]) == ""


def test_a_shell_is_read_and_a_full_page_is_not(document) -> None:
    script = f"<script>window.S={json.dumps({'a': WORDS})}</script>"
    shell = document(f"<title>Shop</title><div id=root></div>{script}")
    assert WORDS in shell.lines
    assert any("scripts" in gap for gap in shell.gaps)
    full = document(f"<p>{'Bài viết dài. ' * 100}</p>{script}")
    assert WORDS not in full.lines
    assert full.gaps == []


def test_a_shell_padded_with_text_beside_its_root_is_still_one(document) -> None:
    script = f"<script>window.S={json.dumps({'a': WORDS})}</script>"
    padding = f"<p>{'Bài viết dài. ' * 100}</p>"
    assert WORDS in document(f"<div id=root></div>{padding}{script}").lines
    assert WORDS not in document(f"<div id=root>{padding}</div>{script}").lines


def test_structured_data_for_search_engines_is_not_drawn(document) -> None:
    page = document(f'<p>Ngắn</p><script type="application/ld+json">{json.dumps({"name": WORDS})}</script>')
    assert page.lines == ["Ngắn"]


@given(st.text(alphabet="\"'`\\{}[]<>:,ab ạ\nu0", max_size=2_000))
def test_no_script_breaks_the_reader(script: str) -> None:
    assert len(scripted_words([script])) <= 2_000 * 2


def test_deep_and_huge_data_is_bounded() -> None:
    assert scripted_words(["[" * 100_000]) == ""
    many = json.dumps([{"a": f"Số thứ tự {number}"} for number in range(50_000)])
    assert len(scripted_words([many])) < 45_000
