"""What triage gets to see."""

import pytest

from crawler.bounds import Bounds
from crawler.parsing.firstlook import first_look

URL = "https://trang.example/a/"


def look(html: str, **more):
    return first_look(html.encode(), url=URL, content_type="text/html; charset=utf-8", **more)


def test_words_and_fields():
    seen = look(
        "<html lang=vi><title> Đăng  nhập </title><meta name=description content='Ngân hàng số'><body><p>Chào</p>"
        "<form action='https://thu.example/x'><input name=u placeholder='Tên đăng nhập'><input type=password id=p>"
        "<select name=s><option>Chọn tỉnh</option></select><input type=submit value='Tiếp tục'></form>"
        "<img src=/a.png alt='Biểu trưng'><script>var an='không thấy'</script><style>p{}</style></body></html>"
    )
    assert (seen.title, seen.declared_language) == ("Đăng nhập", "vi")
    for words in ("Chào", "Ngân hàng số", "Tên đăng nhập", "Chọn tỉnh", "Tiếp tục", "Biểu trưng"):
        assert words in seen.text
    assert "không thấy" not in seen.text
    assert seen.field_types == ("text", "password", "select")
    assert seen.field_names == ("u", "p", "s")
    assert seen.field_labels[0] == "Tên đăng nhập"
    assert seen.has_form
    assert seen.has_password
    assert seen.form_hosts == ("thu.example",)
    assert seen.script_bytes > 0


def test_links_pictures_and_signs():
    seen = look(
        "<a href='/b'>b</a><a href='//khac.example/x'>k</a><a href='tai/app.apk?v=2'>tải</a>"
        "<a href='mailto:a@b.example'>m</a>"
        "<img src='/qr-bank.png'><iframe src=x></iframe><script src='https://cdn.example/a.js'></script>"
        "<meta http-equiv=refresh content='0; url=/moi'><body oncontextmenu='return false'>"
        "<script>fetch('https://api.telegram.org/bot123')</script><img src='data:image/png;base64," + "A" * 2000 + "'>"
    )
    assert set(seen.link_hosts) == {"trang.example", "khac.example"}
    assert seen.apk_link == "https://trang.example/a/tai/app.apk?v=2"
    assert seen.qr_images == ("https://trang.example/qr-bank.png",)
    assert seen.script_hosts == ("cdn.example",)
    assert seen.meta_refresh == "https://trang.example/moi"
    assert (seen.frame_count, seen.image_count, seen.link_count, seen.script_count) == (1, 2, 4, 2)
    assert set(seen.signs) == {"bot_api", "right_click_blocked", "base64_blob"}


@pytest.mark.parametrize(
    ("html", "shell"),
    [
        ("<div id=root></div><script src=a.js></script>", True),
        ("<div id=__next><p>Đang tải</p></div><script src=a.js></script>", True),
        ("<script>location='/x'</script>", True),
        ("<p>Trang rất ngắn nhưng có chữ để đọc, đủ để không phải là vỏ rỗng.</p><script></script>", False),
        ("<div id=app></div>", False),
        ("<div id=root><form><input name=a></form></div><script src=a.js></script>", False),
        ("<p>" + "chữ " * 100 + "</p><div id=root></div><script src=a.js></script>", False),
    ],
)
def test_shells(html, shell):
    assert look(html).is_shell is shell


def test_bounds_and_empty_input():
    assert first_look(b"", url="").text == ""
    assert look("<p>x</p>" * 100, bounds=Bounds(html_bytes=100)).gaps == ("page cut at 100 bytes",)
