"""A brand's logo accuses where a page takes something under it, and nobody who may show it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from crawler.bounds import DEFAULT_BOUNDS
from crawler.detection.engine import assess
from crawler.detection.facts import BankAccount, Brand, Emblem, PageFacts, PageView, SiteFacts
from crawler.parsing.likeness import picture_mark
from tests.drawn_logos import as_bytes, draw_logo

NOW = datetime(2026, 11, 1, tzinfo=UTC)
MARKS = {
    kind: picture_mark(as_bytes(draw_logo(kind, width=200), "JPEG"), DEFAULT_BOUNDS)
    for kind in ("bank", "star", "shield")
}
BANK = Brand("nganhang", "bank", "Ngân hàng Mẫu", (), ("nganhang.vn",), emblems=(MARKS["bank"],))
WALLET = Brand("vi", "ewallet", "Ví Mẫu", (), ("vimau.vn",), emblems=(MARKS["shield"],))
CHAT = Brand("chat", "social", "Chuyện Mẫu", (), ("chuyenmau.vn",), emblems=(MARKS["star"],))
LOGO = Emblem("logo", "https://la.example/logo.png", MARKS["bank"])
PAGE = PageFacts(
    "https://la.example/",
    NOW,
    title="Nộp phí",
    text="Chuyển khoản để nhận tiền",
    bank_accounts=(BankAccount("0123456789", "", "970436", "NGUYEN VAN A"),),
    emblems=(LOGO,),
)
PRICED = replace(PAGE, bank_accounts=(), text="Sản phẩm, giỏ hàng, đặt hàng, giao hàng, mua ngay, khuyến mãi")


@pytest.mark.parametrize(
    ("page", "points"),
    [
        (PAGE, 2.4),
        (PRICED, 0.96),  # a dealer's shop
        (replace(PAGE, emblems=(replace(LOGO, kind="icon"),)), 1.68),
        (replace(PAGE, emblems=(replace(LOGO, mark=""),)), 0.0),
        (replace(PAGE, emblems=(LOGO, replace(LOGO, mark=MARKS["shield"]))), 0.0),  # of several owners: partners
        (replace(PAGE, emblems=(replace(LOGO, mark=MARKS["star"]),)), 0.0),  # everybody's button
        (replace(PAGE, url="https://ebank.nganhang.vn/"), 0.0),
        (replace(PAGE, url="about:blank"), 0.0),
        (replace(PAGE, bank_accounts=(), is_article=True), 0.0),
        (replace(PAGE, bank_accounts=(), text="Chào"), 0.0),
    ],
)
def test_what_a_logo_weighs(page: PageFacts, points: float) -> None:
    host = page.url.partition("//")[2].rstrip("/")
    score = assess(SiteFacts(host, host, NOW, (PageView(page),), brands=(BANK, WALLET, CHAT)))
    told = [signal for signal in score.signals if signal.rule == "impersonation.copied-logo"]
    assert sum(signal.points for signal in told) == pytest.approx(points)
    assert all("Ngân hàng Mẫu" in signal.message_vi for signal in told)
