"""What a capture brings back, and that no site and no browser's death costs more than its own visit."""

import asyncio
import contextlib
import io
import os
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from crawler.bounds import Bounds
from crawler.egress.policy import EgressPolicy
from crawler.errors import BrowserUnavailableError
from crawler.rendering import capture, weight
from crawler.rendering.browser import BrowserChoice
from crawler.rendering.documents import read_document
from crawler.rendering.driver import parent_of
from crawler.rendering.events import PageEvents
from crawler.rendering.recorder import NetworkRecorder, Record
from crawler.rendering.renderer import Renderer
from crawler.rendering.session import DevtoolsSession
from crawler.rendering.vantages import DESKTOP, PHONE
from crawler.visit import Outcome, Vantage, Visit
from tests.crawler.egress.loopback import Server, drip, page, redirect
from tests.site.server import LocalWeb

pytestmark = pytest.mark.browser

WORDS = "<p>" + "Một câu dài để đọc. " * 20
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc00000030101"
    "00c9fe92ef0000000049454e44ae426082"
)


def picture() -> bytes:
    return (
        b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nX-B: 2\r\nX-A: 1\r\nContent-Length: %d\r\n\r\n" % len(PIXEL)
        + PIXEL
    )


def render(
    server: Server, choice: BrowserChoice, bounds: Bounds, *visits: tuple[str, Vantage], pages: int = 1
) -> list[Visit]:
    policy = EgressPolicy.parse(server.address, f"*.example={server.address}")

    async def run() -> list[Visit]:
        async with Renderer(policy, choice, bounds, pages=pages) as renderer:
            if pages > 1:
                return await asyncio.gather(*(renderer.capture(url, vantage) for url, vantage in visits))
            return [await renderer.capture(url, vantage) for url, vantage in visits]

    return asyncio.run(run())


def test_an_answer_of_our_own_proxy_is_never_the_sites(
    choice: BrowserChoice, bounds: Bounds, monkeypatch: pytest.MonkeyPatch
) -> None:
    attach = PageEvents.attach

    def forgetful(self: PageEvents, session: DevtoolsSession, _: tuple[str, str], gate: Any) -> None:
        attach(self, session, ("somebody", "else"), gate)

    monkeypatch.setattr(PageEvents, "attach", forgetful)
    with Server({"/": page("<title>Cửa hàng</title>" + WORDS)}) as server:
        (visit,) = render(server, choice, bounds, ("http://shop.example/", PHONE))
    assert (visit.outcome, visit.reason) == (
        Outcome.BROWSER_FAILED,
        "our proxy answered in the site's place: HTTP 407",
    )


@pytest.mark.parametrize(("patience", "expected"), [(25.0, "read"), (0.3, "truncated")])
def test_a_page_that_the_machine_kept_waiting_is_asked_again_and_one_that_is_greedy_is_not(
    choice: BrowserChoice, bounds: Bounds, monkeypatch: pytest.MonkeyPatch, patience: float, expected: str
) -> None:
    asked: list[str] = []

    async def late(*words: Any, **more: Any) -> Any:
        asked.append("document")
        if len(asked) == 1:
            raise TimeoutError("no answer")
        return await read_document(*words, **more)

    monkeypatch.setattr(capture, "read_document", late)
    monkeypatch.setattr(weight, "STAND_BACK", 0)  # it is greedy, and not slowed down for it here
    bounds = replace(bounds, browser_patience=patience, browser_greed=0.0)
    with Server({"/": page(WORDS)}) as server:
        (visit,) = render(server, choice, bounds, ("http://shop.example/", DESKTOP))
    assert visit.outcome == expected, visit.reason
    assert [name for name, _ in visit.missing if name == "dom"] == ([] if expected == "read" else ["dom"])
    assert len(asked) == (2 if expected == "read" else 1)


