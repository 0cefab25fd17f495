"""What a tab does while it is open: navigations, dialogs, downloads, pop-ups, the proxy's question for credentials."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from urllib.parse import urldefrag

from crawler.bounds import Bounds
from crawler.rendering.session import DevtoolsSession, Json
from crawler.visit import Redirect

NOTES = 40
NOTE_CHARACTERS = 300

Gate = Callable[[str], Awaitable[str]]


class PageEvents:
    """The story of the main document. ``main_failure``: the browser's error; ``stopped``: why we ended it."""

    def __init__(self, bounds: Bounds) -> None:
        self.frame = ""
        self.fenced = ""  # the origin that the page is kept within, with all but GET and HEAD; "": it is not
        self.loaded = False
        self.main_failure = ""
        self.stopped = ""
        self.document = ""  # request id of the newest main document
        self.url = ""
        self.redirects: list[Redirect] = []
        self.documents: list[str] = []  # request ids of every main document that was answered
        self.notes: list[str] = []
        self.downloads = 0
        self.timer_at = 0.0  # loop time of the last thing that the page has put off
        self._bounds = bounds
        self.nodes = 0  # at the last count
        self.crowded = ""  # why more stood on the page than was looked at
        self._counts: Counter[str] = Counter()
        self._silenced = False
        self._kept = 0
        self._committed = ("", "")  # request id and address of the document that is shown
        self._gate: Gate | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._credentials = ("", "")
        self._moved = asyncio.Event()
        self._session: DevtoolsSession | None = None

    def attach(self, session: DevtoolsSession, credentials: tuple[str, str], gate: Gate) -> None:
        """Listen to the tab's own session, after the recorder. ``gate`` says why an address cannot be had."""
        self._session, self._credentials, self._gate = session, credentials, gate
        session.on("Network.requestWillBeSent", self._request)
        session.on("Network.loadingFailed", self._lost)
        session.on("Page.loadEventFired", self._load)
        session.on("Page.frameNavigated", self._navigated)
        session.on("Page.navigatedWithinDocument", self._moved_within)
        session.on("Page.javascriptDialogOpening", self._dialog)
        session.on("Page.frameAttached", self._frame)
        session.on("Page.windowOpen", self._popup)
        session.on("Runtime.consoleAPICalled", self._console)
        session.on("Runtime.exceptionThrown", self._uncaught)
        session.on("Runtime.bindingCalled", self._put_off)
        session.on("Page.downloadWillBegin", self.download_began)
        session.on("Network.webSocketCreated", self._socket)
        session.on("Fetch.requestPaused", self._paused)
        session.on("Fetch.authRequired", self._authenticate)

    async def wait(self, seconds: float) -> None:
        """Until something has happened to the main document, at most ``seconds``."""
        self._moved.clear()
        try:
            async with asyncio.timeout(min(seconds, 0.5)):
                await self._moved.wait()
        except TimeoutError:
            return

    def note(self, text: str) -> None:
        """Remember something that the evidence should mention; only so many, and no repeats."""
        text = text[:NOTE_CHARACTERS]
        if len(self.notes) < NOTES and text not in self.notes:
            self.notes.append(text)

    # -- the main document

    def _request(self, event: Json) -> None:
        self._spelt(event["request"]["url"])
        if event.get("type") != "Document" or event.get("frameId") != self.frame:
            return
        url = event["request"]["url"]
        if "redirectResponse" in event:
            answer = event["redirectResponse"]
            self.redirects.append(Redirect(url=answer["url"], status=int(answer["status"]), location=url))
        elif self._moves_on(event["requestId"], url):
            self.redirects.append(Redirect(url=self.url, status=0, location=url))
        self.loaded = False
        self.document, self.url = event["requestId"], url
        if len(self.redirects) > self._bounds.redirects:
            self.redirects = self.redirects[: self._bounds.redirects + 1]
            self.stop(f"more than {self._bounds.redirects} redirects")

    def _moves_on(self, request_id: str, url: str) -> bool:
        """Whether the page went elsewhere by itself. One reload is no redirect, an endless row of them is."""
        if not self.url or request_id == self.document:
            return False
        return urldefrag(self.url).url != urldefrag(url).url or len(self.documents) > 2

    def _navigated(self, event: Json) -> None:
        frame = event["frame"]
        if frame["id"] != self.frame:
            return
        if frame.get("unreachableUrl"):
            self.main_failure = self.main_failure or "net::ERR_FAILED"
        elif self.document and frame.get("loaderId") == self.document:
            self.documents.append(self.document)
            self.url = frame["url"] + frame.get("urlFragment", "")
            self._committed = (self.document, self.url)
        self._moved.set()

    def _moved_within(self, event: Json) -> None:
        self._spelt(event["url"])
        if event["frameId"] == self.frame:
            self.url = event["url"]

    def _lost(self, event: Json) -> None:
        if event["requestId"] != self.document:
            return
        error = event.get("errorText", "")
        if error == "net::ERR_ABORTED":  # a download, a 204, or we kept it: what was shown is still there
            if self.redirects and not self.redirects[-1].status and self.redirects[-1].location == self.url:
                self.redirects.pop()
            self.stay()
            self.loaded = True
        elif self.document not in self.documents:
            self.main_failure = error
        self._moved.set()

    def stay(self) -> None:
        """What is shown is the document that was committed last: a move that is under way has led nowhere yet."""
        if self._committed[0]:
            self.document, self.url = self._committed

    def _load(self, _: Json) -> None:
        self.loaded = bool(self.document)
        self._moved.set()

    def crash(self) -> None:
        self.stopped = "the page's process crashed"
        self._moved.set()

    def stop(self, why: str) -> None:
        """End the page's own doings."""
        self.stopped = self.stopped or why
        if self._session is not None:
            self._session.tell("Page.stopLoading")
            self._session.tell("Emulation.setScriptExecutionDisabled", value=True)
        self._moved.set()

    # -- what it tries besides

    def _authenticate(self, event: Json) -> None:
        assert self._session is not None
        answer = {"response": "CancelAuth"}
        if event["authChallenge"].get("source") == "Proxy":
            username, password = self._credentials
            answer = {"response": "ProvideCredentials", "username": username, "password": password}
        self._session.tell("Fetch.continueWithAuth", requestId=event["requestId"], authChallengeResponse=answer)
        # The browser remembers them for this context: from now on only documents are paused, to be asked about.
        if not self.fenced:
            self._session.tell("Fetch.enable", patterns=[{"urlPattern": "*", "resourceType": "Document"}])

    def _paused(self, event: Json) -> None:
        assert self._session is not None
        if self.fenced and (why := self._beyond(event)):
            self.note(f"kept back after the press: {why}")
            self._session.tell("Fetch.failRequest", requestId=event["requestId"], errorReason="Aborted")
            return
        leaving = self.documents and event.get("frameId") == self.frame and event.get("resourceType") == "Document"
        if leaving and self._gate is not None:
            task = asyncio.get_running_loop().create_task(self._let_go(event["requestId"], event["request"]["url"]))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        else:
            self._session.tell("Fetch.continueRequest", requestId=event["requestId"])

    def _beyond(self, event: Json) -> str:
        """Why a request may not leave a fenced page, or ""."""
        request = event["request"]
        if request["method"] not in {"GET", "HEAD"}:
            return f"{request['method']} to {request['url']}"
        moves = event.get("frameId") == self.frame and event.get("resourceType") == "Document"
        return f"a move to {request['url']}" if moves and origin_of(request["url"]) != self.fenced else ""

    async def _let_go(self, request_id: str, url: str) -> None:
        """A page that would leave for where nobody can follow stays, so that what it shows is captured."""
        assert self._session is not None
        assert self._gate is not None
        reason = await self._gate(url)
        if not reason:
            self._session.tell("Fetch.continueRequest", requestId=request_id)
            return
        self.note(f"kept from leaving for {url}: {reason}")
        self._session.tell("Fetch.failRequest", requestId=request_id, errorReason="Aborted")
        self._kept += 1
        if self._kept > self._bounds.redirects:
            self._silence(f"after {self._kept} attempts to leave")

    def close(self) -> None:
        """Ask about nothing more."""
        for task in tuple(self._tasks):
            task.cancel()

    def _silence(self, why: str) -> None:
        """Let no script of the page's run any more."""
        if self._session is None or self._silenced:
            return
        self._silenced = True
        self.note(f"scripts switched off {why}")
        self._session.tell("Emulation.setScriptExecutionDisabled", value=True)
        self._session.tell("Runtime.terminateExecution")

    def _dialog(self, event: Json) -> None:
        """Playwright dismisses it, because nobody else listens; here it is counted."""
        kind = event.get("type", "")
        self.note(f"{kind} dismissed: {event.get('message', '')}")
        self._count("dialogs", self._bounds.dialogs)

    def _frame(self, _: Json) -> None:
        """Each frame is a document of its own, which costs as much as a page."""
        if self._count("frames", self._bounds.render_frames) and self._session is not None:
            self._session.tell("Page.stopLoading")

    def _popup(self, event: Json) -> None:
        """The browser opens none; this is how often it was asked to."""
        self.note(f"pop-up refused: {event['url']}")
        self._spelt(event["url"])
        self._count("pop-ups", self._bounds.popups)

    def _socket(self, event: Json) -> None:
        self.note(f"WebSocket: {event['url']}")
        self._spelt(event["url"])

    def _spelt(self, *words: str) -> None:
        """Addresses and names of a page's making came through the driver, however long it made them."""
        self._count("address characters", self._bounds.address_characters, sum(map(len, words)))

    def _console(self, event: Json) -> None:
        self._written(sum(len(str(each.get("value", ""))) for each in event.get("args", ())))

    def _uncaught(self, event: Json) -> None:
        details = event.get("exceptionDetails", {})
        self._written(len(str(details.get("exception", {}).get("description", ""))))

    def _put_off(self, event: Json) -> None:
        """The page means to do something later."""
        try:
            wait = float(str(event.get("payload", ""))[:20])
        except ValueError:
            return
        if 0 < wait < 60_000:
            self.timer_at = max(self.timer_at, asyncio.get_running_loop().time() + wait / 1_000)

    def _written(self, characters: int) -> None:
        """A line went to the console: each passes through the driver, which keeps it for a while."""
        self._count("console lines", self._bounds.console_lines)
        self._count("console characters", self._bounds.console_characters, characters)

    def crowd(self, nodes: int) -> None:
        """The page holds ``nodes`` nodes now."""
        self.nodes = nodes
        if nodes > self._bounds.render_nodes and not self.crowded:
            self.crowded = f"more than {self._bounds.render_nodes:,} nodes"
            self._silence(f"at {nodes:,} nodes")

    def _count(self, what: str, limit: int, more: int = 1) -> bool:
        """Whether ``what`` reaches its limit with this one; then the page's scripts are switched off."""
        before = self._counts[what]
        self._counts[what] += more
        reached = before < limit <= self._counts[what]
        if reached:
            self._silence(f"after {self._counts[what]:,} {what}")
        return reached

    def download_began(self, event: Json) -> None:
        """A download was refused."""
        self.downloads += 1
        self.note(f"download refused: {event.get('url', '')} as {event.get('suggestedFilename', '')}")
        self._spelt(event.get("url", ""), event.get("suggestedFilename", ""))
        self._count("downloads", self._bounds.downloads)

    def popup(self, url: str) -> None:
        """Another window was closed."""
        if url and url != "about:blank":
            self.note(f"pop-up closed: {url}")


def origin_of(url: str) -> str:
    """Scheme, host and port of an http address as the browser writes them."""
    return "/".join(url.split("/", 3)[:3])
