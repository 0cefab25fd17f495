"""A fraud from its first sweep to its relapse, at the desk and by the commands of cron; every part is the real one."""

import json
import re
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import Engine
from sqlmodel import select

from crawler.config import Config
from crawler.errors import BrowserUnavailableError
from crawler.rendering.browser import find_browser
from storage.audit import verify_audit
from storage.db import migrate, open_engine, read_session, write_session
from storage.models import Case, CaseEvent, Notice, NoticeUrl, Verification
from takedown.cli.serve import make_desk
from tests.crawler.enrichment.registry_servers import Reply
from tests.crawler.enrichment.threaded_registry import registered, registry
from tests.site.catalogue import load_sites
from tests.site.server import LocalWeb
from tests.takedown.desk import AN, CHI, hire
from tests.takedown.web.mail_server import mail_server
from tests.takedown.web.serving import browser, enter, served
from tests.test_sweep import lachan, plain

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
FRAUD, CONTROL = "dichvu-hotrothe.example", "gom-nha-minh.example"
DESK, ABUSE = "desk@agency.example", "abuse@registrar.example"


def with_abuse_contact(path: str) -> Reply:
    """The registry names whom to tell of abuse."""
    if not path.startswith("/domain/"):
        return Reply(b"{}", status=404)
    body = json.loads(registered(path).body)
    card = ["vcard", [["version", {}, "text", "4.0"], ["email", {}, "text", ABUSE]]]
    body["entities"][0]["entities"] = [{"roles": ["abuse"], "vcardArray": card}]
    return Reply(json.dumps(body).encode())


def cron(environment: dict[str, str], *words: str) -> dict[str, object]:
    """What one command says in JSON. A page that is gone is told by exit code 1."""
    done = lachan(environment, *words, "--json", timeout=500)
    assert done.returncode in {0, 1}, done.stderr[-3000:]
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def judge(page: Page, address: str) -> int:
    """A reviewer finds the case in the queue and confirms it; its number."""
    page.goto(f"{address}/cases?q={FRAUD}")
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url(re.compile(r"/cases/\d+"))
    number = re.search(r"/cases/(\d+)", page.url)
    assert number is not None
    phone, desktop = (figure.bounding_box() for figure in page.locator(".side figure").all()[:2])
    assert phone is not None
    assert desktop is not None
    assert phone["y"] == desktop["y"], "both vantages stand side by side"
    assert phone["x"] < desktop["x"]
    assert page.locator(".signals blockquote").count() >= 1, "and the words that gave the points"
    page.click("#take button")
    page.check("input[value=confirmed]")
    page.fill("#reason", "Thu cọc vào tài khoản cá nhân, không giao hàng.")
    page.click("#judge button.primary")
    page.wait_for_selector(".state-confirmed")
    return int(number[1])


def draft(page: Page) -> str:
    """The mail to the registrar alone; its address at the desk."""
    for box in page.locator("input[name=recipients]").all():
        box.set_checked(box.get_attribute("value") == "matbao")
    page.click("button:text-is('Soạn thông báo')")
    page.wait_for_selector("#notices >> text=Nháp, chờ duyệt")
    return page.locator("#notices a[href^='/notices/']").get_attribute("href") or ""


def release(opened: Browser, address: str, notice: str) -> None:
    """By another person, who reads what will leave."""
    page = enter(opened.new_context(), address, "chi")
    page.goto(f"{address}{notice}")
    assert ABUSE in page.locator("main").inner_text()
    assert FRAUD in page.locator("main").inner_text()
    page.click("text=Duyệt gửi")
    page.wait_for_selector("text=Đã duyệt, chưa gửi")
    page.context.close()


def check_mail(data: bytes, engine: Engine) -> None:
    """What arrived names the page of the record and brings the papers along."""
    mail = message_from_bytes(data, policy=policy.default)
    with read_session(engine) as session:
        notice = session.exec(select(Notice)).one()
        (url,) = session.exec(select(NoticeUrl)).all()
    assert (mail["To"], mail["From"]) == (ABUSE, DESK)
    assert notice.token in str(mail["Subject"])
    body = mail.get_body(("plain",))
    assert body is not None
    assert url.url in body.get_content()
    names = {part.get_filename() for part in mail.iter_attachments()}  # type: ignore[attr-defined]
    assert {"letter.pdf", "annex.csv"} <= names, names
    assert notice.state == "sent"


