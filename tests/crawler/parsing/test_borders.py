"""Words that touch across a tag: apart where a visitor sees two, one where a fraud split it."""

import pytest

from crawler.parsing.borders import stand_apart


@pytest.mark.parametrize(
    ("html", "line"),
    [
        ("<b>450.000đ</b><span>Thu nhập</span>", "450.000đ Thu nhập"),
        ("<b>500.000đ</b><b>mỗi ngày</b>", "500.000đ mỗi ngày"),
        ("<span>Đầm hoa nhí</span><span>845.000đ</span>", "Đầm hoa nhí 845.000đ"),
        ("<del>890.000đ</del><ins>450.000đ</ins>", "890.000đ 450.000đ"),
        ("<span>Hotline</span><b>0912345678</b>", "Hotline 0912345678"),
        ("<span>2025</span><span>Bản quyền</span>", "2025 Bản quyền"),
        ("<span>Đăng ký</span><span>Đăng nhập</span>", "Đăng ký Đăng nhập"),
        ('<a href="/x">Home</a><a href="/y">About</a>', "Home About"),
        ('<div class="row d-flex"><span>Tin</span><span><i>Mua</i></span></div>', "Tin Mua"),
        ('<div style="display: inline-flex">Tin<span>Mua</span></div>', "Tin Mua"),
    ],
)
def test_what_is_drawn_apart_is_read_apart(document, html: str, line: str) -> None:
    assert document(html).lines == [line]


@pytest.mark.parametrize(
    ("html", "line"),
    [
        ("M<b>ã</b> O<i>T</i>P", "Mã OTP"),
        ("chuy<b>ển</b> kh<i>oản</i>", "chuyển khoản"),
        ("CHUY<b>ỂN</b>", "CHUYỂN"),
        ('PH<i style="display:none">xq</i>ÁP L<i style="display:none">kk</i>Ý', "PHÁP LÝ"),
        ("Vietcom<b>Bank</b>", "VietcomBank"),
        ("<i>Zalo</i><i>Pay</i>", "ZaloPay"),
        ('<div class="flex"><i>viet</i><i>com</i><i>bank</i></div>', "vietcombank"),
        ('<a href="/x">O</a><a href="/y">T</a><a href="/z">P</a>', "OTP"),
        ("TRC<b>20</b> bet<i>88</i>", "TRC20 bet88"),
        ("0x1a2b<b>c3d4</b>e5", "0x1a2bc3d4e5"),
        ("09<b>12</b>345<b>678</b>", "0912345678"),
        ("500.000đ<b>ồng</b>", "500.000đồng"),
        ("450<sup>đ</sup> 1<b>tr</b>2", "450đ 1tr2"),
        ("1<b>nvest</b>", "1nvest"),
        ("nhập<!-- -->Khẩu", "nhậpKhẩu"),
    ],
)
def test_a_word_split_by_tags_stays_one(document, html: str, line: str) -> None:
    assert document(html).lines == [line]


def test_what_touches_no_letter_is_never_asked_for_its_boxes() -> None:
    def asked() -> bool:
        raise AssertionError("asked without need")

    assert not any(
        stand_apart(before, after, asked) for before, after in (("a ", "B"), ("", ""), ("a:", "B"), ("a", "b"))
    )
