"""Puts together the ``Visit`` of what a capture found, with a named reason for everything that it did not."""

from dataclasses import dataclass, field
from datetime import datetime

from crawler.egress.proxy_pipe import MARK
from crawler.rendering.outcome import Ending, judge_ending
from crawler.rendering.page import Page
from crawler.rendering.recorder import LARGER, Record, authority_of
from crawler.visit import DnsAnswer, Exchange, Outcome, TlsChain, Visit

LOST_BODIES = 20  # named one by one


@dataclass(slots=True)
class Findings:
    """What a visit has brought so far; a fault in the middle loses nothing of it."""

    browser_fault: str = ""
    title: str = ""
    shown: int = 0
    gate: str = ""
    text_shown: int = 0
    dom: bytes = b""
    dom_cut: bool = False
    mhtml: bytes = b""
    screenshot: bytes = b""
    tls: TlsChain | None = None
    dns: tuple[DnsAnswer, ...] = ()
    missing: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def ask_again(self, name: str) -> bool:
        """Whether ``name`` was lost to a deadline; then it is no longer named as lost."""
        late = [(lost, why) for lost, why in self.missing if lost == name and why.startswith(TimeoutError.__name__)]
        self.missing = [each for each in self.missing if each not in late]
        return bool(late)

    def lose(self, name: str, error: BaseException) -> None:
        """Name something that was not captured, with the reason."""
        said = str(error).partition("Browser logs:")[0].strip()  # what a page wrote to the console stands there
        self.missing.append((name, f"{type(error).__name__}: {said}"[:300]))


def visit_of(page: Page, found: Findings, *, url: str, started_at: datetime, finished_at: datetime) -> Visit:
    """The visit. A page that showed itself and then left for where we may not follow was still read."""
    exchanges = page.network.exchanges(page.proxy)
    main = page.network.latest(page.events.document) if page.arrived else None
    outcome, reason = judge_ending(_ending(page, found, main))
    html, final_url = found.dom, page.events.url or url
    if not html and (earlier := _earlier(page, exchanges)) is not None:
        found.notes.append(f"the page then left for {page.events.url}: {reason}"[:300])
        html, final_url, outcome, reason = earlier.body, earlier.url, Outcome.READ, ""
        main = None
    return Visit(
        requested_url=url,
        final_url=final_url,
        vantage=page.vantage,
        outcome=outcome,
        reason=reason[:300],
        started_at=started_at,
        finished_at=finished_at,
        status=_status(main) or (200 if outcome is Outcome.READ else 0),
        content_type=_content_type(main, found),
        html=html,
        exchanges=exchanges,
        redirects=tuple(page.events.redirects),
        dns=found.dns,
        tls=found.tls,
        dom=found.dom,
        shown=found.text_shown,
        gate=found.gate,
        mhtml=found.mhtml,
        screenshot=found.screenshot,
        missing=_missing(page, found, exchanges),
        notes=(*page.events.notes, *found.notes),
    )


def _ending(page: Page, found: Findings, main: Record | None) -> Ending:
    events, proxy = page.events, page.proxy
    response = main.response if main else {}
    headers = {name.lower(): str(value) for name, value in response.get("headers", {}).items()}
    ours = headers.get(MARK.lower()) == proxy.mark
    fault = proxy.faults.get(authority_of(events.url)) if ours or not page.arrived else None
    mistaken = f"our proxy answered in the site's place: HTTP {_status(main)}" if ours and fault is None else ""
    dead = "" if page.browser.alive else "the browser died"
    crashed = events.stopped if "crashed" in events.stopped else ""
    return Ending(
        browser_fault=found.browser_fault or dead or crashed or mistaken,
        fault=fault,
        failure=events.main_failure,
        stopped=events.stopped,
        answered=bool(events.documents),
        unended=why_unended(main) if main else "",
        downloaded=bool(events.downloads),
        status=_status(main),
        mime=response.get("mimeType", ""),
        headers=headers,
        body=found.dom,
        title=found.title,
        looked=bool(found.dom),
        cut=page.events.crowded
        or (f"the page is larger than {page.bounds.dom_bytes:,} bytes" if found.dom_cut else ""),
        shown=found.shown,
    )


def _earlier(page: Page, exchanges: tuple[Exchange, ...]) -> Exchange | None:
    """The last page that was answered before a scripted move ended in a fault of ours or the network's."""
    events = page.events
    if not events.documents or not events.redirects or events.redirects[-1].status or not page.browser.alive:
        return None
    if page.arrived:
        return None
    answered = [entry for entry in exchanges if entry.url == events.redirects[-1].url and entry.body]
    return answered[-1] if answered and 200 <= answered[-1].status < 300 else None


def why_unended(main: Record) -> str:
    """What kept the main document from coming whole, or only from being handed out by the browser; "" where nothing."""
    if not main.ended and main.failure != LARGER:
        return "the document had not ended when we stopped waiting"
    return f"the main document: {main.failure}" if main.failure else ""


def _status(main: Record | None) -> int:
    return int(main.response.get("status", 0)) if main else 0


def _content_type(main: Record | None, found: Findings) -> str:
    """The rendered DOM is UTF-8 whatever the wire said."""
    mime = str(main.response.get("mimeType", "")) if main else ""
    return f"{mime or 'text/html'}; charset=utf-8" if found.dom else mime


def _missing(page: Page, found: Findings, exchanges: tuple[Exchange, ...]) -> tuple[tuple[str, str], ...]:
    named = dict(found.missing)
    why = page.events.main_failure or page.events.stopped or found.browser_fault or "the page was not reached"
    for name, value in (("dom", found.dom), ("screenshot", found.screenshot), ("mhtml", found.mhtml)):
        if not value:
            named.setdefault(name, why)
    if found.dom_cut:
        named["dom"] = f"cut at {page.bounds.dom_bytes:,} bytes"
    if page.events.url.startswith("https://") and found.tls is None:
        named.setdefault("tls", why)
    if not found.dns:
        named.setdefault("dns", "not a name, or no time left")
    if page.network.full:
        named["requests"] = page.network.full
    if page.proxy.received > page.bounds.render_bytes:
        named["bytes"] = f"the visit was cut at {page.bounds.render_bytes:,} bytes"
    if page.proxy.sent > page.bounds.render_sent:
        named["bytes"] = f"the visit was cut when it had sent {page.bounds.render_sent:,} bytes"
    lost = [entry for entry in exchanges if entry.truncated]
    named.update({f"body {entry.url[:200]}": entry.failure or "not whole" for entry in lost[:LOST_BODIES]})
    return tuple(named.items())
