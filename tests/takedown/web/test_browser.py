"""The desk as its people meet it: keys, a story of two, accessibility, poison shown inert."""

from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from storage.models import Assessment, Case, CaseEvent, Observation
from takedown.lifecycle import CaseState
from takedown.web.desk import Desk
from tests.takedown.desk import NOW, open_case, proven_case
from tests.takedown.web.serving import browser, check_accessible, enter, served

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
POISON = "<img src=x onerror=document.title='owned'>\u202egnp.exe\x1b[31m\u0000{{7*7}}'\"><script>alert(1)</script>"


def test_two_people_take_a_case_from_the_queue_to_a_released_notice(desk: Desk) -> None:
    with desk.writing() as session:
        pass
    number = proven_case(desk.engine, desk.store)
    with desk.writing() as session:
        session.get_one(Case, number).state = CaseState.NEW
    open_case(desk.engine, "khac.example")
    with served(desk) as address, browser() as opened:
        page = enter(opened.new_context(), address, "an")
        page.wait_for_url("**/cases")
        page.keyboard.press("?")
        assert page.locator("#keys[open]").count() == 1
        page.keyboard.press("Escape")
        page.locator("#keys[open]").wait_for(state="detached")  # an open dialog keeps the keys to itself
        page.keyboard.press("j")
        page.keyboard.press("j")
        page.keyboard.press("k")
        page.keyboard.press("x")
        assert page.locator(".line.here input[name=cases]").is_checked()
        assert page.locator("fieldset.bulk").is_visible()
        page.fill("input[type=search]", "shop-a")
        page.keyboard.press("Enter")
        page.wait_for_url("**q=shop-a**")
        page.keyboard.press("j")
        page.keyboard.press("o")
        page.wait_for_url(f"**/cases/{number}**")
        page.keyboard.press("c")
        page.wait_for_selector("#judge")
        page.keyboard.press("c")
        page.check("input[value=confirmed]")
        page.fill("#reason", "thu tiền cọc, không giao hàng")
        page.click("#judge button.primary")
        page.wait_for_selector(".state-confirmed")
        page.locator("input[name=recipients]:checked").first.wait_for()
        for box in page.locator("input[name=recipients]").all():
            box.set_checked(box.get_attribute("value") == "pa05_hcm")
        page.click("button:text-is('Soạn thông báo')")
        page.wait_for_selector("#notices >> text=Nháp, chờ duyệt")
        page.click("#notices a[href^='/notices/']")
        assert page.locator("text=Duyệt gửi").count() == 0, "who prepared it never releases it"
        notice = page.url
        other = enter(opened.new_context(), address, "chi")
        other.goto(notice)
        with other.expect_download() as download:
            other.click("text=letter.pdf")
        assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
        other.click("text=Duyệt gửi")
        other.wait_for_selector("text=Đã duyệt, chưa gửi")
    with desk.reading() as session:
        assert session.get_one(Case, number).state == "requested"


def test_two_reviewers_never_judge_one_case_at_once(desk: Desk) -> None:
    number = open_case(desk.engine)
    with served(desk) as address, browser() as opened:
        first = enter(opened.new_context(), address, "an")
        second = enter(opened.new_context(), address, "binh")
        second.goto(f"{address}/cases/{number}")
        first.goto(f"{address}/cases/{number}")
        first.click("#take button")
        first.wait_for_selector("#judge")
        second.click("#take button")
        second.wait_for_selector("[role=alert] >> text=đang mở ở an")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1366, 768), (390, 844)])
def test_every_page_is_accessible(desk: Desk, scheme: str, size: tuple[int, int]) -> None:
    number = proven_case(desk.engine, desk.store)
    open_case(desk.engine, "khac.example")
    pages = [
        "/cases",
        "/cases?view=table&state=all",
        f"/cases/{number}",
        "/notices",
        "/me",
        "/records",
        "/records/new",
        "/welcome",
        "/nothing",
    ]
    with served(desk) as address, browser() as opened:
        context = opened.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if scheme == "dark" else "light",
            bypass_csp=True,  # for axe alone
        )
        page = enter(context, address, "chi")
        for path in [*pages, "/sign-in"]:
            page.goto(f"{address}{path}")
            check_accessible(page)
        for path, words in refused(number):
            page.goto(f"{address}/welcome")
            page.evaluate(SEND, [path, words])
            page.wait_for_selector("form.stack")
            check_accessible(page)


