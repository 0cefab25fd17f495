"""Drives one tab: opens it as a vantage, goes to an address, waits until it has settled, and closes it."""

import asyncio
import contextlib
import re
from collections.abc import Sequence
from typing import Any, cast

from playwright.async_api import BrowserContext
from playwright.async_api import Page as Tab

from crawler.bounds import Bounds
from crawler.egress.proxy import CheckingProxy
from crawler.rendering.chromium import Chromium
from crawler.rendering.deadline import Deadline
from crawler.rendering.disguise import TIMER, Call, emulation, open_context
from crawler.rendering.events import PageEvents, origin_of
from crawler.rendering.recorder import NetworkRecorder, authority_of
from crawler.rendering.session import BrowserError, DevtoolsSession, Json
from crawler.rendering.strays import StrayRequests
from crawler.visit import Vantage

QUIET_SECONDS = 0.15
SHELL_QUIET_SECONDS = 1.0  # a page that shows next to nothing may still be building itself
SHELL_CHARACTERS = 200
POLL_SECONDS = 0.025
COUNT_SECONDS = 0.5  # between two counts of the nodes of a page that does not come to rest
PUT_OFF_SECONDS = 10.0  # of what a page means to do later
SCROLL_STEPS = 24
CLOSE_SECONDS = 2.5
WORLD = "lachan"
_ERROR = re.compile(r"(?:Page\.goto: )?(net::ERR_[A-Z0-9_]{1,80})")

# A page can hide document's own properties behind elements of the same name; the prototype's cannot be hidden.
GET = "const get = name => Object.getOwnPropertyDescriptor(Document.prototype, name).get.call(document);"
FIND = "const find = selector => Document.prototype.querySelector.call(document, selector);"
_LOOK = f"""(() => {{ {GET} {FIND}
  const body = get('body') || get('documentElement');
  const refresh = find('meta[http-equiv="refresh" i]');
  const wait = refresh ? parseFloat(refresh.content) : NaN;
  const text = body ? (body.innerText ?? body.textContent) : '';
  return {{characters: text.trim().length, refresh: isNaN(wait) ? -1 : wait}};
}})()"""
_SCROLL = """(async () => { %(get)s
  const frame = () => new Promise(done => { requestAnimationFrame(done); setTimeout(done, 100); });
  const end = Math.min(get('documentElement').scrollHeight, %(height)d);
  const step = Math.max(innerHeight, end / %(steps)d);
  for (let y = step; y < end; y += step) { scrollTo({top: y, behavior: 'instant'}); await frame(); }
  scrollTo({top: 0, behavior: 'instant'}); await frame();
})()"""


