"""A page whose address is unknown may be the brand's own: nothing is said against a host that nobody has seen."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.detection.engine import assess
from crawler.detection.facts import Brand, PageView, SiteFacts
from crawler.detection.score import Score
from crawler.detection.signal import Family
from crawler.parsing.page import parse_page

PAGES = Path(__file__).parents[2] / "pages" / "rules"
SEEN = datetime(2026, 11, 1, tzinfo=UTC)
BRANDS = (
    Brand("vietcombank", "bank", "Vietcombank", ("VCB", "Ngân hàng Ngoại thương"), ("vietcombank.com.vn",)),
    Brand("fecredit", "consumer_finance", "FE Credit", (), ("fecredit.com.vn",)),
    Brand("vneid", "government", "VNeID", (), ("vneid.gov.vn",)),
    Brand("shopee", "ecommerce", "Shopee", (), ("shopee.vn",)),
)
OF_THE_HOST = {
    *("form.bare-card", "form.posts-elsewhere", "form.lone-script", "money.coin-form"),
    *("technique.brand-app", "technique.free-platform"),
}
LOGIN = """<!doctype html><html lang="vi"><title>Vietcombank - Ngân hàng số</title><h1>Đăng nhập Vietcombank</h1>
<form action="/login" method="post"><input name="user" placeholder="Tên đăng nhập">
<input type="password" name="pass" placeholder="Mật khẩu"></form></html>"""


def test_a_bank_s_own_page_saved_without_its_address_is_not_accused() -> None:
    assert all(signal.points <= 0 for signal in _judged(LOGIN.encode(), "about:blank").signals)
    assert any(
        signal.rule == "impersonation.brand-login" for signal in _judged(LOGIN.encode(), "https://a.example/").signals
    )


@pytest.mark.parametrize("url", ["about:blank", "", "file:///tmp/page.html"])
@pytest.mark.parametrize("page", sorted(PAGES.glob("*/hit.html")), ids=lambda path: path.parent.name)
def test_no_rule_speaks_of_an_unknown_host(page: Path, url: str) -> None:
    for signal in _judged(page.read_bytes(), url).signals:
        assert signal.family not in {Family.IMPERSONATION, Family.NAME}
        assert signal.rule not in OF_THE_HOST


def _judged(html: bytes, url: str) -> Score:
    facts = parse_page(html, url=url, observed_at=SEEN)
    return assess(SiteFacts("", "", SEEN, (PageView(facts),), brands=BRANDS))
