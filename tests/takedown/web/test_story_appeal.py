"""A wrongful case in a real browser: the owner objects, another person decides, the withdrawal reaches everybody."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from playwright.sync_api import Browser, Page
from sqlmodel import select

from storage.audit import verify_audit
from storage.models import Case, Notice, Withdrawal
from takedown.actor import Actor
from takedown.delivery.calendar import Calendar
from takedown.delivery.outbox import queue_released, send_due
from takedown.delivery.smtp import SmtpServer, SmtpTransport
from takedown.drafting import draft_notices
from takedown.notices import mark_sent, release_notice
from takedown.recipients import ChannelKind, load_recipients
from takedown.recipients.confirmation import Decision, decide_contact
from takedown.web.desk import Desk
from takedown.withdrawal import record_publication, update_withdrawals
from tests.takedown.delivery.conftest import Mailbox
from tests.takedown.desk import AN, CHI, HEAD, NOW, hire, proven_case
from tests.takedown.web.mail_server import mail_server
from tests.takedown.web.serving import browser, enter, served

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
EMI = Actor("emi", CHI.roles)
ABUSE = "abuse@host.example"
WHY = "Chúng tôi là cửa hàng có đăng ký, mã số thuế 0101234567."


def told(desk: Desk, port: int) -> int:
    """A case whose host was told by mail, PA05 by letter, and that stands on a list; its number."""
    number = proven_case(desk.engine, desk.store)
    host = load_recipients().get("cloudflare")
    assert host is not None
    with desk.writing() as session:
        decide_contact(
            session, host, ChannelKind.EMAIL, ABUSE, decision=Decision.CONFIRMED, actor="chi", reason="gọi", now=NOW
        )
        for notice in draft_notices(
            session, desk.store, number, head=HEAD, actor=AN, now=NOW, recipients=["cloudflare", "pa05_hcm"]
        ):
            release_notice(session, notice.id or 0, actor=CHI, now=NOW)
            if notice.channel != "email":
                mark_sent(session, notice.id or 0, proof="12/SKHCN", actor=AN, now=NOW)
        record_publication(session, number, place="danh-sach.txt", value="shop-a.example", digest="aa" * 32, now=NOW)
    assert deliver(desk, port, 1) == 1
    return number


def deliver(desk: Desk, port: int, minutes: int) -> int:
    """What cron does: how many mails left."""
    now = NOW + timedelta(minutes=minutes)
    with desk.writing() as session:
        queue_released(session, desk.store, sender=HEAD.mailbox, now=now)
    transport = SmtpTransport(SmtpServer("127.0.0.1", port))
    with ThreadPoolExecutor(1) as apart:  # the browser's driver keeps an event loop running in this thread
        sending = apart.submit(send_due, desk.engine, desk.store, transport, now=now, calendar=Calendar())
    report = sending.result()
    with desk.writing() as session:
        update_withdrawals(session, now=now)
    return len(report.sent)


def object_to(opened: Browser, address: str) -> tuple[Page, str]:
    """The owner, who has no account; the receipt code."""
    page = opened.new_context().new_page()
    page.goto(f"{address}/objection")
    page.fill("input[name=url]", "https://shop-a.example/")
    page.fill("textarea[name=text]", WHY)
    page.fill("input[name=name]", "Chủ cửa hàng")
    page.click("form[action='/objection'] button")
    code = page.locator(".notice.good .copyproof").inner_text().strip()
    assert re.fullmatch(r"(?:[2-9A-HJKMNP-TV-Z]{5}-){3}[2-9A-HJKMNP-TV-Z]{5}", code)
    return page, code


def standing(page: Page, code: str) -> str:
    page.fill("input[name=code]", code)
    page.click("form[action='/objection/status'] button")
    return page.locator("[role=status]").inner_text()


def test_an_objection_that_is_upheld_reaches_every_list_and_everybody_who_was_told(desk: Desk) -> None:
    hire(desk.engine, EMI)
    with mail_server() as (port, mailbox), served(desk) as address, browser() as opened:
        number = told(desk, port)
        owner, code = object_to(opened, address)
        assert "Đang xem xét" in standing(owner, code)
        involved = enter(opened.new_context(), address, "chi")
        involved.goto(f"{address}/appeals")
        assert involved.locator("text=Bạn đã tham gia vụ này").count() == 1
        assert involved.locator("text=Chấp nhận, rút lại tất cả").count() == 0
        other = enter(opened.new_context(), address, "emi")
        other.goto(f"{address}/appeals")
        assert WHY in other.locator("main").inner_text()
        other.check("input[name=upheld][value=yes]")
        other.fill("input[name=decision]", "Đã đối chiếu đăng ký: báo nhầm.")
        other.click("text=Quyết định >> nth=-1")
        other.wait_for_selector("text=chưa tới hết")
        assert other.locator("b", has_text="đã chứng minh").count() == 0, "nobody has heard of it yet"

        assert deliver(desk, port, 3) == 1
        check_mail(mailbox, desk)
        other.reload()
        assert other.locator("b", has_text="đã chứng minh").count() == 1, "the mail server's answer is the proof"
        for proof in ("bb" * 32, "Số 15/SKHCN"):  # the list's new edition, and the letter to PA05
            step = other.locator("form[action^='/withdrawals/steps/']").first
            step.locator("input[name=proof]").fill(proof)
            step.locator("button").click()
            other.wait_for_load_state()
        other.wait_for_selector("text=đã tới mọi nơi")
        other.goto(f"{address}/cases/{number}")
        other.wait_for_selector(".state-false_positive")
        answer = standing(owner, code)
        assert "Được chấp nhận" in answer
        assert "báo nhầm" in answer
    with desk.reading() as session:
        assert session.get_one(Case, number).state == "false_positive"
        assert session.exec(select(Withdrawal)).one().done_at is not None
        states = {
            notice.recipient_id: notice.state for notice in session.exec(select(Notice)) if notice.kind == "first"
        }
        assert states == {"cloudflare": "withdrawn", "pa05_hcm": "withdrawn"}
        assert verify_audit(session).holds


def check_mail(mailbox: Mailbox, desk: Desk) -> None:
    """The second mail takes the first one back, to the same address, naming its reference."""
    first, second = (message_from_bytes(data, policy=policy.default) for data in mailbox.arrived)
    assert first["To"] == second["To"] == ABUSE
    with desk.reading() as session:
        notice = session.exec(select(Notice).where(Notice.kind == "first", Notice.recipient_id == "cloudflare")).one()
    assert notice.token in str(first["Subject"])
    assert notice.token in str(second["Subject"])
    assert "withdraw" in second.get_body().get_content().lower()  # type: ignore[attr-defined]
