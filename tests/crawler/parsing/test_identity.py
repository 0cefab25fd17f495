"""Owners, tax codes and the ministry's badge."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.parsing.identity import judge_tax_code, parse_badges, parse_owner, parse_tax_codes


@pytest.mark.parametrize(
    ("text", "value", "valid", "kind"),
    [
        ("MST: 0100109106", "0100109106", True, "enterprise"),
        ("Mã số thuế 0100109107", "0100109107", False, "enterprise"),
        ("Mã số doanh nghiệp: 0100109106-001", "0100109106001", True, "branch"),
        ("MST cá nhân: 001199012345", "001199012345", True, "personal"),
        ("GPKD số 0100109106 do Sở cấp", "0100109106", True, "enterprise"),
    ],
)
def test_tax_codes(document, text, value, valid, kind):
    code = parse_tax_codes(document(f"<p>{text}</p>"))[0]
    assert (code.value, code.valid, code.kind) == (value, valid, kind)


def test_unlabelled_digits_are_no_tax_code(document):
    assert parse_tax_codes(document("<p>Đơn 0100109106, điện thoại 0905123456</p>")) == ()


@given(st.text(max_size=40))
def test_no_code_raises(text):
    judge_tax_code(text)


def test_owner_from_a_footer(document):
    owner = parse_owner(
        document(
            "<p>Hôm qua Công ty TNHH Khác bị phạt vì bán hàng giả, theo tin của báo chí</p><footer>"
            "<p>© 2026 Bản quyền thuộc về Công ty Cổ phần Ví Dụ. MST: 0100109106</p>"
            "<p>Trụ sở: 5 Cầu Giấy, P. Dịch Vọng, TP. Hà Nội | Email: a@b.example</p>"
            "<p>Giám đốc: Nguyễn Văn A</p></footer>"
        )
    )
    assert owner.name == "Công ty Cổ phần Ví Dụ"
    assert owner.address == "5 Cầu Giấy, P. Dịch Vọng, TP. Hà Nội"
    assert owner.representative == "Nguyễn Văn A"


def test_a_company_in_running_text_is_no_owner(document):
    assert parse_owner(document("<p>Theo báo, hôm qua Công ty TNHH Ví Dụ đã lừa nhiều người.</p><p>Hết.</p>")) is None


@pytest.mark.parametrize(
    ("html", "link", "record", "kind"),
    [
        (
            "<a href='http://online.gov.vn/Home/WebDetails/123'><img src='x.png'></a>",
            "http://online.gov.vn/Home/WebDetails/123",
            "123",
            "",
        ),
        (
            "<a href='http://www.online.gov.vn/Home/AppDetails/9'>app</a>",
            "http://www.online.gov.vn/Home/AppDetails/9",
            "9",
            "",
        ),
        (
            "<a href='http://online.gov.vn/HomePage/CustomWebsiteDisplay.aspx?DocId=777'><img src='dadangky.png'></a>",
            "http://online.gov.vn/HomePage/CustomWebsiteDisplay.aspx?DocId=777",
            "777",
            "registered",
        ),
        ("<a href='http://online.gov.vn/'>BCT</a>", "http://online.gov.vn/", "", ""),
        ("<a href='#'><img src='/logoSaleNoti.png'></a>", "", "", "notified"),
        ("<img src='http://online.gov.vn/Content/logoCCDV.png'>", "", "", "registered"),
        (
            "<a href='https://gia.example/Home/WebDetails/5'><img alt='Bộ Công Thương' src='b.png'></a>",
            "https://gia.example/Home/WebDetails/5",
            "",
            "",
        ),
    ],
)
def test_badges(document, html, link, record, kind):
    badge = parse_badges(document(html))[0]
    assert (badge.link, badge.record_id, badge.kind) == (link, record, kind)


def test_other_pictures_are_no_badge(document):
    assert parse_badges(document("<img src='/abct.png'><a href='/bao-gia'><img src='anh.jpg'></a>")) == ()
