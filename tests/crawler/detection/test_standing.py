"""What stands in a site's place is recognised; a page that merely uses such words is not taken for it."""

import pytest

from crawler.detection.standing import Standing, recognise_standing
from crawler.parsing.firstlook import first_look

LONG = "Cửa hàng chúng tôi bán giày dép, quần áo và đồ gia dụng cho mọi nhà. " * 30
STAND_INS = [
    (Standing.SUSPENDED, "<title>Account Suspended</title><h1>This Account has been suspended.</h1>"),
    (Standing.SUSPENDED, "<title>x</title><p>Website này đã bị tạm ngưng. Vui lòng liên hệ nhà cung cấp."),
    (Standing.SUSPENDED, "<p>Tài khoản hosting của website này đã bị tạm khoá"),
    (Standing.SUSPENDED, "<title>509 Bandwidth Limit Exceeded</title>"),
    (Standing.PARKED, "<title>abc.com is for sale</title><p>Buy this domain today"),
    (Standing.PARKED, "<p>Tên miền này có thể đang được rao bán"),
    (Standing.PARKED, "<p>Tên miền này đã được đăng ký tại một nhà đăng ký. Website đang chờ được xây dựng."),
    (Standing.PARKED, "<title>Welcome to nginx!</title><h1>Welcome to nginx!</h1>"),
    (Standing.PARKED, "<title>Apache2 Debian Default Page: It works</title>"),
    (Standing.NOT_FOUND, "<title>404 Not Found</title><h1>404 Not Found</h1>"),
    (Standing.NOT_FOUND, "<title>Không tìm thấy trang</title><h1>Lỗi 404</h1><p>Trang bạn tìm không tồn tại"),
    (Standing.NOT_FOUND, "<title>Page not found</title><p>The requested URL was not found on this server."),
    (Standing.LOGIN_WALL, "<title>Đăng nhập</title><form><input name=u><input type=password name=p></form>"),
    (Standing.LOGIN_WALL, "<title>Sign in</title><form><input name=u><input type=password name=p></form>"),
]
PAGES = [
    "<title>Cảnh báo</title><p>Tài khoản của bạn đã bị khoá, hãy bấm vào liên kết để mở lại",
    "<title>Bank</title><p>Your account has been suspended. Click here to verify.",
    f"<title>Giày</title><p>Trang này không tìm thấy ở đâu rẻ hơn! {LONG}",
    f"<title>Blog</title><p>My hosting account has been suspended last year. {LONG}",
    "<title>Mua bán tên miền</title><p>Chúng tôi giúp bạn chọn tên miền đẹp, giá tốt.",
    "<title>Cửa hàng</title><p>404 món hàng đang giảm giá hôm nay, ghé xem ngay.",
    f"<title>Đăng nhập</title><p>{LONG}<form><input name=u><input type=password></form>",
    "<title>Đăng nhập</title><form><input><input type=password><input name=a><input name=b><input></form>",
    "<title>Nhận quà</title><p>Không tìm thấy quà? Nhập số điện thoại để tìm lại<form><input name=phone></form>",
    "<title></title>",
    "",
]


@pytest.mark.parametrize(("standing", "html"), STAND_INS)
def test_a_stand_in_is_recognised(standing: Standing, html: str) -> None:
    judged = recognise_standing(first_look(html.encode(), url="http://a.example/"))
    assert judged is not None
    assert judged.standing is standing
    assert judged.words


@pytest.mark.parametrize("html", PAGES)
def test_a_page_of_its_own_is_left_alone(html: str) -> None:
    assert recognise_standing(first_look(html.encode(), url="http://a.example/")) is None
