"""Administration, dashboard and objections in a real browser: accessible, and none wider than its screen."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from storage.models import Appeal, Case, Staff
from takedown.appeals import receive_appeal
from takedown.drafting import draft_notices
from takedown.notices import mark_sent, release_notice
from takedown.web.desk import Desk
from tests.takedown.desk import AN, CHI, HEAD, NOW, open_case, proven_case
from tests.takedown.web.serving import browser, enter, served

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text("utf-8")
HOUR = timedelta(hours=1)


def lived_in(desk: Desk) -> None:
    """A desk with a past: a letter that left, a page that came down, an objection."""
    number = proven_case(desk.engine, desk.store)
    open_case(desk.engine, "khac.example")
    with desk.writing() as session:
        (notice,) = draft_notices(session, desk.store, number, head=HEAD, actor=AN, now=NOW, recipients=["pa05_hcm"])
        release_notice(session, notice.id or 0, actor=CHI, now=NOW)
        mark_sent(session, notice.id or 0, proof="12/SKHCN", actor=AN, now=NOW - 90 * HOUR)
        receive_appeal(session, url="https://shop-a.example/", text="Chúng tôi có đăng ký", now=NOW)
        case = session.get_one(Case, number)
        case.opened_at, case.down_at = NOW - 200 * HOUR, NOW - 10 * HOUR
        assert session.get(Appeal, 1) is not None
        for row in session.exec(select(Staff).where(col(Staff.name).in_(("an", "binh")))):
            row.full_name, row.unconfirmed_by = "Nguyễn Văn An", ["hoa"] if row.name == "binh" else []


@pytest.mark.parametrize(("scheme", "size"), [("light", (1366, 768)), ("dark", (390, 844))])
def test_every_page_is_accessible(desk: Desk, scheme: str, size: tuple[int, int]) -> None:
    lived_in(desk)
    pages = {
        "hoa": ("/people", "/audit", "/audit/check", "/settings", "/dashboard", "/objection"),
        "chi": ("/recipients", "/appeals", "/outbox", "/notices", "/dashboard", "/people/waiting"),
    }
    with served(desk) as address, browser() as opened:
        for name, paths in pages.items():
            context = opened.new_context(
                viewport={"width": size[0], "height": size[1]},
                color_scheme="dark" if scheme == "dark" else "light",
                bypass_csp=True,  # for axe alone
            )
            page = enter(context, address, name)
            for path in paths:
                page.goto(f"{address}{path}")
                page.evaluate(AXE)
                found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
                told = [
                    (each["id"], [node["html"][:150] for node in each["nodes"][:3]]) for each in found["violations"]
                ]
                assert told == [], f"{path} {scheme} {size}"
                wide = page.evaluate(
                    "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
                )
                assert wide <= 1, f"{path} scrolls sideways at {size}"


def test_axe_would_find_a_fault() -> None:
    with browser() as opened:
        page = opened.new_page()
        page.set_content("<html><body><img src='/x'><input></body></html>")
        page.evaluate(AXE)
        found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
        assert {"image-alt", "label"} <= {each["id"] for each in found["violations"]}
