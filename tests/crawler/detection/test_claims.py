"""Whom a page claims to be, and whose site it was built from."""

from datetime import UTC, datetime

import pytest

from crawler.detection.engine import assess_page
from crawler.detection.facts import Brand
from crawler.detection.reading import PageReading
from crawler.detection.score import Level
from crawler.parsing.page import parse_page

SEEN = datetime(2026, 11, 1, tzinfo=UTC)
BANK = Brand("vietcombank", "bank", "Vietcombank", (), ("vietcombank.com.vn",))
SOCIAL = Brand("facebook", "social", "Facebook", (), ("facebook.com",))
BRANDS = (BANK, SOCIAL)
FORM = '<form method="post" action="/vao.php"><input name="u"><input type="password" name="p"></form>'


def read(body: str, url: str = "https://trang-la.example/", title: str = "") -> PageReading:
    html = f'<html lang="vi"><head><meta charset="utf-8"><title>{title}</title></head><body>{body}</body></html>'
    return PageReading(parse_page(html.encode(), url=url, observed_at=SEEN), BRANDS)


@pytest.mark.parametrize(
    ("body", "brand"),
    [
        (f"<p>Vietcombank</p>{FORM}", "vietcombank"),
        (f"<p>Xin chào</p><p>Đăng nhập tài khoản Facebook</p>{FORM}", "facebook"),
        ('<p>Vào</p><form><input placeholder="Mật khẩu Vietcombank" type="password" name="p"></form>', "vietcombank"),
        (f"<p>Vào</p>{FORM}<p>© 2026 Vietcombank</p>", "vietcombank"),
    ],
)
def test_a_sign_in_form_claims_a_brand(body: str, brand: str) -> None:
    page = read(body)
    assert page.impersonated[0].brand.id == brand


@pytest.mark.parametrize(
    "body",
    [
        f"<p>Diễn đàn vườn nhà</p>{FORM}<p>Đăng nhập bằng Facebook</p><p>Sign in with Facebook</p>",
        f"<p>Diễn đàn vườn nhà</p>{FORM}<p>Facebook</p>",
        f"<p>Diễn đàn vườn nhà</p>{FORM}<p>{'Chuyện làm vườn mỗi ngày. ' * 80}</p><p>Tài khoản Vietcombank</p>",
        "<p>Vietcombank</p><p>Chi nhánh gần chợ, mở cửa tám giờ.</p>",
    ],
)
def test_another_door_is_no_claim(body: str) -> None:
    assert read(body).impersonated == ()


@pytest.mark.parametrize("title", ["Tỷ giá Vietcombank hôm nay", "Vietcombank là gì", "So sánh Vietcombank và ACB"])
def test_a_title_about_a_brand_is_no_claim(title: str) -> None:
    assert read(f"<p>Trang tổng hợp</p>{FORM}", title=title).titled == ()


def test_the_brand_itself_is_spared() -> None:
    page = read(f"<p>Vietcombank</p>{FORM}", url="https://ib.vietcombank.com.vn/")
    assert page.claimed
    assert page.impersonated == ()


def test_two_places_weigh_more_than_one() -> None:
    rest = f"<p>{'Chuyện trong ngày của cả nhóm. ' * 15}</p>{FORM}"  # a page that is a form alone says it all at once
    one = read('<img src="/a.png" alt="Vietcombank logo"><p>Vào</p>' + rest)
    two = read('<img src="/a.png" alt="Vietcombank logo"><p>Vào</p>' + rest + "<p>© 2026 Vietcombank</p>")
    assert one.claims.places(BANK) < two.claims.places(BANK)
    assert assess_page(one.facts, BRANDS).points < assess_page(two.facts, BRANDS).points


LINKS = "".join(f'<a href="https://www.buudien-mau.test/{n}">Mục {n}</a>' for n in range(3))


def test_the_site_that_a_page_was_built_from() -> None:
    assert read(f"<p>Bưu điện: buudien-mau.test</p>{LINKS}{FORM}").borrowed_from == "buudien-mau.test"


def test_links_of_ones_own_company_borrow_nothing() -> None:
    own = "".join(f'<a href="/{n}">Trang {n}</a>' for n in range(9))
    assert read(f"<p>Vườn nhà</p>{own}{LINKS}{FORM}").borrowed_from == ""
    assert read(f"<p>Buudien mau</p>{LINKS}{FORM}", url="https://buudien-mau.example/").borrowed_from == ""


def test_papers_by_photo_in_a_banks_name() -> None:
    page = read('<h1>Xác thực CCCD</h1><form><input type="file" name="f1"></form>', title="Vietcombank - Định danh")
    assert page.takes_identity
    assert assess_page(page.facts, BRANDS).level.at_least(Level.SUSPICIOUS)
    assert not read('<h1>Ảnh đại diện</h1><form><input type="file" name="f1"></form>').takes_identity
