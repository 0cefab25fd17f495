"""The desk behind a real server on loopback, and a real browser before it."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from crawler.errors import BrowserUnavailableError
from crawler.rendering.browser import find_browser
from takedown.web.app import create_app
from takedown.web.desk import Desk
from tests.takedown.web.conftest import PASSWORD

AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text("utf-8")


@contextmanager
def served(desk: Desk, port: int = 0) -> Iterator[str]:
    """The address of the desk, without a slash at its end."""
    config = uvicorn.Config(create_app(desk), host="127.0.0.1", port=port, log_level="error", access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 30
    while not server.started and time.monotonic() < until:
        time.sleep(0.02)
    assert server.started
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(30)


@contextmanager
def browser() -> Iterator[Browser]:
    """Skips the test with its reason where there is none."""
    try:
        choice = find_browser("auto")
    except BrowserUnavailableError as error:
        pytest.skip(f"no browser: {error}")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(choice.path), args=["--no-sandbox"])
        try:
            yield opened
        finally:
            opened.close()


def enter(context: BrowserContext, address: str, name: str) -> Page:
    """Signs in by the form; the page that follows. Fails on whatever the browser complains about."""
    page = context.new_page()
    page.set_default_timeout(60_000)  # a letter is drawn meanwhile, on a busy machine
    page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
    page.goto(f"{address}/sign-in")
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", PASSWORD)
    page.click("button.primary")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    return page


def check_accessible(page: Page) -> None:
    """No violation of axe, and not wider than its screen. The context was made with ``bypass_csp``, for axe alone."""
    where = f"{page.url} {page.viewport_size}"
    page.evaluate(AXE)
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    told = [(entry["id"], [node["html"][:150] for node in entry["nodes"][:3]]) for entry in found["violations"]]
    assert told == [], where
    wide = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 1, f"{where} scrolls sideways"