def refused(number: int) -> list[tuple[str, dict[str, str]]]:
    """Forms that are not taken: words alone, a choice that is missing, a word that is none, a stale token."""
    return [
        (f"/cases/{number}/undo", {"reason": " "}),
        (f"/cases/{number}/judge", {"reason": "thu tiền cọc, không giao hàng"}),
        ("/outbox/1/settle", {"became": "rồi", "reason": "nhật ký máy chủ " * 20}),
        (f"/cases/{number}/undo", {"reason": "gửi từ phiên trước", "csrf": "x"}),
    ]


SEND = """([path, words]) => {
  const form = document.createElement("form");
  form.method = "post";
  form.action = path;
  const token = document.querySelector("[name=csrf]").value;
  for (const [name, value] of Object.entries({csrf: token, ...words})) {
    const field = document.createElement("input");
    field.name = name;
    field.value = value;
    form.append(field);
  }
  document.body.append(form);
  form.submit();
}"""


def test_poison_is_shown_and_does_nothing(desk: Desk) -> None:
    number = proven_case(desk.engine, desk.store)
    with desk.writing() as session:
        case = session.get_one(Case, number)
        case.title = POISON
        assessment = session.get_one(Assessment, case.assessment_id)
        assessment.signals = [
            {**assessment.signals[0], "message_vi": POISON, "message_en": POISON, "excerpt": POISON, "vantage": POISON}
        ]
        session.add(assessment)
        session.add(CaseEvent(case_id=number, at=NOW, kind="note", actor="x", detail={POISON: POISON}))
    with served(desk) as address, browser() as opened:
        page = enter(opened.new_context(), address, "chi")
        for path in ("/cases?state=all", "/cases?state=all&view=table", f"/cases/{number}"):
            page.goto(f"{address}{path}")
            assert page.title() != "owned"
            assert page.locator("img[src=x]").count() == 0
            text = page.content()
            assert "\u202e" not in text
            assert "\x1b" not in text
            assert "49" not in page.locator("h1").inner_text()
        page.goto(f"{address}/cases?q=" + "%3Cscript%3Ealert(1)%3C/script%3E&state=%22%3E%3Cb%3E")
        assert page.locator("main script").count() == 0


def test_the_next_case_is_there_before_it_is_asked_for_and_never_stale(desk: Desk) -> None:
    second = proven_case(desk.engine, desk.store, "b.example")
    with desk.writing() as session:
        case, visit = session.get_one(Case, second), session.exec(select(Observation)).one()
        case.state, visit.assessment_id = CaseState.NEW, case.assessment_id
    first = open_case(desk.engine, "a.example")
    with served(desk) as address, browser() as opened:
        page = enter(opened.new_context(), address, "an")
        answers: dict[str, list[bool]] = {}
        probe = page.context.new_cdp_session(page)
        probe.send("Network.enable")

        def note(event: dict[str, Any]) -> None:
            answer = event["response"]
            known = bool(answer.get("fromPrefetchCache") or answer.get("fromDiskCache"))
            answers.setdefault(answer["url"].removeprefix(address), []).append(known)

        probe.on("Network.responseReceived", note)
        page.goto(f"{address}/cases/{first}")
        page.wait_for_load_state("networkidle")
        ahead = f"/cases/{second}?ahead=1"
        assert answers[ahead] == [False], "fetched while the first is looked at"
        pictures = [path for path in answers if path.startswith("/pictures/page/")]
        assert len(pictures) == 1, "so is its picture"
        page.keyboard.press("n")
        page.wait_for_url(f"**{ahead}")
        page.locator(".captures img").wait_for()
        assert answers[ahead] == [False, True], "and not asked for again"
        assert answers[pictures[0]][1:] in ([], [True])
        page.keyboard.press("c")
        page.wait_for_selector("#judge")
        assert page.url == f"{address}/cases/{second}", "after a change the page is the server's newest"
        page.click("text=Thoát")
        page.wait_for_url("**/sign-in**")
        page.goto(f"{address}{ahead}")
        assert "/sign-in" in page.url, "nothing is left for whoever sits down next"