def a_day_passes(engine: Engine) -> None:
    """For the rounds so far: they are a day older now."""
    with write_session(engine) as session:
        for word in session.exec(select(Verification)):
            word.at -= timedelta(hours=21)
        session.commit()


def look(page: Page, address: str, number: int, environment: dict[str, str]) -> dict[str, list[int]]:
    """The button of the desk, and the next run of cron."""
    page.goto(f"{address}/cases/{number}")
    page.click("text=Kiểm tra đã gỡ chưa")
    page.wait_for_load_state()
    return cron(environment, "verify")["report"]  # type: ignore[return-value]


def test_a_fraud_is_found_reported_removed_and_met_again(tmp_path: Path) -> None:
    try:
        find_browser("auto")
    except BrowserUnavailableError as error:
        pytest.skip(f"no browser: {error}")
    engine = open_engine(f"sqlite:///{tmp_path / 'lachan.sqlite'}")
    migrate(engine)
    hire(engine, AN, CHI)
    sites = [site for site in load_sites() if {FRAUD, CONTROL} & set(site.hosts)]
    with LocalWeb(sites) as web, registry(with_abuse_contact) as asked, mail_server() as (port, mailbox):
        environment = plain(
            web,
            tmp_path,
            LACHAN_BROWSER="auto",
            LACHAN_ENRICH="true",
            LACHAN_RDAP_BASE=f"http://{asked.address}",
            LACHAN_EGRESS_ALLOW=f"{web.egress_allow},{asked.address}",
            LACHAN_CONTROL_URL=f"https://{CONTROL}/",
            LACHAN_MAIL_FROM=DESK,
            LACHAN_SMTP_URL=f"smtp://127.0.0.1:{port}",
            LACHAN_SEND_HOURS="",  # whatever the day on which the test runs
        )
        swept = cron(environment, "sweep", f"https://{FRAUD}/")
        assert swept["intake"]["opened"] == 1, swept  # type: ignore[index]
        settings = {"data_dir": tmp_path, "desk_https": False, "mail_from": DESK, "control_url": f"https://{CONTROL}/"}
        desk = make_desk(Config().model_copy(update=settings), engine)
        with served(desk) as address, browser() as opened:
            page = enter(opened.new_context(), address, "an")
            number = judge(page, address)
            release(opened, address, draft(page))

            assert cron(environment, "outbox", "send")["dry"], "nothing leaves before an operator switches it on"
            assert mailbox.arrived == []
            environment["LACHAN_SENDING"] = "true"
            assert len(cron(environment, "outbox", "send")["sent"]) == 1  # type: ignore[arg-type]
            (mail,) = mailbox.arrived
            check_mail(mail, engine)

            web.take_down(FRAUD)
            assert look(page, address, number, environment)["judged"] == [number], "one round alone is no proof"
            page.goto(f"{address}/cases/{number}")
            page.wait_for_selector(".state-waiting")
            assert "đã gỡ" in page.locator("section[aria-labelledby=h-evidence]").inner_text().lower()
            a_day_passes(engine)
            assert look(page, address, number, environment)["down"] == [number]
            page.goto(f"{address}/cases/{number}")
            page.wait_for_selector(".state-down")

            web.put_back(FRAUD)
            assert look(page, address, number, environment)["relapsed"] == [number]
            page.goto(f"{address}/cases/{number}")
            page.wait_for_selector(".state-confirmed")
            assert "tái xuất" in page.locator(".history").inner_text()
        assert len(mailbox.arrived) == 1, "a second notice waits for people again"
    with read_session(engine) as session:
        moves = [event.detail["to"] for event in session.exec(select(CaseEvent)) if event.kind == "transition"]
        assert moves == ["in_review", "confirmed", "requested", "waiting", "down", "confirmed"]
        assert session.get_one(Case, number).state == "confirmed"
        assert verify_audit(session).holds
    engine.dispose()
