"""A browser comes whole through every hostile page: within bounds, touching nothing inside, carrying nothing over."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from crawler.bounds import DEFAULT_BOUNDS
from crawler.errors import BrowserUnavailableError
from crawler.rendering.browser import find_browser
from tests.hostile.case import load_cases
from tests.hostile.rendering import Rendered, render
from tests.hostile.scene import Scene
from tests.hostile.server import HostileServer
from tests.hostile.verdicts import rendered_rows

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

# Of each family some, so that it ends in a minute or two; `make hostile` renders all.
SHORT = (
    *("b-tag-images", "b-tag-files", "b-tag-preconnect", "b-script-workers", "b-script-webrtc", "b-script-popups"),
    *("b-script-websockets", "b-script-beacons", "b-location-v6", "b-csp-report", "b-wpad", "b-external-schemes"),
    *("c-gzip-bomb", "d-apk", "d-climbing-name", "d-endless-file", "e-xml-billion-laughs", "e-xml-external-entity"),
    *("f-two-lengths", "f-early-hints", "k-cloudflare-wall", "k-http-500-page", "m-selects-and-options"),
    *("m-half-a-million-attributes", "p-ansi-title", "r-loop", "r-to-file", "r-meta-inside", "s-buffers-to-gigabytes"),
    *(
        "s-clobbered-builtins",
        "s-endless-loop-on-unload",
        "s-service-worker-forgery",
        "s-removes-itself",
        "t-own-authority",
    ),
    *("l-nodes-without-end", "l-errors-of-megabytes", "l-console-of-a-frame", "l-popups-without-end"),
    *("v-part-that-nobody-asked-for", "v-zstd-in-frames-over-tls", "v-fetch-when-it-is-gone"),
    *("t-reset-at-once", "t-tls-garbage", "n-odd-links", "s-page-of-a-million-pixels"),
)
CASES = [case for case in load_cases() if case.browser and case.name in SHORT]
BOUNDS = replace(DEFAULT_BOUNDS, render_seconds=30.0, navigation_seconds=5.0, step_seconds=4.0, settle_seconds=1.0)
ENFORCED = 1_500_000_000  # bytes of one browser


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    with Scene() as scene:
        yield scene


@pytest.fixture(scope="module")
def rendered(scene: Scene) -> Rendered:
    try:
        choice = find_browser("auto")
    except BrowserUnavailableError as error:
        pytest.skip(str(error))
    with HostileServer(load_cases(), scene) as server:
        return render(CASES, scene, server, choice, BOUNDS)


def test_every_case_ends_as_declared(rendered: Rendered) -> None:
    assert len(CASES) == len(SHORT)
    assert [f"{row.name}: {'; '.join(row.faults)}" for row in rendered_rows(CASES, rendered) if row.faults] == []


def test_nothing_is_carried_over_to_the_next_site(rendered: Rendered) -> None:
    assert rendered.spoilt == {}


def test_no_canary_was_touched(rendered: Rendered, scene: Scene) -> None:
    assert dict(scene.touches) == {}
    assert rendered.refusals["loopback"] > 20


def test_memory_and_time_are_bounded(rendered: Rendered) -> None:
    assert rendered.visits["s-buffers-to-gigabytes.example"].outcome == "too_heavy"
    assert 0 < rendered.peak < ENFORCED
    assert max(rendered.seconds.values()) < BOUNDS.render_seconds + 15  # starting a new browser, on a busy machine
