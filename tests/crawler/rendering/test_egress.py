"""Nothing that a page can do in a browser reaches an address that the policy forbids."""

import asyncio
from dataclasses import replace

import pytest

from crawler.bounds import Bounds
from crawler.egress.policy import EgressPolicy
from crawler.rendering import chromium
from crawler.rendering.browser import BrowserChoice
from crawler.rendering.renderer import Renderer
from crawler.rendering.vantages import DESKTOP
from crawler.visit import Outcome, Visit
from tests.crawler.egress.loopback import Canary, Server, page, redirect

pytestmark = pytest.mark.browser

HOSTILE = """<!doctype html><title>Hostile</title>
<link rel=preconnect href="http://CANARY/"><link rel=dns-prefetch href="//CANARY/">
<link rel=prefetch href="http://CANARY/prefetch"><link rel=preload as=script href="http://CANARY/preload">
<link rel=stylesheet href="http://CANARY/style"><link rel=icon href="http://CANARY/icon">
<style>body { background: url(http://CANARY/background) }</style>
<script type="speculationrules">{"prerender": [{"urls": ["http://CANARY/prerender"]}]}</script>
<img src="http://CANARY/img"><img src="http://localhost:PORT/"><img src="http://0x7f000001:PORT/"><img src="http://127.1:PORT/">
<img src="http://[::ffff:127.0.0.1]:PORT/"><img src="http://inner.example:PORT/"><img src="/redirect">
<img src="https://CANARY/tls"><iframe src="http://CANARY/frame"></iframe><iframe src="/redirect"></iframe>
<object data="http://CANARY/object"></object>
<embed src="http://CANARY/embed"><video src="http://CANARY/video" autoplay></video>
<form id=f method=post action="http://CANARY/form" target=inner></form><iframe name=inner></iframe>
<a id=a ping="http://CANARY/ping" href="#here">x</a>
<p>A page with enough words that it counts as one with something to read, so that
nobody waits for more of it to come.</p>
<script>
const tries = [
  () => fetch('http://CANARY/fetch', {mode: 'no-cors', keepalive: true}),
  () => { const x = new XMLHttpRequest(); x.open('GET', 'http://CANARY/xhr'); x.send(); },
  () => new WebSocket('ws://CANARY/socket'), () => new WebSocket('wss://CANARY/socket'),
  () => new EventSource('http://CANARY/events'), () => navigator.sendBeacon('http://CANARY/beacon', 'x'),
  () => new Worker(URL.createObjectURL(new Blob(["fetch('http://CANARY/worker').catch(() => 0);"
    + "new WebSocket('ws://CANARY/w'); try { importScripts('http://CANARY/import') } catch (e) {}"]))),
  () => new SharedWorker(URL.createObjectURL(new Blob(["fetch('http://CANARY/shared')"]))),
  () => navigator.serviceWorker.register('/worker.js'),
  () => { const d = document.createElement('iframe'); d.srcdoc = "<img src='http://CANARY/srcdoc'>";
    document.body.append(d); },
  () => { const d = document.createElement('iframe'); document.body.append(d);
    const P = d.contentWindow.RTCPeerConnection; const c = new P({iceServers: [{urls: 'stun:CANARY'}]});
    c.createDataChannel('x'); c.createOffer().then(o => c.setLocalDescription(o)); },
  () => { const c = new RTCPeerConnection({iceServers: [{urls: 'stun:CANARY'}]});
    c.createDataChannel('x'); c.createOffer().then(o => c.setLocalDescription(o)); },
  () => new WebTransport('https://CANARY/transport'), () => document.getElementById('f').submit(),
  () => document.getElementById('a').click(), () => window.open('http://CANARY/popup'), () => import('http://CANARY/module'),
];
for (const t of tries) { try { const r = t(); if (r && r.catch) r.catch(() => 0); } catch (e) {} }
</script>"""


def capture(policy: EgressPolicy, choice: BrowserChoice, bounds: Bounds, *urls: str) -> list[Visit]:
    async def run() -> list[Visit]:
        async with Renderer(policy, choice, bounds, pages=1) as renderer:
            return [await renderer.capture(url, DESKTOP) for url in urls]

    return asyncio.run(run())


def test_no_attack_reaches_the_canary(choice: BrowserChoice, bounds: Bounds) -> None:
    with Canary() as canary, Server() as server:
        hostile = HOSTILE.replace("CANARY", canary.address).replace("PORT", str(canary.port))
        server.answers = {
            "/": page(hostile),
            "/redirect": redirect(f"http://{canary.address}/redirected"),
            "/worker.js": page(f"fetch('http://{canary.address}/service')", Content_Type="text/javascript"),
            "/meta": page(
                f'<meta http-equiv=refresh content="0; url=http://{canary.address}/meta">An honest sentence.'
            ),
            "/script": page(f"<p>Words</p><script>location = 'http://{canary.address}/script'</script>"),
            "/data": page(f"<script>location = 'http://localhost:{canary.port}/'</script>"),
        }
        policy = EgressPolicy.parse(server.address, f"hostile.example={server.address},inner.example={canary.address}")
        paths = ("/", "/redirect", "/meta", "/script", "/data")
        visits = capture(policy, choice, bounds, *(f"http://hostile.example{path}" for path in paths))
        visits += capture(policy, choice, bounds, f"http://{canary.address}/", f"https://{canary.address}/")
        assert canary.touched == 0
        assert server.touches["/"] == 1
        assert server.touches["/worker.js"] == 0
    hostile_visit, redirected, meta, script, _, plain, secure = visits
    assert hostile_visit.outcome is Outcome.READ
    assert hostile_visit.dom
    assert any(exchange.failure.startswith("refused") for exchange in hostile_visit.exchanges)
    for visit in (redirected, plain, secure):
        assert visit.outcome is Outcome.EGRESS_REFUSED, visit.reason
        assert "loopback" in visit.reason
    # a page that would leave for there is kept, and captured
    for visit, words in ((meta, b"An honest sentence"), (script, b"Words")):
        assert visit.outcome is Outcome.READ
        assert words in visit.dom
        assert visit.screenshot
        assert visit.redirects == ()
        assert any("kept from leaving" in note for note in visit.notes)
    assert policy.refusals.counts()["loopback"] > 20


