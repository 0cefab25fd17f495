"""A card form under no name is seen, wherever it is; what a known gateway or sign-in service gets is nobody's theft."""

from datetime import UTC, datetime

import pytest

from crawler.detection.score import Level, Score
from crawler.explaining import explain_html

SEEN = datetime(2026, 11, 1, tzinfo=UTC)
FIELDS = (
    '<input name="{}" placeholder="Số thẻ"><input name="exp" placeholder="MM/YY"><input name="{}" placeholder="CVV">'
)
SHOP = "<p>Công ty TNHH Mẫu. Mã số thuế: 0100109106. Địa chỉ: 12 phố Ví Dụ, phường Cửa Nam, Hà Nội.</p>"


def judged(
    body: str, url: str = "https://trang-nay.example/tt", title: str = "Thanh toán", language: str = "vi"
) -> Score:
    page = f"<!doctype html><html lang={language}><meta charset=utf-8><title>{title}</title><body>{body}"
    return explain_html(page.encode(), url=url, observed_at=SEEN).score


def card_form(action: str, number: str = "card", code: str = "cvv") -> str:
    return f'<form method="post" action="{action}">{FIELDS.format(number, code)}<button>Tiếp tục</button></form>'


@pytest.mark.parametrize(
    "action", ["/xong", "", "https://noi-khac.example/nhan", "https://paypal.com.noi-khac.example/x"]
)
@pytest.mark.parametrize(("number", "code"), [("card", "cvv"), ("f1", "f2"), ("cc_number", "cvc")])
def test_a_page_of_few_words_that_takes_a_card_is_seen(action: str, number: str, code: str) -> None:
    score = judged(card_form(action, number, code))
    assert score.level.at_least(Level.SUSPICIOUS)
    assert len({signal.family for signal in score.signals if signal.points > 0}) >= 2


def test_abroad_where_shops_take_cards_themselves_it_is_a_sign_and_no_suspicion_yet() -> None:
    form = (
        '<form method="post" action="/pay"><input name="card" placeholder="Card number"><input name="exp">'
        '<input name="cvv" placeholder="CVV"><button>Pay now</button></form>'
    )
    score = judged(form, title="Checkout", language="en")
    assert not score.level.at_least(Level.SUSPICIOUS)
    assert "form.bare-card" in {signal.rule for signal in score.signals}


@pytest.mark.parametrize(
    ("body", "url"),
    [
        (card_form("/pay"), "https://pay.vnpayment.vn/cong-thanh-toan"),
        (card_form("/pay"), "https://checkout.stripe.com/c/pay"),
        (card_form("https://payment.onepay.vn/pay"), "https://cua-hang.example/tt"),
        (card_form("/tt") + SHOP, "https://cua-hang.example/tt"),
        ("<p>Thẻ của quý khách được nhập trên trang của cổng thanh toán.</p>", "https://cua-hang.example/tt"),
    ],
)
def test_an_honest_payment_form_is_not(body: str, url: str) -> None:
    assert not judged(body, url).level.at_least(Level.SUSPICIOUS)


@pytest.mark.parametrize(
    ("action", "seen"),
    [
        ("https://login.microsoftonline.com/common/login", False),
        ("https://tenant.okta.com/login", False),
        ("https://okta.com.noi-khac.example/login", True),
        ("https://noi-khac.example/login", True),
    ],
)
def test_a_password_sent_to_a_known_sign_in_service_is_not_sent_to_strangers(action: str, seen: bool) -> None:
    form = f'<form method="post" action="{action}"><input name="u"><input type="password" name="p"></form>'
    rules = {signal.rule for signal in judged(form, title="Cổng sinh viên").signals}
    assert ("form.posts-elsewhere" in rules) is seen
