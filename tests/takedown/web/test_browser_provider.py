"""Sign-in through a provider on loopback: by a real browser, through the egress policy, and what it cannot take."""

import json
import socket
from dataclasses import replace

import pyotp
import pytest
from playwright.sync_api import Page

from crawler.egress.policy import EgressPolicy
from takedown import second_factor
from takedown.actor import CONSOLE
from takedown.cli import sign_in_provider
from takedown.cli.sign_in_provider import asking
from takedown.errors import ProviderDownError
from takedown.oidc.links import link_person
from takedown.oidc.provider import MAX_BYTES, Answer, Provider
from takedown.one_time_codes import new_secret
from takedown.web.desk import Desk
from tests.takedown.desk import AN, NOW
from tests.takedown.web.office_provider import OfficeProvider, listening
from tests.takedown.web.serving import browser, check_accessible, enter, served

DISCOVERY = "/.well-known/openid-configuration"


def allowing(port: int) -> EgressPolicy:
    return EgressPolicy.parse(f"127.0.0.1:{port}")


def in_both_looks(page: Page) -> None:
    """By day on a wide screen, and at night on a telephone."""
    page.set_viewport_size({"width": 1366, "height": 768})
    page.emulate_media(color_scheme="light")
    check_accessible(page)
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark")
    check_accessible(page)


@pytest.mark.browser
def test_a_linked_person_enters_by_a_browser(desk: Desk) -> None:
    with socket.socket() as free:  # the provider must know where to send people before the desk has begun
        free.bind(("127.0.0.1", 0))
        number = free.getsockname()[1]
    office = OfficeProvider(back=f"http://127.0.0.1:{number}/sign-in/provider/back")
    with listening(office) as port:
        with desk.writing() as session:
            link_person(session, name="an", issuer=office.issuer, subject=office.subject, actor=CONSOLE, now=NOW)
        provider = Provider(office.settings, asking(allowing(port)))
        with served(replace(desk, provider=provider), port=number) as address, browser() as opened:
            page = opened.new_context(bypass_csp=True).new_page()  # for axe alone
            page.set_default_timeout(60_000)
            page.goto(f"{address}/cases")
            page.click("a[href^='/sign-in/provider']")
            page.wait_for_url(f"{address}/cases")
            assert page.inner_text(".who .name") == "An"
            page.click(".who form button")
            page.wait_for_url(f"{address}/sign-in?out=1")
            assert page.locator("a[href='/sign-in/provider/out']").count() == 1
            in_both_looks(page)
            secret = new_secret()
            with desk.writing() as session:
                second_factor.begin(session, secret=secret, code=pyotp.TOTP(secret).at(NOW), actor=AN, now=NOW)
            page.goto(f"{address}/sign-in/provider")
            page.wait_for_selector("input[name=code]")
            in_both_looks(page)
            office.subject = "nobody-here"
            page.goto(f"{address}/sign-in/provider")
            page.wait_for_selector("text=nobody-here")
            in_both_looks(page)
            administrator = enter(page.context, address, "hoa")
            administrator.goto(f"{address}/people/links")
            in_both_looks(administrator)


def test_nothing_is_asked_that_the_policy_does_not_allow() -> None:
    office = OfficeProvider()
    with listening(office), pytest.raises(ProviderDownError, match="LACHAN_EGRESS_ALLOW"):
        Provider(office.settings, asking(EgressPolicy.parse())).endpoints(NOW)
    assert office.asked == []


@pytest.mark.parametrize(
    "answer",
    [Answer(200, json.dumps({"pad": "x" * (MAX_BYTES + 1)}).encode()), Answer(302, b"http://127.0.0.1:9/elsewhere")],
    ids=["huge", "elsewhere"],
)
def test_a_huge_answer_and_one_from_elsewhere_are_not_taken(answer: Answer) -> None:
    office = OfficeProvider(answers={DISCOVERY: answer})
    with listening(office) as port, pytest.raises(ProviderDownError):
        Provider(office.settings, asking(allowing(port))).endpoints(NOW)
    assert len(office.asked) == 1


def test_a_silent_and_an_absent_provider_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_in_provider, "SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes the connection and says nothing
        port = silent.getsockname()[1]
        office = OfficeProvider(issuer=f"http://127.0.0.1:{port}")
        with pytest.raises(ProviderDownError, match="took longer"):
            Provider(office.settings, asking(allowing(port))).endpoints(NOW)
    with pytest.raises(ProviderDownError, match="cannot be reached"):
        Provider(office.settings, asking(allowing(port))).endpoints(NOW)