def test_an_exact_exception_is_allowed_and_its_neighbour_is_not(choice: BrowserChoice, bounds: Bounds) -> None:
    with Server({"/": page("<p>allowed</p>")}) as server, Canary() as canary:
        policy = EgressPolicy.parse(server.address)
        allowed, refused = capture(policy, choice, bounds, f"http://{server.address}/", f"http://{canary.address}/")
        assert canary.touched == 0
    assert allowed.outcome is Outcome.READ
    assert allowed.exchanges[0].address == server.address
    assert refused.outcome is Outcome.EGRESS_REFUSED


def test_windows_are_refused_and_workers_are_recorded(choice: BrowserChoice, bounds: Bounds) -> None:
    inner = "fetch('http://hostile.example/nested').catch(() => 0)"
    worker = (
        f"fetch('http://hostile.example/worker').catch(() => 0); new Worker(URL.createObjectURL(new Blob([`{inner}`])))"
    )
    windows = f"""<p>Words</p><a id=a href=/window target=_blank rel=noopener>x</a><script>
      window.open('/window'); document.getElementById('a').click();
      const inner = document.createElement('iframe'); document.body.append(inner); inner.contentWindow.open('/window');
      new Worker(URL.createObjectURL(new Blob([{worker!r}])));
      if (globalThis.SharedWorker) new SharedWorker('/shared.js');
      inner.contentWindow.ServiceWorkerContainer?.prototype.register.call(navigator.serviceWorker, '/service.js');
      navigator.serviceWorker?.constructor.prototype.register.call(navigator.serviceWorker, '/service.js');
      setTimeout(() => {{ document.title = 'done' }}, 300);
    </script>"""
    answers = {"/": page(windows), "/worker": page("w", Access_Control_Allow_Origin="*"), "/nested": page("n")}
    with Server(answers) as server:
        policy = EgressPolicy.parse(server.address, f"*.example={server.address}")
        (visit,) = capture(policy, choice, bounds, "http://hostile.example/")
        assert not any(server.touches[path] for path in ("/window", "/shared.js", "/service.js"))
        assert server.touches["/worker"] == 1
    assert visit.outcome is Outcome.READ
    assert "pop-up refused: http://hostile.example/window" in visit.notes
    by_path = {exchange.url.removeprefix("http://hostile.example"): exchange for exchange in visit.exchanges}
    assert (by_path["/worker"].status, by_path["/worker"].body) == (200, b"w")
    assert len(by_path) == len(visit.exchanges)


def test_a_worker_that_never_stops_asking_is_cut_off(choice: BrowserChoice, bounds: Bounds) -> None:
    ask = "(async () => { for (let i = 0; ; i++) await fetch('http://hostile.example/x?' + i).catch(() => 0) })()"
    worker = f"<p>Words</p><script>new Worker(URL.createObjectURL(new Blob([{ask!r}])))</script>"
    with Server({"/": page(worker), "/x": page("x")}) as server:
        policy = EgressPolicy.parse(server.address, f"*.example={server.address}")
        (visit,) = capture(policy, choice, replace(bounds, render_requests=20), "http://hostile.example/")
        assert server.touches["/x"] < 80
    assert len(visit.exchanges) <= 20
    assert b"Words" in visit.dom
    assert dict(visit.missing)["requests"] == "more than 20 requests"


def test_a_window_that_opens_all_the_same_is_closed(
    choice: BrowserChoice, bounds: Bounds, monkeypatch: pytest.MonkeyPatch
) -> None:
    flags = tuple(flag for flag in chromium._FLAGS if flag != "--block-new-web-contents")
    monkeypatch.setattr(chromium, "_FLAGS", flags)
    windows = "<p>Words</p><script>open('http://CANARY/'); open('/window'); open('//x:x@CANARY/')</script>"
    with Canary() as canary, Server({"/window": page("<script>open('/window2')</script>")}) as server:
        server.answers["/"] = page(windows.replace("CANARY", canary.address))
        policy = EgressPolicy.parse(server.address, f"hostile.example={server.address}")
        first, second = capture(policy, choice, bounds, *["http://hostile.example/"] * 2)
        assert canary.touched == 0
    assert [first.outcome, second.outcome] == [Outcome.READ] * 2
    assert any(note.startswith("pop-up") for note in first.notes)
