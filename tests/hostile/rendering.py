"""Renders the hostile sites, two at a time, with a look at the control page after each."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from crawler.bounds import Bounds
from crawler.egress.policy import EgressPolicy
from crawler.examination import Examiner
from crawler.reading.job import ReadingJob
from crawler.reading.reader import Reader, ReadingFailedError
from crawler.rendering.browser import BrowserChoice
from crawler.rendering.renderer import Renderer
from crawler.rendering.vantages import DESKTOP
from crawler.visit import Outcome, Visit
from tests.hostile.case import Case
from tests.hostile.control import is_whole
from tests.hostile.scene import Scene
from tests.hostile.server import HostileServer

LANES = 2


@dataclass(slots=True)
class Rendered:
    """What came of it. ``spoilt``: cases after which the control page was not whole, and how it came instead.
    ``peak``: bytes of any browser."""

    visits: dict[str, Visit] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    spoilt: dict[str, str] = field(default_factory=dict)
    refusals: dict[str, int] = field(default_factory=dict)
    peak: int = 0
    processes: int = 0


def render(
    cases: Sequence[Case],
    scene: Scene,
    server: HostileServer,
    choice: BrowserChoice,
    bounds: Bounds,
    tell: Callable[[Rendered, Case], object] = lambda found, case: None,
) -> Rendered:
    """Every case once, as a desktop; each is told as it ends. KeyboardInterrupt comes through, the browsers gone."""
    return asyncio.run(_render(cases, scene, server, choice, bounds, tell))


async def _render(
    cases: Sequence[Case],
    scene: Scene,
    server: HostileServer,
    choice: BrowserChoice,
    bounds: Bounds,
    tell: Callable[[Rendered, Case], object],
) -> Rendered:
    settings = server.settings
    policy = EgressPolicy.parse(
        settings["LACHAN_EGRESS_ALLOW"], settings["LACHAN_EGRESS_MAP"], settings["LACHAN_EGRESS_PORTS"]
    )
    found, reader, waiting = Rendered(), Reader(), list(reversed(cases))

    async def lane(number: int) -> None:
        while waiting:
            case = waiting.pop()
            started = time.monotonic()
            visit = await renderer.capture(case.url(scene), DESKTOP)
            found.seconds[case.host] = time.monotonic() - started
            _, visit = await examiner._first_look(visit)  # as a sweep judges what came
            found.visits[case.host] = visit
            found.texts[case.host] = await _text_of(visit, reader, bounds)
            control = await renderer.capture(f"http://control-{number}.example/", DESKTOP)
            if control.outcome is Outcome.BROWSER_FAILED:  # a browser that dies costs its own visit alone
                control = await renderer.capture(f"http://control-{number}.example/", DESKTOP)
            if control.outcome is not Outcome.READ or not is_whole(control.dom):
                found.spoilt[case.name] = f"{control.outcome}: {control.reason}"
            tell(found, case)

    examiner = Examiner((), bounds, 1, None, "", (), lambda: False, reader=reader)
    async with Renderer(policy, choice, bounds, pages=LANES) as renderer:
        async with asyncio.TaskGroup() as lanes:
            for number in range(LANES):
                lanes.create_task(lane(number))
        found.peak, found.processes = renderer.peak_bytes, renderer.peak_processes
    await reader.close()
    found.refusals = policy.refusals.counts()
    return found


async def _text_of(visit: Visit, reader: Reader, bounds: Bounds) -> str:
    if not visit.html:
        return ""
    try:
        return (await reader.page(ReadingJob.of(visit, bounds, {}))).text
    except ReadingFailedError as error:
        return f"({error})"
