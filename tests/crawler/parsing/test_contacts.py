"""Telephone numbers, e-mail addresses and chat handles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.detection.facts import PhoneKind
from crawler.parsing.contacts import decode_protected, find_emails, parse_emails, parse_phone, parse_phones
from crawler.parsing.handles import parse_handle, parse_handles
from crawler.parsing.links import parse_links


@pytest.mark.parametrize(
    ("text", "number", "kind"),
    [
        ("0905.123.456", "+84905123456", PhoneKind.MOBILE),
        ("(+84) 905 123 456", "+84905123456", PhoneKind.MOBILE),
        ("84905123456", "+84905123456", PhoneKind.MOBILE),
        ("+84 (0)905 123 456", "+84905123456", PhoneKind.MOBILE),
        ("O9O5.123.456", "+84905123456", PhoneKind.MOBILE),
        ("(024) 3826 8888", "+842438268888", PhoneKind.FIXED),
        ("hotline 1900 1234", "19001234", PhoneKind.PREMIUM),
        ("gọi 1800.599.921", "1800599921", PhoneKind.TOLL_FREE),
        ("+1 212 555 0123", "+12125550123", PhoneKind.FOREIGN),
        ("069.2345.678", "+84692345678", PhoneKind.POLICE),
    ],
)
def test_phones(document, text, number, kind):
    found = parse_phones(document(f"<p>Xin gọi {text} nhé</p>"))
    assert [(phone.number, phone.kind) for phone in found] == [(number, kind)]


@pytest.mark.parametrize(
    "text",
    [
        "1.090.512.345.600",
        "2024-01-02 03:04",
        "0000000000",
        "giá 0905.123.456.789đ",
        "1900 2000",
        "a0905123456b",
        "03.05.2024 15:30",
    ],
)
def test_no_phone(document, text):
    assert parse_phones(document(f"<p>{text}</p>")) == ()


def test_linked_short_numbers_and_refused_digits(document):
    page = document("<a href='tel:113'>gọi</a> 0905123456 <a href='tel:0912345678'>x</a>")
    assert [phone.number for phone in parse_phones(page, ["0905123456", "0912345678"])] == ["113", "+84912345678"]


def test_placeholders_are_nobodys(document):
    page = document("<input placeholder='VD: 0912345678, ten@congty.example'>")
    assert parse_phones(page) == ()
    assert parse_emails(page) == ()


def test_emails(document):
    code = bytes([0x21, *(byte ^ 0x21 for byte in b"an@b.example")]).hex()
    page = document(
        f"<a href='mailto:abuse@x.example?subject=a'>m</a><a data-cfemail='{code}'></a>"
        "<p>Thư: Tin.Nhan+1@thu.example, logo@2x.png, ban [at] hang (dot) example</p>"
    )
    assert parse_emails(page) == ("abuse@x.example", "an@b.example", "tin.nhan+1@thu.example", "ban@hang.example")


@given(st.text(max_size=200))
def test_no_text_raises(document, text):
    find_emails(text + "@" + text)
    parse_phone(text)
    decode_protected(text)
    page = document(f"<p>{text} zalo: {text} 0905 {text}</p><a href='https://t.me/{text}'>x</a>")
    parse_phones(page)
    parse_handles(page, parse_links(page))


@pytest.mark.parametrize(
    ("url", "platform", "value"),
    [
        ("https://zalo.me/0905123456", "zalo", "0905123456"),
        ("https://zalo.me/84905123456", "zalo", "0905123456"),
        ("https://zalo.me/g/abcdef123", "zalo", "g/abcdef123"),
        ("https://t.me/s/kenh_vidu", "telegram", "kenh_vidu"),
        ("https://t.me/+AbCd_1", "telegram", "+AbCd_1"),
        ("https://t.me/joinchat/AAAA", "telegram", "joinchat/AAAA"),
        ("tg://resolve?domain=kenh_vidu", "telegram", "kenh_vidu"),
        ("https://www.facebook.com/profile.php?id=1000123", "facebook", "1000123"),
        ("https://m.facebook.com/groups/555/", "facebook", "groups/555"),
        ("https://www.facebook.com/plugins/page.php?href=https%3A%2F%2Ffacebook.com%2Fvidu", "facebook", "vidu"),
        ("https://m.me/vidu", "messenger", "vidu"),
        ("https://www.tiktok.com/@vidu", "tiktok", "vidu"),
        ("viber://chat?number=%2B84905123456", "viber", "+84905123456"),
        ("https://wa.me/84905123456", "whatsapp", "0905123456"),
        ("https://api.whatsapp.com/send?phone=84905123456", "whatsapp", "0905123456"),
    ],
)
def test_handles(url, platform, value):
    handle = parse_handle(url)
    assert (handle.platform, handle.value) == (platform, value)


@pytest.mark.parametrize(
    "url",
    [
        "https://www.facebook.com/sharer/sharer.php?u=x",
        "https://www.facebook.com/tr?id=1",
        "https://t.me/share/url?url=x",
        "https://zalo.me/",
        "https://t.me.evil.example/a",
        "https://[bad",
        "https://www.tiktok.com/foryou",
    ],
)
def test_pages_that_are_nobodys(url):
    assert parse_handle(url) is None


def test_handles_in_words_and_scripts(document):
    page = document(
        "<p>Zalo: 0905.123.456</p><p>Tele: @vidu_cskh</p><p>xem t.me/nhom_kin</p>"
        "<script>var u='https:\\/\\/zalo.me\\/0912345678'</script>"
    )
    found = {(handle.platform, handle.value) for handle in parse_handles(page, ())}
    assert found == {
        ("zalo", "0905123456"),
        ("telegram", "vidu_cskh"),
        ("telegram", "nhom_kin"),
        ("zalo", "0912345678"),
    }