def test_a_page_is_captured_whole_from_both_vantages(choice: BrowserChoice, bounds: Bounds) -> None:
    tall = "<title>Cửa hàng</title><meta name=viewport content='width=device-width'>"
    tall += f"<body><h1>Giảm giá</h1>{WORDS}<img src=/near.png>"
    tall += "<div style='height:4000px'></div><img loading=lazy src=/far.png><script>"
    tall += "document.body.dataset.who = [navigator.userAgent, navigator.webdriver, navigator.maxTouchPoints, "
    tall += "document.referrer, Intl.DateTimeFormat().resolvedOptions().timeZone, "
    tall += "navigator.language, innerWidth].join('|')</script>"
    answers = {"/go": redirect("/shop"), "/shop": page(tall), "/near.png": picture(), "/far.png": picture()}
    with Server(answers) as server:
        phone, desktop = render(
            server, choice, bounds, ("http://shop.example/go", PHONE), ("http://shop.example/go", DESKTOP), pages=2
        )
        head = next(head for head in server.heads if b"Android" in head and b"GET /go" in head)
    for visit in (phone, desktop):
        assert (visit.outcome, visit.status, visit.final_url) == (Outcome.READ, 200, "http://shop.example/shop")
        assert visit.redirects[0].status == 302
        assert visit.missing == ()
        assert visit.content_type == "text/html; charset=utf-8"
        assert "Giảm giá" in visit.html.decode()
        assert visit.mhtml.startswith(b"From:")
        assert visit.dns[0].server == "egress map"
        by_path = {exchange.url.removeprefix("http://shop.example"): exchange for exchange in visit.exchanges}
        assert by_path["/far.png"].body == PIXEL
        assert by_path["/near.png"].response_headers[1:3] == (("X-B", "2"), ("X-A", "1"))
        assert {exchange.address for exchange in visit.exchanges} == {server.address}
        assert not any(name.lower().startswith("proxy") for name, _ in by_path["/go"].request_headers)
        assert by_path["/go"].status == 302
    with Image.open(io.BytesIO(phone.screenshot)) as narrow, Image.open(io.BytesIO(desktop.screenshot)) as wide:
        assert (narrow.width, wide.width) == (412, 1366)
        assert narrow.height > 4000
    assert b"https://l.facebook.com/" in head
    assert b"vi-VN" in head
    assert b"Proxy" not in head
    major = choice.version.partition(".")[0].encode()
    assert b"Chrome/%s.0.0.0 Mobile Safari/537.36|false|5|https://l.facebook.com/|Asia/" % major in phone.dom
    assert b"|vi-VN|412" in phone.dom
    assert b"Windows NT 10.0" in desktop.dom


def test_https_with_a_throwaway_certificate(choice: BrowserChoice, bounds: Bounds) -> None:
    with LocalWeb.from_pages({"bank.example": f"<title>Bank</title>{WORDS}".encode()}) as web:
        policy = EgressPolicy.parse(web.egress_allow, web.egress_map)

        async def run() -> Visit:
            async with Renderer(policy, choice, bounds, pages=1) as renderer:
                return await renderer.capture("https://bank.example/", DESKTOP, robots="allowed")

        visit = asyncio.run(run())
    assert visit.outcome is Outcome.READ, visit.reason
    assert visit.robots == "allowed"
    assert visit.tls is not None
    assert visit.tls.chain
    assert visit.tls.verified is False
    assert visit.tls.protocol.startswith("TLS")
    assert visit.exchanges[0].address == web.tls_address


