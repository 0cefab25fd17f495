"""Bytes become text as in a browser, and never an exception."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.parsing.encoding import decode_html

TEXT = "Công ty Cổ phần Ví Dụ, khuyến mãi đặc biệt dành cho khách hàng mới"


@pytest.mark.parametrize(
    ("html", "content_type", "encoding", "source"),
    [
        (b"\xef\xbb\xbf<p>", "text/html; charset=windows-1252", "utf-8", "bom"),
        (TEXT.encode("utf-16-le"), "text/html; charset=UTF-16LE", "utf-16-le", "header"),
        (b"<meta charset='windows-1258'>", "text/html", "cp1258", "meta"),
        (b"<meta charset=utf-16>", "", "utf-8", "meta"),
        (b'<meta http-equiv="Content-Type" content="text/html; charset=GB2312">', "", "gb18030", "meta"),
        (TEXT.encode(), "", "utf-8", "content"),
        (TEXT.encode() + b"\xe1", "", "utf-8", "content"),
        (b"<p>caf\xe9 cr\xe8me br\xfbl\xe9e", "text/html; charset=iso-8859-1", "cp1252", "header"),
    ],
)
def test_choice(html, content_type, encoding, source):
    decoded = decode_html(html, content_type=content_type)
    assert (decoded.encoding, decoded.source) == (encoding, source)


@pytest.mark.parametrize("label", ["rot13", "zip", "unicode_escape", "utf-7", "idna", "x-nothing"])
def test_codecs_that_no_page_may_call_are_a_gap(label):
    decoded = decode_html(TEXT.encode(), content_type=f"text/html; charset={label}")
    assert decoded.text == TEXT
    assert decoded.gaps == (f"unknown charset {label!r} in header",)


def test_damage_and_old_fonts_are_named():
    assert any("undecodable" in gap for gap in decode_html(b"<p>\xff\xfe\xfa</p>" + TEXT.encode() * 3).gaps)
    old = decode_html(b"<font face='.VnTime'>Th\xab", content_type="charset=windows-1252")
    assert any("legacy Vietnamese font" in gap for gap in old.gaps)


@given(st.binary(max_size=400), st.text(max_size=60))
def test_no_bytes_raise(html, content_type):
    decoded = decode_html(html, content_type=content_type)
    assert "\x00" not in decoded.text
    decoded.text.encode()


@given(
    st.text(max_size=200).filter(
        lambda text: "\x00" not in text and not text.startswith("\ufeff") and "\ufffd" not in text
    )
)
def test_utf8_reads_back(text):
    decoded = decode_html(text.encode(), content_type="text/html; charset=utf-8")
    assert (decoded.text, decoded.gaps) == (text, ())
