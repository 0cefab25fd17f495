"""The captures that are compared: a bare Playwright JPEG, and ours with its evidence sealed."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from crawler.bounds import DEFAULT_BOUNDS
from crawler.config import Config
from crawler.egress.policy import EgressPolicy
from crawler.evidence.seal import seal
from crawler.rendering.browser import find_browser
from crawler.rendering.renderer import Renderer
from crawler.rendering.vantages import DESKTOP
from crawler.visit import Outcome
from storage.artifacts import ArtifactStore

AT_ONCE = 2


def capture_bare(url: str, count: int, proxy_rule: str) -> int:
    """``count`` full-page JPEGs of ``url`` with Playwright alone, a fresh context each."""
    return asyncio.run(_capture_bare(url, count, proxy_rule))


async def _capture_bare(url: str, count: int, proxy_rule: str) -> int:
    choice = find_browser("auto")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=choice.path, args=["--no-sandbox", f"--host-resolver-rules={proxy_rule}"]
        )
        room = asyncio.Semaphore(AT_ONCE)
        await asyncio.gather(*(_one_bare(browser, url, room) for _ in range(count)))
        await browser.close()
    return count


async def _one_bare(browser: Browser, url: str, room: asyncio.Semaphore) -> None:
    async with room:
        context = await browser.new_context(viewport={"width": 1366, "height": 900})
        page = await context.new_page()
        await page.goto(url, wait_until="load")
        await page.screenshot(full_page=True, type="jpeg", quality=70)
        await context.close()


def capture_sealed(url: str, count: int, config: Config, folder: Path) -> int:
    """``count`` of our captures of ``url``: DOM, MHTML, picture, WARC, sealed and stored."""
    return asyncio.run(_capture_sealed(url, count, config, folder))


async def _capture_sealed(url: str, count: int, config: Config, folder: Path) -> int:
    policy = EgressPolicy.parse(config.egress_allow, config.egress_map, config.egress_ports)
    store = ArtifactStore.open(f"file://{folder.absolute() / 'artifacts'}")
    async with Renderer(policy, find_browser("auto"), DEFAULT_BOUNDS, pages=AT_ONCE) as renderer:
        done = await asyncio.gather(*(_one_sealed(renderer, url, store) for _ in range(count)))
    return sum(done)


async def _one_sealed(renderer: Renderer, url: str, store: ArtifactStore) -> int:
    visit = await renderer.capture(url, DESKTOP)
    if visit.outcome is not Outcome.READ:
        raise SystemExit(f"capture failed: {visit.outcome} {visit.reason}")
    await asyncio.to_thread(seal, visit, store=store, sealed_at=datetime.now(UTC), rule_set="bench", audit_head="")
    return 1
