"""One rendered visit: drives a page from a vantage and brings back all that can be kept."""

import asyncio
import base64
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Final

from crawler.bounds import Bounds
from crawler.egress.dns import ask_name_servers
from crawler.egress.hostname import parse_host
from crawler.egress.policy import EgressPolicy
from crawler.egress.proxy import CheckingProxy
from crawler.egress.tls import judged_chain, lookup_tls
from crawler.errors import EgressRefusedError
from crawler.rendering.chromium import Chromium
from crawler.rendering.deadline import Deadline
from crawler.rendering.documents import closed_roots, read_document
from crawler.rendering.frames import FrameDocument, Weight, read_frames, weigh_page, with_frames
from crawler.rendering.gate import GATE_CHARACTERS, find_gate, press_gate
from crawler.rendering.page import Page
from crawler.rendering.result import Findings, visit_of
from crawler.rendering.session import BrowserError
from crawler.visit import TlsChain, Vantage, Visit

CLOSE_SECONDS: Final = 4.0  # kept back for closing
LATE_SECONDS: Final = 1.0  # for what scrolling has set off
WIDEST: Final = 2_000  # pixels
QUOTED: Final = 3  # characters that MHTML writes for one that is not plain ASCII
BASE64: Final = 1.37  # and for a byte of a picture's, with the ends of lines
JPEG_QUALITY: Final = 70  # half the cost of PNG, and text stays legible


async def capture_visit(
    browser: Chromium, policy: EgressPolicy, bounds: Bounds, url: str, vantage: Vantage, greedy: Callable[[], bool]
) -> tuple[Visit, bool]:
    """The visit, and whether the browser is fit for another one. Bounded by ``bounds.render_seconds``. ``greedy``:
    whether the browser has had much processor time, so that it is the page that is slow and not the machine."""
    started_at = datetime.now(UTC)
    found = Findings()
    deadline = Deadline(max(1.0, bounds.render_seconds - CLOSE_SECONDS))
    async with CheckingProxy(policy, page=url, max_bytes=bounds.render_bytes, max_sent=bounds.render_sent) as proxy:
        page = Page(browser, proxy, vantage, bounds)
        names = asyncio.create_task(ask_name_servers(policy, host_of(url), seconds=deadline.left / 3))
        try:
            await _drive(page, url, found, deadline, greedy)
            await _look_up(page, policy, found, deadline)
            found.dns = await asyncio.wait_for(asyncio.shield(names), deadline.within(bounds.step_seconds))
        except (BrowserError, TimeoutError) as error:
            found.lose("rest", error)
        finally:
            names.add_done_callback(lambda task: task.cancelled() or task.exception())
            fit = await page.close() and not found.browser_fault
    return visit_of(page, found, url=url, started_at=started_at, finished_at=datetime.now(UTC)), fit


async def _drive(page: Page, url: str, found: Findings, deadline: Deadline, greedy: Callable[[], bool]) -> None:
    """Open, go, settle, scroll, and take everything."""
    try:
        await page.open(deadline)
    except (BrowserError, TimeoutError) as error:
        found.browser_fault = f"the tab could not be opened: {type(error).__name__} {error}"
        return
    try:
        await page.navigate(url, deadline)
    except TimeoutError:
        page.session.tell("Page.stopLoading")
        return
    if not page.arrived:
        return
    await _calm(page, found, deadline)
    if page.vantage.enters and page.arrived:
        await _enter(page, found, deadline)
    if not page.arrived:
        return
    weight = await _measure(page, found, deadline)
    await asyncio.gather(
        _keep("dom", _take_dom(page, found, deadline, weight), found),
        _keep("screenshot", _take_screenshot(page, found, deadline), found),
        _keep("mhtml", _take_mhtml(page, found, deadline, weight), found),
    )
    if not greedy() and deadline.left > page.bounds.step_seconds and found.ask_again("dom"):
        found.notes.append("asked a second time what it shows: the machine was busy with other work")
        await _keep("dom", _take_dom(page, found, deadline, weight), found)
    if found.dom:
        page.events.stay()
    if found.dom and found.text_shown < GATE_CHARACTERS and not page.vantage.enters:
        with contextlib.suppress(BrowserError, TimeoutError):
            found.gate = await find_gate(page, deadline)
    await page.network.settle_bodies(min(deadline.left, page.bounds.step_seconds))


async def _calm(page: Page, found: Findings, deadline: Deadline) -> None:
    """Let the page come to rest; a script that does not end is ended."""
    try:
        await page.settle(deadline, page.bounds.settle_seconds)
        await page.scroll(deadline)
        await page.settle(deadline, LATE_SECONDS)
        if await page.await_timers(deadline):
            await page.settle(deadline, LATE_SECONDS)
    except TimeoutError:
        found.notes.append("the page did not let itself be asked: its scripts were ended")
        await page.interrupt(deadline)
    except BrowserError as error:  # it moved on under our hands; what is there now is taken
        found.notes.append(f"while settling: {error}"[:200])


async def _enter(page: Page, found: Findings, deadline: Deadline) -> None:
    """Press what stands before the page, and say so beside all that is kept."""
    try:
        label = await press_gate(page, deadline)
        found.notes.append(f"pressed «{label}»" if label else "nothing was there to be pressed")
        await _calm(page, found, deadline)
    except (BrowserError, TimeoutError) as error:
        found.notes.append(f"while pressing: {type(error).__name__} {error}"[:200])
    if page.proxy.kept_back:
        found.notes.append(f"kept back after the press: {page.proxy.kept_back} sockets or requests that send")


async def _keep(name: str, step: Awaitable[None], found: Findings) -> None:
    """Run one step; what goes wrong in it is named and costs only itself."""
    try:
        await step
    except (BrowserError, TimeoutError, ValueError) as error:
        found.lose(name, error)


