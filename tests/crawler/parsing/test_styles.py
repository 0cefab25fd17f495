"""Words that styles draw and titles hold: read where a visitor would see them, hidden ones and decoration not."""

import pytest

from crawler.parsing.styles import SHEET_CHARACTERS, WORDS_AT_MOST, DrawnWords

WORDS = "Chuyển khoản đặt cọc trước 30%"


@pytest.mark.parametrize(
    ("sheet", "element"),
    [
        (".a::before{content:'Chuyển khoản đặt cọc trước 30%'}", "<i class='b a'></i>"),
        ('.a:after { color: red; content : "Chuyển khoản đặt cọc trước 30%" ; }', "<i class='a'></i>"),
        ("@media screen{p{margin:0}.x > i.a::before{content:'Chuyển khoản đặt cọc trước 30%'}}", "<i class=a></i>"),
        (".a{&::before{content:'Chuyển khoản đặt cọc trước 30%'}}", "<i class=a></i>"),
        ("/* } { */#a::before{content:'Chuy\\1EC3n kho\\1EA3 n đặt cọc trước 30%'}", "<i id=a></i>"),
        ("[data-t]::before{content:'Chuyển ' attr(data-t)}", "<i data-t='khoản đặt cọc trước 30%'></i>"),
        ("i[data-t='{x,}']::before{content:'Chuyển khoản đặt cọc trước 30%'}", "<i data-t='{x,}'></i>"),
        (".z::before,i::before{content:'Chuyển khoản đặt cọc trước 30%", "<i></i>"),
        ("", "<i title='Chuyển khoản đặt cọc trước 30%'></i>"),
        ("", "<a href=/x aria-label='Chuyển khoản đặt cọc trước 30%'><svg></svg></a>"),
    ],
)
def test_what_a_style_or_a_title_shows_is_read_in_its_place(document, sheet: str, element: str) -> None:
    page = document(f"<style>{sheet}</style><p>Mua ngay. {element} Giao tận nơi.</p>")
    assert page.lines == [f"Mua ngay. {WORDS} Giao tận nơi."]


@pytest.mark.parametrize(
    ("sheet", "element"),
    [
        (".a::before{content:'Chuyển khoản';display:none}", "<i class=a></i>"),
        (".a::before{content:'Chuyển khoản';font-size:0}", "<i class=a></i>"),
        (".a:hover::before{content:'Chuyển khoản'}", "<i class=a></i>"),
        (".b::before{content:'Chuyển khoản'}", "<i class=a></i>"),
        (".a::before{content:'\\f101'}", "<i class=a></i>"),
        (".a::before{content:'Chuyển khoản'}", "<b style='display:none'><i class=a></i></b>"),
        ("", "<b hidden title='Chuyển khoản'></b>"),
        ("", "<i aria-hidden=true title='Chuyển khoản'></i>"),
        ("", "<iframe title='Chuyển khoản'></iframe>"),
    ],
)
def test_what_nobody_sees_is_not_read(document, sheet: str, element: str) -> None:
    assert document(f"<style>{sheet}</style><p>Mua ngay.{element}</p>").lines == ["Mua ngay."]


def test_a_title_beside_words_of_its_own_is_not_read_twice(document) -> None:
    assert document("<a title='Nồi chiên không dầu' href=/1>Nồi chiên</a>").lines == ["Nồi chiên"]


def test_what_sheets_draw_is_bounded() -> None:
    drawn = DrawnWords([f"i::before{{content:'{'đặt cọc ' * 200}'}}"])
    read = [drawn.at("i", {}, "before") for _ in range(1_000)]
    assert 0 < sum(map(len, read)) <= WORDS_AT_MOST
    assert not DrawnWords([" " * SHEET_CHARACTERS + "i::before{content:'đặt cọc'}"])


def test_a_letter_alone_is_an_icon_unless_the_sheet_draws_words_in_pieces(document) -> None:
    def drawn(*pieces: str) -> str:
        sheet = "".join(f".p{n}::before{{content:'{piece}'}}" for n, piece in enumerate(pieces))
        spans = "".join(f"<i class=p{n}></i>" for n in range(len(pieces)))
        return " ".join(document(f"<style>{sheet}</style><p>Xem {spans}</p>").lines)

    assert drawn("a", "b", "Giỏ hàng") == "Xem Giỏ hàng"
    assert drawn("Chuy", "ển kh", "oản ", "đặt ", "cọc ", "v", "à", "o") == "Xem Chuyển khoản đặt cọc vào"
