"""A site's icon is asked for once, where it can tell something, and goes with the visit into the evidence."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from crawler.bounds import DEFAULT_BOUNDS
from crawler.detection.facts import Brand
from crawler.examination import Examiner
from crawler.examined import Examination
from crawler.frontier import LeasedTarget
from crawler.parsing.likeness import picture_mark
from crawler.rendering.vantages import FETCH
from crawler.visit import Exchange, Outcome, Visit
from tests.drawn_logos import as_bytes, draw_logo

NOW = datetime(2026, 11, 1, tzinfo=UTC)
URL = "https://nop-phi.example/"
LOGO = as_bytes(draw_logo(width=200))
BANK = Brand("nganhang", "bank", "Ngân hàng Mẫu", ("nganhangmau",), ("nganhang.vn",))
LEARNT = replace(BANK, emblems=(picture_mark(as_bytes(draw_logo()), DEFAULT_BOUNDS),))
PAGE = (
    "<html lang=vi><head><title>Ngân hàng Mẫu</title>{icon}</head><body><h1>Nộp phí giữ chỗ</h1>"
    "<p>Chuyển khoản đặt cọc trước: STK 0123456789 Vietcombank, chủ TK NGUYEN VAN A.</p></body></html>"
)
DULL = f"<html lang=vi><title>Blog</title><body><p>{'Một ngày đẹp trời ở quê nhà. ' * 30}</p></body></html>"


def examine(html: str, brand: Brand = LEARNT, *, stopping: bool = False) -> tuple[Examination, list[str]]:
    asked: list[str] = []

    async def fetch(url: str) -> Visit:
        asked.append(url)
        exchange = Exchange(url, "GET", 200, NOW, body=LOGO)
        return Visit(url, url, FETCH, Outcome.READ, NOW, NOW, status=200, exchanges=(exchange,))

    examiner = Examiner((brand,), DEFAULT_BOUNDS, 1, None, "off", (), lambda: stopping)
    target = LeasedTarget(1, URL, "nop-phi.example", "nop-phi.example", "sweep", "", 1, "me", NOW)
    front = Visit(URL, URL, FETCH, Outcome.READ, NOW, NOW, status=200, html=html.encode())
    return asyncio.run(examiner.examine(target, front, fetch)), asked


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ('<link rel="shortcut icon" href="/anh/dau.png">', f"{URL}anh/dau.png"),
        ('<link rel="apple-touch-icon" href="https://cdn.example/b.png">', "https://cdn.example/b.png"),
        ("", f"{URL}favicon.ico"),
    ],
)
def test_the_icon_of_a_page_that_names_a_brand_is_compared_with_its_own(link: str, address: str) -> None:
    done, asked = examine(PAGE.format(icon=link))
    assert asked == [address]
    told = [signal for signal in done.score.signals if signal.rule == "impersonation.copied-logo"]
    assert [signal.excerpt for signal in told] == [address]
    assert [(each.url, each.resource) for each in done.pages[0].visit.exchanges] == [(address, "icon")]


def test_no_icon_is_asked_for_where_it_could_tell_nothing() -> None:
    assert examine(PAGE.format(icon=""), BANK)[1] == [], "nothing was learnt that it could be compared with"
    assert examine(DULL)[1] == []
    assert examine(PAGE.format(icon=""), stopping=True)[1] == []
    assert examine(PAGE.format(icon='<link rel=icon href="ftp://x.example/a.ico">'))[1] == [f"{URL}favicon.ico"]
