"""A reviewer's day in a real browser: search, saved views, keys, a bulk verdict, undo, merge, split, English, paper."""

import io

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader
from sqlmodel import select

from storage.models import Case, SavedView, WebSession
from takedown.lifecycle import CaseState
from takedown.web.desk import Desk
from tests.takedown.desk import NOW, open_case, proven_case
from tests.takedown.web.serving import browser, enter, served

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def hosts(page: Page) -> list[str]:
    return page.locator(".line a.open").all_inner_texts()


def submit(page: Page, form: str, reason: str) -> None:
    """Fills the reason of a form and sends it."""
    page.fill(f"{form} [name=reason]", reason)
    page.click(f"{form} button")
    page.wait_for_load_state()


def search_and_save(page: Page, desk: Desk) -> None:
    """Filters live in the address, and come back by name."""
    page.keyboard.press("/")
    page.keyboard.type("mot-")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=mot-**")
    assert hosts(page) == ["mot-a.example"]
    found = page.url
    page.click("summary:has-text('Lưu bộ lọc này')")
    page.fill("form[action='/views'] [name=name]", "Chỉ số một")
    page.click("form[action='/views'] button")
    page.wait_for_selector(".saved a:has-text('Chỉ số một')")
    page.goto(found.partition("?")[0])
    assert len(hosts(page)) == 2
    page.click(".saved a:has-text('Chỉ số một')")
    page.wait_for_url("**q=mot-**")
    assert hosts(page) == ["mot-a.example"]
    page.click(".saved button")
    page.wait_for_load_state()
    page.wait_for_function("() => !document.querySelector('.saved')")
    with desk.reading() as session:
        assert session.exec(select(SavedView)).all() == []


def judge_two_and_take_one_back(page: Page, address: str) -> None:
    """Both by keys, with one reason; then one verdict is undone."""
    page.goto(f"{address}/cases")
    for key in "jxkjjx":
        page.keyboard.press(key)
    assert page.locator("input[name=cases]:checked").count() == 2
    page.select_option("fieldset.bulk [name=verdict]", "false_positive")
    submit(page, "fieldset.bulk", "cửa hàng có đăng ký")
    assert "2 vụ" in page.locator("h1").inner_text()
    page.click("main a[href^='/cases/'] >> nth=0")
    page.wait_for_selector(".state-false_positive")
    submit(page, "form[action*='/undo']", "nhầm hàng")
    page.wait_for_selector(".state-in_review")
    assert "nhầm hàng" in page.locator(".history").inner_text()


def merge_and_split(page: Page, address: str, number: int, other: str) -> None:
    """Two that share an account become one case, and two again."""
    page.goto(f"{address}/cases/{number}")
    page.click("details:has(form[action$='/merge']) summary")
    submit(page, "form[action$='/merge']", "chung tài khoản")
    page.wait_for_selector(f"li:has-text('{other}') form[action$='/split']")
    submit(page, "form[action$='/split']", "khác chủ")
    page.wait_for_load_state()
    page.goto(f"{address}/cases/{number}")
    assert page.locator("form[action$='/split']").count() == 0
    assert "khác chủ" in page.locator(".history").inner_text()


def test_a_day_of_a_reviewer(desk: Desk) -> None:
    first = proven_case(desk.engine, desk.store, "ba-c.example")
    proven_case(desk.engine, desk.store, "bon-d.example")
    for host in ("mot-a.example", "hai-b.example"):
        open_case(desk.engine, host)
    with served(desk) as address, browser() as opened:
        page = enter(opened.new_context(), address, "an")
        search_and_save(page, desk)
        judge_two_and_take_one_back(page, address)
        merge_and_split(page, address, first, "bon-d.example")

        page.click("a.lang")
        page.wait_for_selector("html[lang=en]")
        assert page.url.endswith(f"/cases/{first}"), "the page stays, its language changes"
        assert "Whom to tell" in page.locator("main").inner_text()
        page.click("a.lang")
        page.wait_for_selector("html[lang=vi]")

        page.emulate_media(media="print")
        assert not page.locator(".top").is_visible()
        assert not page.locator(".decide").is_visible()
        paper = PdfReader(io.BytesIO(page.pdf(format="A4")))
        text = " ".join("".join(sheet.extract_text() for sheet in paper.pages).split())
        for words in ("ba-c.example", "Đòi đặt cọc trước", "chuyển khoản đặt cọc trước 50%", "Dòng thời gian"):
            assert words in text, words
    with desk.reading() as session:
        states = {case.host: case.state for case in session.exec(select(Case))}
        assert sorted(states) == ["ba-c.example", "bon-d.example", "hai-b.example", "mot-a.example"]
        assert sorted((states["mot-a.example"], states["hai-b.example"])) == ["false_positive", "in_review"]
        assert CaseState(states["bon-d.example"]).is_open


def test_filters_change_the_list_and_leave_the_page(desk: Desk) -> None:
    for host in ("mot-a.example", "hai-b.example"):
        open_case(desk.engine, host, CaseState.NEW)
    open_case(desk.engine, "ba-c.example", CaseState.CLOSED)
    with served(desk) as address, browser() as opened:
        page = enter(opened.new_context(), address, "an")
        page.wait_for_url("**/cases")
        page.evaluate("() => { window.same = true; }")
        page.select_option("[name=state]", "all")
        page.wait_for_url("**/cases?state=all")
        assert (len(hosts(page)), page.locator("#count").inner_text()) == (3, "3")
        assert page.locator("form[action='/views'] [name=query]").get_attribute("value") == "state=all"
        page.fill("input[type=search]", "ba-c")
        page.keyboard.press("Enter")
        page.wait_for_url("**q=ba-c**")
        assert hosts(page) == ["ba-c.example"]
        page.keyboard.press("j")
        assert page.locator(".line.here").count() == 1, "the keys work at once"
        assert page.evaluate("() => window.same"), "the page was never left"
        page.go_back()
        page.wait_for_url("**/cases?state=all")
        page.wait_for_function("() => document.querySelectorAll('.line').length === 3")

        page.context.set_offline(True)
        page.select_option("[name=state]", "closed")
        page.wait_for_selector("#trouble:not([hidden])")
        assert len(hosts(page)) == 3, "what was there stays"
        page.context.set_offline(False)
        page.select_option("[name=state]", "new")
        page.wait_for_url("**/cases?state=new")
        assert not page.locator("#trouble").is_visible()
        page.goto(f"{address}/outbox")
        page.evaluate("() => { window.same = true; }")
        page.select_option("[name=state]", "sent")
        page.wait_for_url("**/outbox?state=sent")
        assert page.evaluate("() => window.same")
        page.goto(f"{address}/cases")
        with desk.writing() as session:
            for row in session.exec(select(WebSession)):
                row.revoked_at = NOW
        page.select_option("[name=state]", "all")
        page.wait_for_url("**/sign-in**")

        plain = opened.new_context(java_script_enabled=False)
        page = enter(plain, address, "an")
        page.goto(f"{address}/cases")
        page.select_option("[name=state]", "closed")
        page.click("form.filters button.primary")
        page.wait_for_url("**state=closed**")
        assert hosts(page) == ["ba-c.example"], "without a script as well"
