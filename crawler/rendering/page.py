"""Drives one tab: opens it as a vantage, goes to an address, waits until it has settled, and closes it."""

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Any

from crawler.bounds import Bounds
from crawler.egress.proxy import CheckingProxy
from crawler.rendering.chromium import ATTACH, Chromium
from crawler.rendering.deadline import Deadline
from crawler.rendering.devtools import DevtoolsError, DevtoolsPipe, DevtoolsSession, Json
from crawler.rendering.disguise import disguise
from crawler.rendering.events import PageEvents
from crawler.rendering.recorder import EVERYTHING, NetworkRecorder, authority_of
from crawler.visit import Vantage

QUIET_SECONDS = 0.15
SHELL_QUIET_SECONDS = 1.0  # a page that shows next to nothing may still be building itself
SHELL_CHARACTERS = 200
POLL_SECONDS = 0.025
SCROLL_STEPS = 24
CLOSE_SECONDS = 2.5
WORLD = "lachan"

# A page can hide document's own properties behind elements of the same name; the prototype's cannot be hidden.
GET = "const get = name => Object.getOwnPropertyDescriptor(Document.prototype, name).get.call(document);"
FIND = "const find = selector => Document.prototype.querySelector.call(document, selector);"
_LOOK = f"""(() => {{ {GET} {FIND}
  const body = get('body');
  const refresh = find('meta[http-equiv="refresh" i]');
  const wait = refresh ? parseFloat(refresh.content) : NaN;
  return {{characters: body ? body.innerText.trim().length : 0, refresh: isNaN(wait) ? -1 : wait}};
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
        self.session = DevtoolsSession(browser.pipe)
        self.events = PageEvents(self.network, bounds)
        self.step = bounds.step_seconds
        self._context = ""
        self._tab: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._sessions: list[str] = []

    # -- opening

    async def open(self, deadline: Deadline) -> None:
        """Make the context and the tab. One visit at a time: a second page in the browser is the first one's pop-up.

        Raises TimeoutError or DevtoolsError, which are the browser's faults.
        """
        browser, pipe = self.browser.session, self.browser.pipe
        created = await browser.call(
            "Target.createBrowserContext",
            deadline.within(self.step),
            disposeOnDetach=True,
            proxyServer=self.proxy.url,
            proxyBypassList="<-loopback>",
        )
        self._context = created["browserContextId"]
        browser.on("Browser.downloadWillBegin", self.events.download_began)
        browser.on("Target.attachedToTarget", lambda event: self._met(event, pipe))
        await self._all(
            browser,
            deadline,
            (
                "Browser.setDownloadBehavior",
                {"behavior": "deny", "eventsEnabled": True, "browserContextId": self._context},
            ),
            ("Target.createTarget", {"url": "about:blank", "browserContextId": self._context}),
        )
        async with asyncio.timeout(deadline.within(self.step)):
            self.session = self._session(await self._tab, pipe)
        await self._prepare(deadline)

    async def _prepare(self, deadline: Deadline) -> None:
        """Everything is set before the paused tab is let go."""
        session = self.session
        self.network.attach(session)
        self.events.attach(session, (self.proxy.username, self.proxy.password), self._foresee)
        session.on("Target.attachedToTarget", lambda event: self._met(event, session.pipe))
        buffers = {"maxTotalBufferSize": self.bounds.render_bytes, "maxResourceBufferSize": self.bounds.resource_bytes}
        await self._all(
            session,
            deadline,
            ("Page.enable", {}),
            ("Network.enable", buffers),
            ("Fetch.enable", {"handleAuthRequests": True}),
            ("Target.setAutoAttach", ATTACH),
            *disguise(self.vantage),
            ("Runtime.runIfWaitingForDebugger", {}),
        )

    async def _foresee(self, url: str) -> str:
        """Why ``url`` cannot be had, or ""."""
        host, _, port = authority_of(url).rpartition(":")
        fault = await self.proxy.foresee(host.strip("[]"), int(port)) if host else None
        return fault.reason if fault else ""

    async def _all(
        self, session: DevtoolsSession, deadline: Deadline, *calls: tuple[str, Mapping[str, Any]]
    ) -> list[Json]:
        """Calls that need not wait for each other's answers."""
        seconds = deadline.within(self.step)
        return await asyncio.gather(*(session.call(method, seconds, **params) for method, params in calls))

    def _session(self, session_id: str, pipe: DevtoolsPipe) -> DevtoolsSession:
        self._sessions.append(session_id)
        return DevtoolsSession(pipe, session_id)

    def _met(self, event: Json, pipe: DevtoolsPipe) -> None:
        """A worker or frame is listened to and let go; a pop-up or service worker is closed before it does anything."""
        info, kind = event["targetInfo"], event["targetInfo"]["type"]
        if kind == "page" and not self._tab.done() and info.get("browserContextId") == self._context:
            self.events.target = info["targetId"]
            self._tab.set_result(event["sessionId"])
            return
        if kind in {"page", "tab", "webview", "service_worker", "other", "background_page"}:
            self.events.popup(info)
            # A pop-up that waits holds up its opener too, with which it shares a process: it is let go to be closed.
            stranger = DevtoolsSession(pipe, event["sessionId"])
            stranger.tell("Network.setBlockedURLs", urlPatterns=EVERYTHING)
            stranger.tell("Runtime.runIfWaitingForDebugger")
            self.browser.session.tell("Target.closeTarget", targetId=info["targetId"])
            return
        child = self._session(event["sessionId"], pipe)
        self.network.attach(child)
        child.on("Target.attachedToTarget", lambda inner: self._met(inner, pipe))
        child.tell("Network.enable")
        child.tell("Target.setAutoAttach", **ATTACH)
        if kind == "iframe":
            for method, params in disguise(self.vantage, frame=True):
                child.tell(method, **params)
        child.tell("Runtime.runIfWaitingForDebugger")

    # -- going somewhere

    async def navigate(self, url: str, deadline: Deadline) -> None:
        """Go to ``url`` and wait for its load, within the navigation's seconds; what came of it is in ``events``."""
        seconds = deadline.within(self.bounds.navigation_seconds)
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        answer = await self.session.call(
            "Page.navigate",
            seconds,
            url=url,
            **({"referrer": self.vantage.referrer, "referrerPolicy": "unsafeUrl"} if self.vantage.referrer else {}),
        )
        if answer.get("isDownload"):
            self.events.download_began({"url": url})
        elif answer.get("errorText"):
            self.events.main_failure = answer["errorText"]
            return
        while not self.events.loaded and loop.time() < until and not self._ended():
            await self.events.wait(until - loop.time())

    async def settle(self, deadline: Deadline, seconds: float) -> None:
        """Wait until the network has been quiet for a moment, no longer than ``seconds``."""
        loop = asyncio.get_running_loop()
        until = loop.time() + deadline.within(seconds)
        quiet = QUIET_SECONDS
        looked = False
        while (now := loop.time()) < until and not self._ended():
            if self.events.loaded and not self.network.busy and now - self.network.changed_at >= quiet:
                if looked:
                    return
                looked, quiet = True, await self._quiet_needed(deadline, until - now)
            await asyncio.sleep(POLL_SECONDS)

    async def _quiet_needed(self, deadline: Deadline, left: float) -> float:
        """How long this page should be watched: longer when it is nearly empty or says that it will move on."""
        look = await self.evaluate(_LOOK, deadline)
        refresh = float(look.get("refresh", -1))
        if 0 <= refresh < left:
            return refresh + QUIET_SECONDS
        return SHELL_QUIET_SECONDS if look.get("characters", 0) < SHELL_CHARACTERS else QUIET_SECONDS

    async def scroll(self, deadline: Deadline) -> None:
        """Show every part to the page once, so that pictures that load late do load."""
        height = self.bounds.screenshot_pixels // self.vantage.width
        await self.evaluate(_SCROLL % {"get": GET, "height": height, "steps": SCROLL_STEPS}, deadline)

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

        Raises TimeoutError or DevtoolsError.
        """
        world = await self.session.call(
            "Page.createIsolatedWorld", deadline.within(self.step), frameId=self.events.frame, worldName=WORLD
        )
        answer = await self.session.call(
            "Runtime.evaluate",
            deadline.within(self.step),
            expression=script,
            contextId=world["executionContextId"],
            returnByValue=True,
            awaitPromise=True,
        )
        if "exceptionDetails" in answer:
            raise DevtoolsError(str(answer["exceptionDetails"].get("text"))[:200])
        value = answer["result"].get("value")
        return value if isinstance(value, dict) else {}

    async def interrupt(self, deadline: Deadline) -> None:
        """End a script that does not end, and let no other begin."""
        with contextlib.suppress(DevtoolsError, TimeoutError):
            await asyncio.gather(
                self.session.call("Emulation.setScriptExecutionDisabled", deadline.within(2.0), value=True),
                self.session.call("Runtime.terminateExecution", deadline.within(2.0)),
            )

    # -- closing

    async def close(self) -> bool:
        """Dispose of the context. False when the browser does not manage to, and must be replaced."""
        self.network.close()
        self.events.close()
        try:
            if self._context:
                await self.browser.session.call(
                    "Target.disposeBrowserContext", CLOSE_SECONDS, browserContextId=self._context
                )
        except (DevtoolsError, TimeoutError):
            return False
        finally:
            for session in self._sessions:
                self.browser.pipe.forget(session)
        return self.browser.alive
