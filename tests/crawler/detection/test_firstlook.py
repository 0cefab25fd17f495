"""The first look lets no fraud pass and sends empty shells to the browser."""

import time
from datetime import UTC, datetime

import pytest

from crawler.detection.difference import compare_views
from crawler.detection.facts import Brand, FirstLook, PageFacts, PageView
from crawler.detection.firstlook import judge_first_look

BANK = (Brand("vietcombank", "bank", "Vietcombank", domains=("vietcombank.com.vn",)),)


@pytest.mark.parametrize(
    ("look", "reason"),
    [
        (FirstLook("https://x.example/", has_password=True), "asks-password"),
        (FirstLook("https://x.example/", field_types=("text",), field_names=("otp",), field_labels=("",)), "asks-otp"),
        (FirstLook("https://x.example/", title="Vietcombank"), "brand-in-title"),
        (FirstLook("https://vietcombank.vn-a.example/"), "brand-in-host"),
        (FirstLook("https://x.example/", text="Vi\u1ec7c nh\u1eb9 l\u01b0\u01a1ng cao"), "says-task_ctv"),
        (FirstLook("https://x.example/", text="Thêm vào giỏ. Mua ngay."), "about-shop"),
        (FirstLook("https://x.example/", apk_link="https://x.example/a.apk"), "apk-link"),
        (FirstLook("https://x.example/", signs=("bot_api",)), "sign-bot_api"),
    ],
)
def test_reasons_to_look_closer(look: FirstLook, reason: str) -> None:
    verdict = judge_first_look(look, BANK)
    assert verdict.look_closer
    assert reason in verdict.reasons


@pytest.mark.parametrize(
    "look",
    [
        FirstLook("https://x.example/", is_shell=True),
        FirstLook("https://x.example/", meta_refresh="https://y.example/"),
        FirstLook("https://x.example/", text_length=20, script_count=8),
        FirstLook("https://x.example/", text_length=20, image_count=6),
    ],
)
def test_what_needs_a_browser(look: FirstLook) -> None:
    verdict = judge_first_look(look)
    assert verdict.render
    assert verdict.look_closer


def test_an_ordinary_page_is_left_alone() -> None:
    look = FirstLook("https://x.example/", title="Quán phở", text="Quán phở mở cửa lúc sáu giờ.", text_length=900)
    assert judge_first_look(look, BANK).reasons == ()


def test_the_official_host_is_left_alone() -> None:
    look = FirstLook("https://www.vietcombank.com.vn/", title="Vietcombank", has_password=True)
    assert not judge_first_look(look, BANK).look_closer


def test_a_first_look_is_cheap() -> None:
    look = FirstLook("https://x.example/", title="Cửa hàng", text="Quán phở mở cửa lúc sáu giờ sáng mỗi ngày.\n" * 150)
    judge_first_look(look, BANK)
    began = time.process_time()
    for _ in range(20):
        judge_first_look(look, BANK)
    assert (time.process_time() - began) / 20 < 0.01  # measured 0.7 ms; a busy machine is slower


def _view(text: str, vantage: str) -> PageView:
    facts = PageFacts("https://x.example/", datetime(2026, 11, 1, tzinfo=UTC), text=text)
    return PageView(facts, vantage)


def test_views_alike_and_apart() -> None:
    shop, trap = _view("Hoa tươi mỗi ngày", "desktop"), _view("Xác minh\nNhập mật khẩu Smart OTP", "phone")
    same = compare_views(shop, _view("Hoa TƯƠI mỗi ngày", "phone"))
    assert same.similarity == 1.0
    assert same.only_first == same.only_second == ()
    apart = compare_views(trap, shop)
    assert apart.similarity < 0.2
    assert apart.only_first[0] == "Nhập mật khẩu Smart OTP"
    assert (apart.first, apart.second) == ("phone", "desktop")
    assert compare_views(_view("", "a"), _view("", "b")).similarity == 1.0


def test_a_small_page_is_read_rather_than_let_go() -> None:
    look = FirstLook("https://x.example/", title="Xin chào", text="Xin chào, User. Số dư: 0 VNĐ.", text_length=40)
    assert "little-text" in judge_first_look(look, BANK).reasons


def test_words_of_money_together_are_worth_a_look() -> None:
    money = "Your balance. Deposit now. Referrals. " + "Our story goes on. " * 60
    assert "speaks-of-money" in judge_first_look(FirstLook("https://x.example/", text=money, text_length=1_200)).reasons
    once = "Your balance. " + "Our story goes on. " * 60
    assert judge_first_look(FirstLook("https://x.example/", text=once, text_length=1_200)).reasons == ()
