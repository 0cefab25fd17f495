"""Every poison string in every view, by every role, in a real browser: nothing runs, asks elsewhere or reorders."""

import unicodedata
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from takedown.actor import Role
from takedown.web.access import access_of, routes_of
from takedown.web.app import create_app
from takedown.web.desk import Desk
from tests.suites.kept import FOLDER
from tests.suites.test_texts import naughty
from tests.takedown.poison import poison_desk
from tests.takedown.web.serving import browser, enter, served

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
PEOPLE = {
    "an": Role.REVIEWER,
    "chi": Role.APPROVER,
    "dung": Role.AUDITOR,
    "giang": Role.POLICE,
    "hoa": Role.ADMINISTRATOR,
}
FURTHER = (
    "/cases?view=table&state=all",
    "/cases?state=all&q=%3Cscript%3Ealert(1)%3C/script%3E",
    "/cases/1?state=%22%3E%3Cb%3E",
)
OBEYED = frozenset({"Cc", "Cf", "Cs", "Co"})
WATCH = """
addEventListener('securitypolicyviolation', event => {
  const known = JSON.parse(sessionStorage.getItem('broken') || '[]');
  sessionStorage.setItem('broken', JSON.stringify([...known, event.violatedDirective + ' ' + event.blockedURI]));
});
"""


class Watched:
    """What a page did that no page of ours may do."""

    def __init__(self, page: Page, address: str) -> None:
        self.faults: list[str] = []
        page.on("dialog", lambda dialog: (self.faults.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("popup", lambda other: self.faults.append(f"popup {other.url}"))
        page.on("download", lambda file: self.faults.append(f"download {file.url}"))
        page.on("request", lambda request: self._ask(request.url, address))

    def _ask(self, url: str, address: str) -> None:
        if not url.startswith(address + "/"):
            self.faults.append(f"asked {url[:200]}")


def paths(desk: Desk, role: Role) -> list[str]:
    """Every page that the role may open, with the numbers of what the poisoned desk holds."""
    found = []
    for route in routes_of(create_app(desk)):
        access = access_of(route)
        if (
            "GET" not in route.methods
            or access is None
            or route.path.startswith(("/files/", "/pictures/", "/language"))
        ):
            continue
        if access.roles is None or role in access.roles:
            found.append(route.path.replace("{number}", "1"))
    return [*found, *(FURTHER if "/cases" in found else ())]


def look(page: Page, watched: Watched, address: str, path: str) -> None:
    answer = page.goto(f"{address}{path}")
    assert answer is not None
    assert answer.status < 500, path
    text = page.content()
    obeyed = sorted(
        {f"U+{ord(each):04X}" for each in text if unicodedata.category(each) in OBEYED and each not in "\n\t"}
    )
    assert obeyed == [], path
    assert "owned" not in page.title(), path
    assert "1337" not in text, f"{path}: a template ran"
    assert page.locator("iframe, object, embed, base, meta[http-equiv], style, main script").count() == 0, path
    strange = page.locator("img:not([src^='/']), form:not([action^='/']):not([method=dialog]), [onerror], [onload]")
    assert strange.count() == 0, path
    links = page.locator("a[href]").evaluate_all("all => all.map(each => each.getAttribute('href'))")
    assert [link for link in links if not link.startswith(("/", "#"))] == [], path
    broken = page.evaluate("() => sessionStorage.getItem('broken') || ''")
    assert (broken, watched.faults) == ("", []), path


def walk(opened: Browser, desk: Desk, address: str, name: str) -> None:
    context = opened.new_context()
    context.add_init_script(WATCH)
    page = enter(context, address, name)
    watched = Watched(page, address)
    for path in paths(desk, PEOPLE[name]):
        look(page, watched, address, path)
    if PEOPLE[name] in {Role.POLICE}:
        page.goto(f"{address}/records/1")
        page.fill("form[action$='/open'] input[name=reason]", "<b>đọc</b>\u202e")
        page.click("form[action$='/open'] button")
        page.wait_for_selector("text=mau-thu.vn")
        assert page.locator("img[src=x], iframe").count() == 0
    assert watched.faults == []
    context.close()


def test_every_view_by_every_role(desk: Desk, tmp_path: Path) -> None:
    strings = tuple(naughty()) if FOLDER.exists() else ()
    made = poison_desk(desk, tmp_path, strings)
    with served(made) as address, browser() as opened:
        for name in PEOPLE:
            walk(opened, made, address, name)