def test_hostile_pages_end_within_bounds(choice: BrowserChoice, bounds: Bounds) -> None:
    bounds = replace(bounds, navigation_seconds=3.0, step_seconds=1.0)
    loud = "<script>alert(1); confirm(2); for (;;) alert(3)</script>"
    clobber = f"<img name=documentElement><form name=body></form><img name=doctype><img name=querySelector>{WORDS}"
    hang = f"{WORDS}<script>setTimeout(() => {{ for (;;); }}, 50)</script>"
    answers = {
        "/endless": drip(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<h1>Begun</h1>"),
        "/headless": drip(b"HTTP/1.1 200 OK\r\n", b"X: 1\r\n"),
        "/script": page(hang),
        "/dialogs": page(WORDS + loud),
        "/clobber": page(clobber),
        "/loop": page("<script>location = '/loop?' + Math.random()</script>"),
        "/reload": page("<script>location.reload()</script>"),
    }
    with Server(answers) as server:
        started = time.monotonic()
        visits = render(server, choice, bounds, *((f"http://bad.example{path}", DESKTOP) for path in answers), pages=2)
        assert time.monotonic() - started < 60
    outcome = {path: visit.outcome for path, visit in zip(answers, visits, strict=True)}
    by_path = dict(zip(answers, visits, strict=True))
    assert outcome["/endless"] is Outcome.TRUNCATED
    assert b"Begun" in by_path["/endless"].html
    assert outcome["/headless"] is Outcome.TIMED_OUT
    assert outcome["/script"] is not Outcome.BROWSER_FAILED
    assert any("scripts were ended" in note for note in by_path["/script"].notes)
    assert any("alert" in note for note in by_path["/dialogs"].notes)
    assert outcome["/clobber"] is Outcome.READ
    assert by_path["/clobber"].dom.count("Một câu".encode()) == 20
    assert outcome["/loop"] is Outcome.TOO_MANY_REDIRECTS
    assert outcome["/reload"] is Outcome.TOO_MANY_REDIRECTS
    for visit in visits:
        assert visit.reason or visit.outcome is Outcome.READ
        assert (visit.finished_at - visit.started_at).total_seconds() < bounds.render_seconds


def test_what_is_no_page_is_named_so(choice: BrowserChoice, bounds: Bounds) -> None:
    answers = {
        "/file": page("x", Content_Disposition="attachment; filename=a.apk"),
        "/json": page("{}", Content_Type="application/json"),
        "/away": page("", "500 Internal Server Error"),
    }
    with Server(answers) as server:
        file, data, away = render(
            server, choice, bounds, *((f"http://bad.example{path}", DESKTOP) for path in answers), pages=2
        )
    assert file.outcome is Outcome.NOT_A_PAGE
    assert any("download refused" in note for note in file.notes)
    assert data.outcome is Outcome.NOT_A_PAGE
    assert away.outcome is Outcome.HTTP_ERROR
    assert file.reason
    assert data.reason
    assert away.reason


def test_a_visit_has_bounds_on_requests_and_bytes(
    choice: BrowserChoice, bounds: Bounds, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()
    ask = NetworkRecorder._stream

    async def ask_late(self: NetworkRecorder, session: DevtoolsSession, request_id: str, record: Record) -> None:
        """The page's own body is asked for when the flood has filled all that the browser keeps."""
        if record.url.endswith("/heavy"):
            await asyncio.to_thread(over.wait, 20)
        await ask(self, session, request_id, record)

    monkeypatch.setattr(NetworkRecorder, "_stream", ask_late)
    greedy = f"{WORDS}<script>for (let i = 0; i < 60; i++) new Image().src = '/near.png?' + i</script>"
    endless = drip(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n", b"x" * 100_000, 0.0)

    def flood(connection: socket.socket) -> None:
        try:
            endless(connection)
        finally:
            over.set()

    answers = {
        "/many": page(greedy),
        "/near.png": picture(),
        "/heavy": page(f"{WORDS}<script>onload = () => fetch('/flood').then(answer => answer.text())</script>"),
        "/flood": flood,
    }
    with Server(answers) as server:
        # Watched until the flood is cut, not for a time: a busy machine takes seconds for three megabytes.
        bounds = replace(bounds, render_requests=20, render_bytes=3_000_000, settle_seconds=20.0)
        many, heavy = render(
            server, choice, bounds, ("http://a.example/many", DESKTOP), ("http://a.example/heavy", DESKTOP)
        )
        assert server.touches["/near.png"] < 60
    assert len(many.exchanges) == 20
    assert dict(many.missing)["requests"] == "more than 20 requests"
    assert "3,000,000" in dict(heavy.missing)["bytes"]
    # a browser that was busy to the end hands out no body, and then the page is not called read
    kept_back = "the main document: the visit ended before the browser gave the body"
    assert (heavy.outcome, heavy.reason) in {(Outcome.READ, ""), (Outcome.TRUNCATED, kept_back)}, heavy.notes


def test_what_outgrows_its_bound_is_not_asked_for_whole(choice: BrowserChoice, bounds: Bounds) -> None:
    answers = {"/plain": page(WORDS)}
    for path, made in (
        ("/", ""),
        ("/root", ".attachShadow({mode: 'closed'}).appendChild(document.createElement('b'))"),
    ):
        grown = f"document.body{made}.setAttribute('data-a', '\\x01'.repeat(1.4e7))"
        answers[path] = page(f"{WORDS}<script>{grown}</script>")
    framed = "for (let i = 0; i < 40; i++) document.body.append(document.createElement('iframe'))"
    answers["/frames"] = page(f"{WORDS}<script>{framed}; frames[39].{grown.replace(made, '')}</script>")
    with Server(answers) as server:
        plain, *others = render(server, choice, bounds, *((f"http://a.example{path}", DESKTOP) for path in answers))
    for large in others:
        assert "more than" in dict(large.missing).get("mhtml", ""), (large.reason, large.missing, large.notes)
        assert any("closed shadow roots" in note for note in large.notes)
        assert len(large.dom) <= bounds.dom_bytes
    assert plain.mhtml
    assert not any("closed shadow roots" in note for note in plain.notes)


def test_faults_of_the_network_are_named(choice: BrowserChoice, bounds: Bounds) -> None:
    with Server({"/": lambda connection: connection.close()}) as server:
        dead = Server()
        dead.__enter__()
        dead.__exit__(None, None, None)
        policy = EgressPolicy.parse(
            f"{server.address},{dead.address}", f"empty.example={server.address},dead.example={dead.address}"
        )

        async def run() -> list[Visit]:
            async with Renderer(policy, choice, bounds, pages=1) as renderer:
                urls = (
                    "http://dead.example/",
                    "https://dead.example/",
                    "http://nowhere.invalid/",
                    "http://empty.example/",
                )
                return [await renderer.capture(url, DESKTOP) for url in urls]

        visits = asyncio.run(run())
    assert [visit.outcome for visit in visits[:2]] == [Outcome.CONNECT_FAILED] * 2
    assert visits[2].outcome is Outcome.DNS_FAILED
    assert visits[3].outcome is Outcome.CONNECT_FAILED
    assert all(visit.status == 0 and visit.reason for visit in visits)


async def asked_for(server: Server, path: str) -> None:
    """Until a browser is in the midst of it."""
    async with asyncio.timeout(20):
        while not server.touches[path]:
            await asyncio.sleep(0.01)


def test_a_killed_browser_costs_its_visit_alone(choice: BrowserChoice, bounds: Bounds) -> None:
    slow = drip(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<h1>Slow</h1>")
    with Server({"/": page(WORDS), "/slow": slow}) as server:
        policy = EgressPolicy.parse(server.address, f"*.example={server.address}")
        groups: list[int] = []
        profiles: list[Path] = []

        async def run() -> tuple[Visit, Visit]:
            async with Renderer(policy, choice, bounds, pages=1) as renderer:
                under_way = asyncio.create_task(renderer.capture("http://a.example/slow", DESKTOP))
                await asked_for(server, "/slow")
                (browser,) = renderer.browsers
                groups.append(browser.pid)
                profiles.append(browser.profile)
                os.killpg(browser.pid, signal.SIGKILL)
                killed = await under_way
                next_visit = await renderer.capture("http://a.example/", DESKTOP)
                (browser,) = renderer.browsers
                groups.append(browser.pid)
                profiles.append(browser.profile)
                return killed, next_visit

        killed, next_visit = asyncio.run(run())
    assert killed.outcome is Outcome.BROWSER_FAILED
    assert killed.reason
    assert next_visit.outcome is Outcome.READ
    assert len(set(groups)) == 2
    assert not any(profile.exists() for profile in profiles)
    assert not any(group_members(group) for group in groups)


def test_a_driver_that_dies_and_a_browser_that_hangs_cost_their_visit_alone(
    choice: BrowserChoice, bounds: Bounds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    bounds = replace(bounds, render_seconds=12.0)
    slow = drip(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<h1>Slow</h1>")
    groups: set[int] = set()
    drivers: set[int] = set()

    async def disturb(renderer: Renderer, harm: Callable[[int, int], None]) -> tuple[Visit, Visit]:
        server.touches.clear()
        under_way = asyncio.create_task(renderer.capture("http://a.example/slow", DESKTOP))
        await asked_for(server, "/slow")
        (browser,) = renderer.browsers
        driver = parent_of(browser.pid)
        groups.add(browser.pid)
        drivers.add(driver)
        harm(driver, browser.pid)
        disturbed = await under_way
        return disturbed, await renderer.capture("http://a.example/", DESKTOP)

    async def run(policy: EgressPolicy) -> list[Visit]:
        async with Renderer(policy, choice, bounds, pages=1) as renderer:
            died = await disturb(renderer, lambda driver, _: os.kill(driver, signal.SIGKILL))
            hung = await disturb(renderer, lambda _, group: os.killpg(group, signal.SIGSTOP))
            groups.update(browser.pid for browser in renderer.browsers)
            return [*died, *hung]

    with Server({"/": page(WORDS), "/slow": slow}) as server:
        visits = asyncio.run(run(EgressPolicy.parse(server.address, f"*.example={server.address}")))
    died, after_death, hung, after_hanging = visits
    assert died.outcome is Outcome.BROWSER_FAILED
    assert hung.outcome is not Outcome.READ
    assert "screenshot" in dict(hung.missing)
    assert [after_death.outcome, after_hanging.outcome] == [Outcome.READ] * 2
    assert len(drivers) == 2
    assert len(groups) == 3
    assert not any(group_members(group) for group in groups)
    assert not any(parent_of(driver) for driver in drivers)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("lachan")] == []


def test_a_browser_that_does_not_start_is_named(
    bounds: Bounds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mute = tmp_path / "mute"
    mute.write_text("#!/bin/sh\nexec sleep 60\n")
    ill = tmp_path / "ill"
    ill.write_text("#!/bin/sh\necho 'no such display' >&2\nexit 3\n")

    async def start(path: Path) -> str:
        path.chmod(0o700)
        renderer = Renderer(EgressPolicy.parse(""), BrowserChoice(str(path), "chromium", "1.0"), bounds, pages=1)
        with pytest.raises(BrowserUnavailableError) as raised:
            await renderer.__aenter__()
        return str(raised.value)

    assert "no such display" in asyncio.run(start(ill))
    monkeypatch.setattr("crawler.rendering.driver.START_SECONDS", 2.0)
    assert "did not start" in asyncio.run(start(mute))


def test_a_browser_is_replaced_after_its_visits(choice: BrowserChoice, bounds: Bounds) -> None:
    with Server({"/": page(WORDS)}) as server:
        policy = EgressPolicy.parse(server.address, f"*.example={server.address}")

        async def run() -> list[int]:
            pids = []
            async with Renderer(policy, choice, replace(bounds, browser_visits=2), pages=1) as renderer:
                for _ in range(3):
                    pids += [browser.pid for browser in renderer.browsers]
                    assert (await renderer.capture("http://a.example/", DESKTOP)).outcome is Outcome.READ
            return pids

        assert len(set(asyncio.run(run()))) == 1  # the second was started only when the third visit wanted it


def test_a_visit_that_takes_long_gives_its_place_to_the_next(choice: BrowserChoice, bounds: Bounds) -> None:
    slow = drip(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<h1>Slow</h1>")
    with Server({"/": page(WORDS), "/slow": slow}) as server:
        policy = EgressPolicy.parse(server.address, f"*.example={server.address}")
        patient = replace(bounds, browser_patience=0.5, navigation_seconds=6.0)

        async def run() -> None:
            async with Renderer(policy, choice, patient, pages=1) as renderer:
                under_way = asyncio.create_task(renderer.capture("http://a.example/slow", DESKTOP))
                await asyncio.sleep(0)
                assert (await renderer.capture("http://b.example/", DESKTOP)).outcome is Outcome.READ
                assert not under_way.done()
                assert len(renderer.browsers) == 2
                second = asyncio.create_task(renderer.capture("http://c.example/slow", DESKTOP))
                await under_way
                await second
                assert len(renderer.browsers) <= 1  # no more than may render at once is kept
                assert (await renderer.capture("http://b.example/", DESKTOP)).outcome is Outcome.READ
                assert len(renderer.browsers) <= 1

        asyncio.run(run())


def test_a_page_that_keeps_the_processor_busy_stands_back(choice: BrowserChoice, bounds: Bounds) -> None:
    loop = page(f"{WORDS}<script>onload = () => setTimeout(() => {{ for (;;); }}, 50)</script>")
    greedy = replace(bounds, browser_patience=0.3, browser_greed=0.5)
    with Server({"/": loop}) as server:
        policy = EgressPolicy.parse(server.address, f"*.example={server.address}")

        async def run() -> set[int]:
            seen = set()
            async with Renderer(policy, choice, greedy, pages=1) as renderer:
                (browser,) = renderer.browsers
                visit = asyncio.create_task(renderer.capture("http://a.example/", DESKTOP))
                while not visit.done():
                    with contextlib.suppress(ProcessLookupError):
                        seen.add(os.getpriority(os.PRIO_PGRP, browser.pid))
                    await asyncio.sleep(0.05)
                assert (await visit).html
                assert browser not in renderer.browsers  # and nobody else gets it
            return seen

        before = os.getpriority(os.PRIO_PROCESS, 0)
        assert max(asyncio.run(run())) == min(before + 15, 19)


def group_members(group: int) -> list[int]:
    """Living processes of a process group."""
    members = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group and fields[0] != "Z":
            members.append(int(stat.parent.name))
    return members


def test_nothing_is_left_in_the_temporary_folder(
    choice: BrowserChoice, bounds: Bounds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    seen: set[str] = set()
    with Server({"/": page("<p>Xin chào")}) as server:
        policy = EgressPolicy.parse(server.address, f"*.example={server.address}")

        async def run() -> None:
            async with Renderer(policy, choice, bounds, pages=1) as renderer:
                await renderer.capture("http://shop.example/", PHONE)
                seen.update(each.name.rsplit("-", 2)[0] for each in tmp_path.iterdir())

        asyncio.run(run())
    assert seen <= {"lachan-browser", "lachan-driver"}, "what a killed process leaves is known by its name"
    assert seen
    assert not list(tmp_path.iterdir())
    assert os.environ["TMPDIR"] == str(tmp_path)


def test_a_frame_that_has_no_room_is_a_page_cut_short(choice: BrowserChoice, bounds: Bounds) -> None:
    words = "San dau tu cam ket lai. " * 200
    framed = page(f"<style>iframe{{width:100vw;height:100vh}}</style><iframe srcdoc='<p>{words}</p>'></iframe>")
    with Server({"/": framed}) as server:
        (whole,) = render(server, choice, bounds, ("http://shop.example/", DESKTOP))
        # the frame's document stands in an attribute of the page's own as well
        small = replace(bounds, dom_bytes=len(words) + 1_000)
        (cut,) = render(server, choice, small, ("http://shop.example/", DESKTOP))
    assert whole.outcome is Outcome.READ
    assert cut.outcome is Outcome.TRUNCATED


def test_what_a_script_has_made_is_weighed_before_a_snapshot_is_asked_for(
    choice: BrowserChoice, bounds: Bounds
) -> None:
    add = "for (let n = 0; n < 2; n++) sheet.insertRule('.a{--b:\"' + 'x'.repeat(1e5) + '\"}')"
    first = "const sheet = document.styleSheets[0]"
    bitmap = (
        "const d = new DataView(new ArrayBuffer(300054)); d.setUint16(0, 0x4d42, true); d.setUint16(26, 1, true);"
        "for (const [at, n] of [[10, 54], [14, 40], [18, 400], [22, 250], [28, 24]]) d.setUint32(at, n, true);"
        "const p = new Image(); p.src = URL.createObjectURL(new Blob([d], {type: 'image/bmp'}));"
    )
    made = {
        "/rules": f"<style></style><script>{first}; {add}</script>",
        "/import": f"<style>@import url(/a.css)</style><script>"
        f"onload = () => {{ {first}.cssRules[0].styleSheet; {add} }}</script>",
        "/picture": f"<script>{bitmap} document.body.append(p)</script>",
        "/": "<style>b { color: red }</style>",
    }
    answers = {name: page(WORDS + body) for name, body in made.items()}
    answers["/a.css"] = page("i { color: red }", Content_Type="text/css")
    looks = [(f"http://a.example{name}", DESKTOP) for name in made]
    with Server(answers) as server:
        visits = render(server, choice, replace(bounds, mhtml_bytes=300_000), *looks, pages=2)
    assert [visit.outcome for visit in visits] == [Outcome.READ] * len(made)
    whole = visits.pop()
    assert whole.mhtml
    assert [visit.mhtml for visit in visits] == [b""] * 3
    assert ["would be some" in dict(visit.missing)["mhtml"] for visit in visits] == [True] * 3
