"""A sweep with a browser sees through every disguise that the hostile web wears, and puts the fraud before a person."""

from pathlib import Path

import pytest

from crawler.errors import BrowserUnavailableError
from crawler.rendering.browser import find_browser
from tests.hostile.case import load_cases
from tests.hostile.scene import Scene
from tests.hostile.server import HostileServer
from tests.hostile.sweeping import sweep
from tests.hostile.verdicts import seen_rows

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

# Two vantages each: `make hostile` sweeps every case that is flagged.
SHORT = (
    *("y-says-not-found", "y-says-parked", "y-says-suspended", "y-marks-of-cloudflare", "y-header-of-a-wall"),
    *("y-error-whose-script-sells", "y-parked-with-a-refresh", "y-refresh-header", "g-age-question"),
)
CASES = [case for case in load_cases() if case.flagged and case.name in SHORT]


def test_every_disguise_is_seen_through(tmp_path: Path) -> None:
    try:
        find_browser("auto")
    except BrowserUnavailableError as error:
        pytest.skip(str(error))
    with Scene() as scene, HostileServer(load_cases(), scene) as server:
        swept = sweep(CASES, scene, server, tmp_path, controls=1, LACHAN_BROWSER="auto", LACHAN_FETCH_SECONDS="6")
        assert dict(scene.touches) == {}
    assert len(CASES) == len(SHORT)
    assert [f"{row.name}: {'; '.join(row.faults)}" for row in seen_rows(CASES, swept) if row.faults] == []
