"""Text, language, forms, tricks, trackers, downloads, articles and crypto addresses, each on a scrap of a page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.detection.facts import TrickKind
from crawler.parsing.article import judge_article, published_at
from crawler.parsing.crypto import judge_address, parse_crypto
from crawler.parsing.downloads import download_kind, parse_downloads
from crawler.parsing.folding import fold
from crawler.parsing.forms import parse_forms
from crawler.parsing.keccak import keccak256
from crawler.parsing.language import judge_language
from crawler.parsing.links import parse_images, parse_links
from crawler.parsing.trackers import parse_trackers
from crawler.parsing.tricks import parse_tricks


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Chào mừng quý khách đến với cửa hàng của chúng tôi", "vi"),
        ("Ban can dang nhap tai khoan de nhan tien va lien he ho tro ngay", "vi"),
        ("Please sign in to your account with the password that you have", "en"),
        ("Bienvenue chez nous, vous pouvez acheter des chaussures pas chères ici demain", "und"),
        ("ようこそ、こちらの商品はとてもお得です。ぜひご覧ください", "ja"),
        ("欢迎光临我们的网站请登录您的账户进行操作", "zh"),
        ("Đăng nhập", "vi"),
        ("404", ""),
        ("", ""),
    ],
)
def test_language(text, language):
    assert judge_language(text) == language


@given(st.text(max_size=300))
def test_fold_keeps_positions(text):
    assert len(fold(text)) == len(text)
    judge_language(text)


def test_visible_text(document):
    page = document(
        "<title>T</title><p>Một <b>hai</b>\n ba</p><p>e\u0301</p><script>x</script><p style='display:none'>ẩn</p>"
        "<div style='display: none'><form>bước 2 <input name=otp></form></div>"
        "<p class=wow style='visibility:hidden'>hiện dần</p>"
        "<table><tr><td>a</td><td>b</td></tr></table>"
    )
    assert page.lines == ["Một hai ba", "é", "bước 2", "hiện dần", "a b"]


def test_forms(document):
    page = document(
        "<form action='/gui?a=1' method=POST><label>Tên <input name=t></label><input type=hidden name=h value=1></form>"
        "<form><input type=email></form><input type=password aria-label='Mật khẩu'><select id=s></select>"
    )
    first, second, loose = parse_forms(page)
    assert (first.action, first.method, first.hidden) == ("https://trang.example/gui?a=1", "post", (("h", "1"),))
    assert first.fields[0].label == "Tên"
    assert (second.action, second.method) == ("https://trang.example/", "get")
    assert (loose.action, [field.type for field in loose.fields]) == ("", ["password", "select"])


def test_links_and_images(document):
    page = document(
        "<base href='https://goc.example/x/'><a href='y'>Đi</a><a href='#'>không</a>"
        "<a href='javascript:void(0)'>không</a>"
        "<div onclick=\"location.href='https://dich.example/z'\"></div>"
        "<img data-src='/lazy.png' src='data:image/gif;base64,R0lG'>"
    )
    assert [(link.url, link.text) for link in parse_links(page)] == [
        ("https://goc.example/x/y", "Đi"),
        ("https://dich.example/z", ""),
    ]
    assert [image.url for image in parse_images(page)] == ["https://goc.example/lazy.png"]


@pytest.mark.parametrize(
    ("html", "kind"),
    [
        ("<p>Khuyến mãi kết thúc sau 01:22:33</p>", TrickKind.COUNTDOWN),
        ("<div id=countdown-sale>5</div>", TrickKind.COUNTDOWN),
        ("<p>Chị Hoa vừa đặt mua 3 phút trước</p>", TrickKind.FAKE_ACTIVITY),
        ("<p>125 người đang xem sản phẩm này</p>", TrickKind.FAKE_ACTIVITY),
        ("<p>Chỉ còn 5 suất</p>", TrickKind.FEW_LEFT),
        ("<p>Số suất còn lại: 07</p>", TrickKind.FEW_LEFT),
        ("<p>Đóng đăng ký sau <b>08:15</b></p>", TrickKind.COUNTDOWN),
        # short strings before it must not make the reader take what stands between them for a string
        ("<script>a('x');b('y','z');n.text=c[i]+' vừa đăng ký thành công'</script>", TrickKind.FAKE_ACTIVITY),
        (r"<script>n.text=c[i]+' v\u1eeba \u0111\u1eb7t mua 2 h\u1ed9p'</script>", TrickKind.FAKE_ACTIVITY),
        ("<body oncontextmenu='return false'>", TrickKind.RIGHT_CLICK_BLOCKED),
        ("<script>if (e.keyCode == 123) return false</script>", TrickKind.DEVTOOLS_BLOCKED),
        ("<script>eval(function(p,a,c,k,e,d){})</script>", TrickKind.OBFUSCATED_SCRIPT),
        ("<form action='https://api.telegram.org/bot1:x/sendMessage'></form>", TrickKind.BOT_API),
        ("<meta http-equiv=refresh content='3;url=/b'>", TrickKind.META_REFRESH),
        ("<p style='font-size:0px'>nhồi nhét từ khóa cho máy đọc</p>", TrickKind.HIDDEN_TEXT),
        ("<!-- Mirrored from a.example by HTTrack Website Copier -->", TrickKind.COPIED_PAGE),
        ("<img data-savepage-src='https://a.example/b.png'>", TrickKind.COPIED_PAGE),
    ],
)
def test_tricks(document, html, kind):
    assert [trick.kind for trick in parse_tricks(document(html))] == [kind]


@pytest.mark.parametrize(
    "html",
    [
        "<p>Gửi lại OTP sau <span class=countdown>60</span></p>",
        "<p>Tôi vừa mua một đôi giày</p>",
        "<script>var t='Bạn vừa được đăng xuất'</script>",
        "<p>Đăng ký sau buổi học lúc 08:15</p>",
        "<p>Cuộc họp bắt đầu lúc 08:30</p>",
        "<div style='display:none'>menu</div>",
    ],
)
def test_no_trick(document, html):
    assert parse_tricks(document(html)) == ()


def test_trackers(document):
    page = document(
        "<script src='https://www.googletagmanager.com/gtag/js?id=UA-12345678-1'></script>"
        "<script>fbq('init', '1234567890123');"
        "ttq.load('C4ABCDEFGHIJKLMNOP');gtag('config', 'AW-123456789');</script><div data-oaid='1234567890123456'>"
        "</div>"
    )
    assert {(tracker.kind, tracker.value) for tracker in parse_trackers(page)} == {
        ("ga", "UA-12345678-1"),
        ("facebook_pixel", "1234567890123"),
        ("tiktok_pixel", "C4ABCDEFGHIJKLMNOP"),
        ("google_ads", "AW-123456789"),
        ("zalo_oa", "1234567890123456"),
    }


def test_downloads(document):
    page = document(
        "<a href='/app.apk?v=1'>Tải</a><a href='/tin.html'>x</a><script>go(\"\\/ho-so.mobileconfig\")</script>"
    )
    found = parse_downloads(page, parse_links(page))
    assert [(item.kind, item.url) for item in found] == [
        ("apk", "https://trang.example/app.apk?v=1"),
        ("mobileconfig", "https://trang.example/ho-so.mobileconfig"),
    ]
    assert download_kind("https://a.example/setup.EXE") == "exe"
    assert download_kind("https://[bad/x.apk") == ""


def test_article_needs_prose_and_no_password(document):
    head = "<meta property='og:type' content=article><meta property='article:published_time' content='2026-01-02'>"
    prose = "<p>" + "Một câu dài kể lại sự việc đã xảy ra trong tuần qua tại địa phương. " * 12 + "</p>"
    assert judge_article(document(head + prose))
    assert not judge_article(document(head + "<p>ngắn</p>"))
    assert not judge_article(document(head + prose + "<input type=password>"))
    assert published_at(document(head)) == "2026-01-02"


@pytest.mark.parametrize(
    ("text", "currency", "checksum"),
    [
        ("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", "btc", True),
        ("3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy", "btc", True),
        ("BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", "btc", True),
        ("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0", "btc", True),
        ("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "eth", True),
        ("0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "eth", False),
        ("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", "eth", None),
        ("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "tron", True),
    ],
)
def test_crypto(document, text, currency, checksum):
    found = parse_crypto(document(f"<p>Gửi về {text}.</p>"))
    assert [(address.currency, address.checksum_ok) for address in found] == [(currency, checksum)]


@given(
    st.text("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz", min_size=25, max_size=35),
    st.text(max_size=60),
)
def test_random_texts_are_no_address(text, other):
    assert judge_address(f"1{text}") is None
    judge_address(other)
    judge_address(f"bc1{other}")


def test_keccak_known_digest():
    assert keccak256(b"").hex() == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
    assert len(keccak256(b"a" * 136)) == 32