class Page:
    """One tab in a browser context of its own, behind a proxy of its own."""

    def __init__(self, browser: Chromium, proxy: CheckingProxy, vantage: Vantage, bounds: Bounds) -> None:
        self.browser = browser
        self.proxy = proxy
        self.vantage = vantage
        self.bounds = bounds
        self.network = NetworkRecorder(bounds)
        self.events = PageEvents(bounds)
        self._strays = StrayRequests(self.network, proxy, bounds)
        self.step = bounds.step_seconds
        self.session: DevtoolsSession
        self._tab: Tab
        self._context: BrowserContext | None = None
        self._closing: set[asyncio.Task[None]] = set()

    # -- opening

    async def open(self, deadline: Deadline) -> None:
        """Make the context and the tab, and set everything before it goes anywhere.

        Raises TimeoutError or BrowserError, which are the browser's faults.
        """
        async with asyncio.timeout(deadline.within(self.step)):
            context = self._context = await open_context(self.browser.browser, self.proxy, self.vantage)
            tab = self._tab = await context.new_page()
            context.on("page", self._refuse)
            self._strays.attach(context)
            tab.on("crash", lambda _: self.events.crash())
            context.on("serviceworker", lambda worker: self.events.note(f"service worker: {worker.url}"))
            session = self.session = DevtoolsSession(await context.new_cdp_session(tab))
            self.network.attach(session)
            self.events.attach(session, (self.proxy.username, self.proxy.password), self._foresee)
            target, *_ = await asyncio.gather(
                *(session.call(method, self.step, **params) for method, params in self._preparation())
            )
        self.events.frame = target["targetInfo"]["targetId"]

    def _preparation(self) -> tuple[Call, ...]:
        buffers = {"maxTotalBufferSize": self.bounds.render_bytes, "maxResourceBufferSize": self.bounds.resource_bytes}
        return (
            ("Target.getTargetInfo", {}),
            ("Page.enable", {}),
            ("Network.enable", buffers),
            ("Network.setBypassServiceWorker", {"bypass": True}),
            ("Fetch.enable", {"handleAuthRequests": True}),
            ("Runtime.enable", {}),  # counts what is written to the console
            ("Runtime.addBinding", {"name": TIMER}),
            *emulation(self.vantage),
        )

    async def _foresee(self, url: str) -> str:
        """Why ``url`` cannot be had, or ""."""
        host, _, port = authority_of(url).rpartition(":")
        fault = await self.proxy.foresee(host.strip("[]"), int(port)) if host else None
        return fault.reason if fault else ""

    def _refuse(self, stranger: Tab) -> None:
        """Close a second window. The browser is told to open none, so this is for one that does not obey."""
        self.events.popup(stranger.url)
        task = asyncio.get_running_loop().create_task(_close(stranger))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    # -- going somewhere

    async def navigate(self, url: str, deadline: Deadline) -> None:
        """Go to ``url`` and wait for its load, within the navigation's seconds; what came of it is in ``events``.

        Raises TimeoutError where nothing answers.
        """
        seconds = deadline.within(self.bounds.navigation_seconds)
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        try:
            async with asyncio.timeout(seconds):
                await self._tab.goto(url, referer=self.vantage.referrer or None, wait_until="commit", timeout=0)
        except BrowserError as error:
            if (failure := _ERROR.match(str(error))) and not self.events.downloads:
                self.events.main_failure = failure.group(1)
                return
        until = min(until, loop.time() + self.bounds.load_seconds)
        while not self.events.loaded and loop.time() < until and not self._ended():
            await self.events.wait(until - loop.time())

    async def settle(self, deadline: Deadline, seconds: float) -> None:
        """Wait until the network has been quiet for a moment, no longer than ``seconds``."""
        loop = asyncio.get_running_loop()
        until = loop.time() + deadline.within(seconds)
        quiet, counted_at = QUIET_SECONDS, loop.time()
        looked = False
        while (now := loop.time()) < until and not self._ended():
            if now - counted_at >= COUNT_SECONDS:
                await self.count_nodes(deadline)
                counted_at = loop.time()
            if self.events.loaded and not self.network.busy and now - self.network.changed_at >= quiet:
                if looked:
                    return
                looked, quiet = True, await self._quiet_needed(deadline, until - now)
            await asyncio.sleep(POLL_SECONDS)

    async def await_timers(self, deadline: Deadline) -> bool:
        """Wait for what the page has put off, as far as anybody would: whether there was anything to wait for."""
        loop = asyncio.get_running_loop()
        until = loop.time() + min(PUT_OFF_SECONDS, deadline.left / 3)
        waited = False
        while (now := loop.time()) < min(self.events.timer_at, until) and not self._ended():
            waited = True
            await asyncio.sleep(min(COUNT_SECONDS, self.events.timer_at - now + POLL_SECONDS))
        return waited

    async def _quiet_needed(self, deadline: Deadline, left: float) -> float:
        """How long this page should be watched: longer when it is nearly empty or says that it will move on."""
        look = await self.evaluate(_LOOK, deadline)
        refresh = float(look.get("refresh", -1))
        if 0 <= refresh < left:
            return refresh + QUIET_SECONDS
        return SHELL_QUIET_SECONDS if look.get("characters", 0) < SHELL_CHARACTERS else QUIET_SECONDS

    async def count_nodes(self, deadline: Deadline) -> None:
        """Have the browser count the nodes of all that the tab holds. Raises TimeoutError or BrowserError."""
        answer = await self.session.call("Memory.getDOMCounters", deadline.within(self.step))
        self.events.crowd(int(answer["nodes"]))

    async def scroll(self, deadline: Deadline) -> None:
        """Show every part to the page once, so that pictures that load late do load."""
        height = self.bounds.screenshot_pixels // self.vantage.width
        await self.evaluate(_SCROLL % {"get": GET, "height": height, "steps": SCROLL_STEPS}, deadline)

    async def fence(self, deadline: Deadline) -> None:
        """From now on only GET and HEAD leave, no socket is open or opened, and the page stays within its origin.

        Raises TimeoutError or BrowserError.
        """
        self.events.fenced = origin_of(self.events.url)
        self.proxy.fence()
        await self.session.call("Fetch.enable", deadline.within(self.step), patterns=[{"urlPattern": "*"}])

    @property
    def arrived(self) -> bool:
        """Whether what the tab shows came from the site: neither an error page nor our proxy's answer."""
        if self.events.main_failure or not self.events.documents:
            return False
        authority = authority_of(self.events.url)
        return authority in self.proxy.dialled or authority not in self.proxy.faults

    def _ended(self) -> bool:
        return bool(self.events.main_failure or self.events.stopped or self.proxy.exhausted) or not self.browser.alive

    # -- asking

    async def evaluate(self, script: str, deadline: Deadline) -> Json:
        """Run ``script`` in a world of its own, where the page cannot have replaced anything; its object, by value.

        Raises TimeoutError or BrowserError.
        """
        world = await self._world(deadline)
        answer = await self._run("evaluate", deadline, expression=script, contextId=world)
        return _value(answer)

    async def evaluate_with(self, function: str, nodes: Sequence[int], deadline: Deadline, frame: str = "") -> Json:
        """The same of a ``function`` of nodes (backend ids) of the document in ``frame``; "": the page itself."""
        world = await self._world(deadline, frame)
        if not nodes:
            return _value(await self._run("evaluate", deadline, expression=f"({function})()", contextId=world))
        seconds = deadline.within(self.step)
        objects = [
            await self.session.call("DOM.resolveNode", seconds, backendNodeId=node, executionContextId=world)
            for node in nodes
        ]
        given = [{"objectId": each["object"]["objectId"]} for each in objects]
        return _value(
            await self._run(
                "callFunctionOn", deadline, functionDeclaration=function, executionContextId=world, arguments=given
            )
        )

    async def describe_document(self, deadline: Deadline) -> Json:
        """Every node of the page, its roots and its frames, as DOM.Node. Raises TimeoutError or BrowserError."""
        seconds = deadline.within(self.step)
        world = await self._world(deadline)
        found = await self.session.call("Runtime.evaluate", seconds, expression="document", contextId=world)
        answer = await self.session.call(
            "DOM.describeNode", seconds, objectId=found["result"]["objectId"], depth=-1, pierce=True
        )
        return cast(Json, answer["node"])

    async def _world(self, deadline: Deadline, frame: str = "") -> int:
        answer = await self.session.call(
            "Page.createIsolatedWorld", deadline.within(self.step), frameId=frame or self.events.frame, worldName=WORLD
        )
        return int(answer["executionContextId"])

    async def _run(self, how: str, deadline: Deadline, **what: Any) -> Json:
        seconds = deadline.within(self.step)
        return await self.session.call(f"Runtime.{how}", seconds, **what, returnByValue=True, awaitPromise=True)

    async def interrupt(self, deadline: Deadline) -> None:
        """End a script that does not end, and let no other begin."""
        with contextlib.suppress(BrowserError, TimeoutError):
            await asyncio.gather(
                self.session.call("Emulation.setScriptExecutionDisabled", deadline.within(2.0), value=True),
                self.session.call("Runtime.terminateExecution", deadline.within(2.0)),
            )

    # -- closing

    async def close(self) -> bool:
        """Dispose of the context. False when the browser does not manage to, and must be replaced."""
        self.network.close()
        self.events.close()
        if self._context is None:
            return self.browser.alive
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._context.close()
        except (BrowserError, TimeoutError):
            return False
        return self.browser.alive


def _value(answer: Json) -> Json:
    """The object that a script gave. Raises BrowserError where it did not come to its end."""
    if "exceptionDetails" in answer:
        raise BrowserError(str(answer["exceptionDetails"].get("text"))[:200])
    value = answer["result"].get("value")
    return value if isinstance(value, dict) else {}


async def _close(stranger: Tab) -> None:
    with contextlib.suppress(BrowserError, TimeoutError):
        async with asyncio.timeout(CLOSE_SECONDS):
            await stranger.close()
