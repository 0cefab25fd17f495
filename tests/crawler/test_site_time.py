"""What one look at a site may take is one sum, whatever the site does: on a clock that jumps from wait to wait."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.bounds import DEFAULT_BOUNDS, Bounds
from crawler.config import Config
from crawler.egress.download_handler import CHAIN_SHARE
from crawler.egress.policy import EgressPolicy
from crawler.examination import Examiner
from crawler.examined import Examination
from crawler.frontier import LeasedTarget
from crawler.reading.job import ReadingJob
from crawler.reading.reader import Reader, ReadingFailedError
from crawler.rendering import chromium, renderer
from crawler.rendering.browser import BrowserChoice
from crawler.rendering.capture import CLOSE_SECONDS
from crawler.rendering.chromium import Chromium
from crawler.rendering.driver import START_SECONDS
from crawler.rendering.page import CLOSE_SECONDS as TAB_CLOSE_SECONDS
from crawler.rendering.renderer import END_SECONDS, Renderer
from crawler.rendering.vantages import DESKTOP, FETCH, PHONE
from crawler.visit import Outcome, Vantage, Visit
from tests.crawler.jumping_clock import on_a_jumping_clock
from tests.crawler.test_examination import FRAUD

GOAL = 45.0
NOW = datetime(2026, 11, 1, tzinfo=UTC)
URL = "https://cham.example/"
LINKS = "".join(f"<a href=/{n}>{n}</a>" for n in ("lien-he", "gio-hang", "thanh-toan", "gioi-thieu")).encode()
OPEN = FRAUD.replace(b"</body>", LINKS + b"</body>")
SHUT = (
    "<html lang=vi><title>18+</title><p>Cho người lớn.<button>Vào trang</button><script src=/a.js></script>".encode()
    + LINKS
)
CHAIN = CHAIN_SHARE * Config.model_fields["fetch_seconds"].default  # of the front page, robots.txt included


async def at_once(function: Callable[..., object], *words: object, **named: object) -> object:
    """In place of a thread, whose seconds would not pass on this clock."""
    return function(*words, **named)


def seen(vantage: Vantage, html: bytes = OPEN, gate: str = "") -> Visit:
    return Visit(URL, URL, vantage, Outcome.READ, NOW, NOW, status=200, html=html, gate=gate)


class SlowReader(Reader):
    """Takes all its time over each page, and then the words alone just as long."""

    async def look(self, job: ReadingJob) -> Any:
        await asyncio.sleep(2 * job.bounds.read_seconds)
        raise ReadingFailedError("too slow")

    async def page(self, job: ReadingJob, *, plain: bool = False) -> Any:
        await asyncio.sleep((1 if plain else 2) * job.bounds.read_seconds)
        raise ReadingFailedError("too slow")


@dataclass
class SlowBrowser:
    """What was asked of it, and how long it takes to start."""

    start: float
    asked: list[str] = field(default_factory=list)


@pytest.fixture(params=[2.0, START_SECONDS - 1])
def slow_browser(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> SlowBrowser:
    """A browser that takes all the time that it is given for each page, and to end."""
    slow = SlowBrowser(request.param)

    class Slow(Chromium):
        alive = True  # type: ignore[assignment]

        def __init__(self) -> None:
            self.pid, self.visits, self.started, self.profile = 0, 0, 0.0, Path()

        @classmethod
        async def start(cls, *_: object) -> "Slow":  # type: ignore[override]
            await asyncio.sleep(slow.start)
            return cls()

        async def stop(self) -> None:
            await asyncio.sleep(chromium.STOP_SECONDS)

    async def capture(
        _browser: object, _policy: object, bounds: Bounds, url: str, vantage: Vantage, _greedy: object
    ) -> Any:
        slow.asked.append(vantage.name)
        await asyncio.sleep(bounds.render_seconds - 0.01)
        return seen(vantage, SHUT, "Vào trang"), False

    monkeypatch.setattr(renderer, "Chromium", Slow)
    monkeypatch.setattr(renderer, "capture_visit", capture)
    monkeypatch.setattr(renderer.asyncio, "to_thread", at_once)
    monkeypatch.setattr(renderer, "bury_strays", lambda: None)
    monkeypatch.setattr(renderer, "remove_orphaned_profiles", lambda: None)
    return slow


def look_at(front: Visit, reader: Reader, spent: float) -> tuple[Examination, float]:
    """The look with that slow browser, and the seconds that it took on the clock of the machine."""

    async def fetch(url: str) -> Visit:
        await asyncio.sleep(CHAIN_SHARE * DEFAULT_BOUNDS.further_seconds)
        return replace(front, requested_url=url, outcome=Outcome.TIMED_OUT, html=b"")

    async def run() -> tuple[Examination, float]:
        choice = BrowserChoice("/nowhere", "chromium", "1.2.3")
        async with Renderer(EgressPolicy.parse("", ""), choice, DEFAULT_BOUNDS, pages=2) as browser:
            examiner = Examiner((), DEFAULT_BOUNDS, 6, browser, "", (PHONE, DESKTOP), lambda: False, reader=reader)
            target = LeasedTarget(1, URL, "cham.example", "cham.example", "sweep", "", 0, "", NOW)
            began = asyncio.get_running_loop().time()
            done = await examiner.examine(target, front, fetch, spent)
            return done, spent + asyncio.get_running_loop().time() - began

    return on_a_jumping_clock(run())


@pytest.mark.parametrize("spent", [0.0, CHAIN / 2, CHAIN])
@pytest.mark.parametrize("reader", [Reader, SlowReader])
@pytest.mark.parametrize("html", [OPEN, SHUT])
def test_the_worst_of_everything_ends_within_the_goal(
    spent: float, reader: type[Reader], html: bytes, slow_browser: SlowBrowser
) -> None:
    done, seconds = look_at(seen(FETCH, html), reader(), spent)
    assert 20 < seconds <= GOAL
    assert done.seconds == pytest.approx(seconds, abs=0.1)
    assert done.pages
    if reader is Reader and slow_browser.start < 3:
        assert {"phone", "desktop"} <= set(slow_browser.asked), "whatever the plain fetch took, both vantages looked"


def test_what_was_brought_when_time_was_over_is_kept_and_not_called_read(slow_browser: SlowBrowser) -> None:
    class Reads(Reader):
        async def look(self, job: ReadingJob) -> Any:
            if slow_browser.asked:
                await asyncio.sleep(60)
            return await super().look(job)

    done, _ = look_at(seen(FETCH), Reads(), 0.0)
    assert done.overran
    assert [page.visit.vantage.name for page in done.pages][-1] == "phone"
    assert done.pages[-1].visit.outcome is Outcome.UNREADABLE
    assert done.pages[-1].visit.html == SHUT


def test_a_page_that_could_not_be_read_in_time_is_not_clean(slow_browser: SlowBrowser) -> None:
    class Stuck(Reader):
        async def look(self, job: ReadingJob) -> Any:
            await asyncio.sleep(600)

    done, seconds = look_at(seen(FETCH), Stuck(), 0.0)
    assert (done.outcome, done.score.level, done.overran) == (Outcome.UNREADABLE, "unknown", True)
    assert seconds <= GOAL


def test_the_parts_fit_into_the_whole() -> None:
    bounds = DEFAULT_BOUNDS
    assert bounds.site_seconds <= GOAL
    assert bounds.render_seconds + bounds.after_render_seconds <= bounds.site_seconds
    assert bounds.site_seconds >= CHAIN + bounds.least_render_seconds, (
        "the slowest front page leaves a browser its least"
    )
    assert bounds.after_render_seconds + END_SECONDS < bounds.least_render_seconds
    assert bounds.render_seconds > START_SECONDS + END_SECONDS + CLOSE_SECONDS, "the slowest start leaves a page time"
    assert TAB_CLOSE_SECONDS < CLOSE_SECONDS
    assert chromium.STOP_SECONDS < END_SECONDS
