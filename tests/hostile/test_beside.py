"""Twenty good sites stay whole beside a hostile one; how much longer they take is measured by `make hostile-beside`."""

from dataclasses import replace

import pytest

from crawler.errors import BrowserUnavailableError
from crawler.rendering.browser import find_browser
from tests.hostile.beside import GOOD, Beside, GoodWeb, good_web, not_whole, sweep_beside
from tests.hostile.case import load_cases
from tests.hostile.scene import Scene
from tests.hostile.server import HostileServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def test_twenty_good_sites_are_whole_beside_one_that_holds_the_browsers() -> None:
    try:
        find_browser("auto")
    except BrowserUnavailableError as error:
        pytest.skip(str(error))
    (hostile,) = (case for case in load_cases() if case.name == "z-loop-of-twelve-seconds")
    with Scene() as scene, HostileServer(load_cases(), scene) as server, good_web(shops=4) as good:
        beside = sweep_beside(good, hostile, scene, server, LACHAN_DELAY="0", LACHAN_OCR="off")
        assert dict(scene.touches) == {}
    assert beside.exit_code == 0, beside.log[-2000:]
    assert beside.hostile == "read"
    assert len(beside.good) == GOOD
    seen = [[visit["outcome"] for visit in line["visits"] if visit["url"] == url] for url, line in beside.good.items()]
    assert {outcome for outcomes in seen for outcome in outcomes} == {"read"}
    assert [len(outcomes) for outcomes in seen].count(3) == 4  # a shop is fetched and rendered from two vantages
    assert [line["level"] for line in beside.good.values()].count("clean") == GOOD - 4


def test_a_good_site_that_is_missing_or_judged_otherwise_is_told() -> None:
    line = {"outcome": "read", "level": "clean", "points": 0, "rules": [], "visits": []}
    good = GoodWeb("", "", ("http://a.test/", "http://b.test/"))
    alone = Beside(dict.fromkeys(good.urls, line), "", 1.0, 0, "")
    assert not_whole(good, alone, alone) == []
    assert not_whole(good, alone, replace(alone, good={good.urls[0]: line})) == ["http://b.test/: lost"]
    cut = {**line, "outcome": "timed_out"}
    assert "timed_out" in not_whole(good, alone, replace(alone, good={**alone.good, good.urls[1]: cut}))[0]