async def _measure(page: Page, found: Findings, deadline: Deadline) -> Weight | None:
    """What it holds; None where it does not say, and then nothing is asked that could be larger."""
    try:
        return await weigh_page(page, deadline)
    except (BrowserError, TimeoutError) as error:
        found.notes.append(f"how large the page is was not told: {type(error).__name__}")
        return None


async def _take_dom(page: Page, found: Findings, deadline: Deadline, weight: Weight | None) -> None:
    limit = page.bounds.dom_bytes
    await page.count_nodes(deadline)
    closed: Mapping[str, list[int]] = {}
    if weight is not None and weight.markup <= limit:
        closed = await closed_roots(page, deadline)
    else:
        found.notes.append("too large to be asked for its closed shadow roots")
    own = await read_document(page, deadline, limit=limit, closed=closed.get(page.events.frame, []))
    found.title, found.text_shown, found.shown = own.title, own.text, own.text + own.pictures
    html = own.html
    if html and not own.cut:
        html = with_frames(html, await _frames(page, found, deadline, closed, limit - len(html)))
    dom = html.encode("utf-8", "replace")
    found.dom, found.dom_cut = dom[:limit], own.cut or len(dom) > limit


async def _frames(
    page: Page, found: Findings, deadline: Deadline, closed: Mapping[str, list[int]], room: int
) -> list[FrameDocument]:
    """The frames' documents that belong to what a visitor sees; without them the page itself is not lost."""
    try:
        async with asyncio.timeout(deadline.within(page.bounds.step_seconds)):
            frames = await read_frames(page, deadline, text=found.text_shown, limit=room, closed=closed)
    except (BrowserError, TimeoutError) as error:
        found.lose("frames", error)
        return []
    found.text_shown += sum(frame.text for frame in frames)
    found.shown += sum(frame.shown for frame in frames)
    found.notes += [f"a frame's document is kept with the page's: {frame.url}"[:200] for frame in frames]
    return frames


async def _take_screenshot(page: Page, found: Findings, deadline: Deadline) -> None:
    step = page.bounds.step_seconds
    metrics = await page.session.call("Page.getLayoutMetrics", deadline.within(step))
    content = metrics["cssContentSize"]
    # A page that is not made for phones is wider than the phone, which shrinks it to fit.
    width = min(max(page.vantage.width, int(content["width"])), WIDEST)
    whole = max(1, int(content["height"]))
    height = min(whole, max(1, page.bounds.screenshot_pixels // width))
    answer = await page.session.call(
        "Page.captureScreenshot",
        deadline.within(step),
        format="jpeg",
        quality=JPEG_QUALITY,
        captureBeyondViewport=True,
        optimizeForSpeed=True,
        # One picture point a CSS pixel, however dense the vantage's screen is.
        clip={"x": 0, "y": 0, "width": width, "height": height, "scale": 1 / page.vantage.scale},
    )
    found.screenshot = base64.b64decode(answer["data"])
    if height < whole:
        found.notes.append(f"screenshot: the upper {height} of {whole} pixels")


async def _take_mhtml(page: Page, found: Findings, deadline: Deadline, weight: Weight | None) -> None:
    if weight is None:
        raise ValueError("the page did not say how large it is")
    expected = (weight.markup + weight.styles) * QUOTED + weight.resources * BASE64
    if expected > page.bounds.mhtml_bytes:
        raise ValueError(f"it would be some {expected:,.0f} bytes, more than {page.bounds.mhtml_bytes:,}")
    answer = await page.session.call("Page.captureSnapshot", deadline.within(page.bounds.step_seconds), format="mhtml")
    mhtml = str(answer["data"]).encode("utf-8", "surrogateescape")
    if len(mhtml) > page.bounds.mhtml_bytes:
        raise ValueError(f"larger than {page.bounds.mhtml_bytes:,} bytes")
    found.mhtml = mhtml


async def _look_up(page: Page, policy: EgressPolicy, found: Findings, deadline: Deadline) -> None:
    """The certificates of the page that was read, as the browser received them, else by a handshake of our own."""
    url = page.events.url
    if not url.startswith("https://") or not page.events.documents:
        return
    at = datetime.now(UTC)
    try:
        answer = await page.session.call(
            "Network.getCertificate", deadline.within(page.bounds.step_seconds), origin="/".join(url.split("/")[:3])
        )
        chain = tuple(base64.b64decode(text) for text in answer["tableNames"])
    except (BrowserError, TimeoutError, ValueError):
        chain = ()
    if not chain:
        host, port = host_of(url), port_of(url)
        found.tls = await asyncio.to_thread(lookup_tls, policy, host, port, at=at, seconds=deadline.within(8.0))
        return
    record = page.network.latest(page.events.documents[-1])
    details = record.response.get("securityDetails", {}) if record else {}
    received = TlsChain(host_of(url), details.get("protocol", ""), details.get("cipher", ""), chain)
    found.tls = await asyncio.to_thread(judged_chain, received, at=at)


def host_of(url: str) -> str:
    """The host of an http address as a browser reads it, "" where there is none."""
    rest = url.partition("://")[2].partition("/")[0].partition("?")[0].partition("#")[0].rpartition("@")[2]
    host = rest.partition("]")[0] + "]" if rest.startswith("[") else rest.partition(":")[0]
    try:
        return str(parse_host(host))
    except EgressRefusedError:
        return ""


def port_of(url: str) -> int:
    """The port of an http address."""
    rest = url.partition("://")[2].partition("/")[0].rpartition("]")[2].rpartition(":")[2]
    return int(rest) if rest.isdigit() else 443
