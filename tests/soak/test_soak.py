"""A short form of `make soak`: stopped and gone on with, it loses nothing and leaves nothing; and the fit is right."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.soak.__main__ import slopes
from tests.soak.curve import Sample, after_warm_up, append, draw, fit, load

VISITS = 20


def sample(run: int, visits: int, worker: float) -> Sample:
    return Sample(run, visits / 10, visits, visits // 5, worker, 80, 300, 0, 9, 40, 20)


def test_the_slope_is_that_of_the_growth_whatever_level_each_run_began_at() -> None:
    chance = random.Random(1)
    grown = [sample(1, n, 100 + 0.012 * n + chance.gauss(0, 3)) for n in range(0, 2000, 5)]
    grown += [sample(2, n, 60 + 0.012 * n + chance.gauss(0, 3)) for n in range(2000, 5000, 5)]
    slope = fit(grown, "worker")
    assert slope.per_thousand == pytest.approx(12, abs=0.5)
    assert 0 < slope.error < 0.5
    assert fit(grown, "driver").per_thousand == pytest.approx(0)


def with_browsers(leak: float, *, more: float = 0.0) -> list[Sample]:
    """A machine that grows busier: two browsers at first, oftener three or four later, some with a page more open;
    ``leak``: MB, ``more``: browsers, per 1,000 visits."""
    chance = random.Random(2)
    found = []
    for n in range(0, 5000, 5):
        if n % 100 == 0:  # they live for a while
            browsers = 2 + sum(chance.random() < n / 8000 for _ in range(2)) + round(more * n / 1000)
        processes = 5 * browsers + chance.randrange(browsers + 1)
        size = 90 * browsers + 45 * processes + leak * n / 1000 + chance.gauss(0, 40)
        found.append(replace(sample(1, n, 200), browser=size, browsers=browsers, browser_processes=processes))
    return found


def test_a_machine_that_has_now_more_browsers_is_no_leak_and_a_leak_is_seen_through_it() -> None:
    steady, leaking = with_browsers(0), with_browsers(12)
    assert fit([replace(each, worker=each.browser) for each in steady], "worker").per_thousand > 30  # by the total
    assert abs(fit(steady, "browser").per_thousand) < 3
    assert fit(leaking, "browser").per_thousand == pytest.approx(12, abs=3)
    assert slopes(steady, 0.1, judge=True) == []
    assert [fault[:12] for fault in slopes(leaking, 0.1, judge=True)] == ["browser grew"]


def test_browsers_that_are_left_behind_are_seen_by_their_number() -> None:
    assert [fault[:13] for fault in slopes(with_browsers(0, more=2), 0.1, judge=True)] == ["browsers grew"]


def test_a_slope_within_its_error_is_called_neither_growth_nor_none(capsys: pytest.CaptureFixture[str]) -> None:
    chance = random.Random(3)
    noisy = [sample(1, n, 200 + 0.008 * n + chance.gauss(0, 90)) for n in range(0, 2000, 20)]
    assert [fault[:22] for fault in slopes(noisy, 0, judge=True)] == ["worker may have grown "]
    assert slopes(noisy, 0, judge=False) == []


def test_a_curve_of_an_older_run_that_counted_no_browsers_is_read(tmp_path: Path) -> None:
    path = tmp_path / "soak.csv"
    path.write_text(
        "run,seconds,visits,rendered,worker,driver,browser,reader,processes,worker_files,driver_files\n"
        "1,2,3,1,100,80,300,0,9,40,20\n"
    )
    append(path, sample(2, 9, 100))
    assert [(each.visits, each.browsers) for each in load(path)] == [(3, 0), (9, 0)]


def test_warm_up_and_what_follows_the_last_visit_are_left_out() -> None:
    samples = [sample(1, n, n) for n in (1, 5, 50, 100, 100)]
    assert [each.visits for each in after_warm_up(samples, 0.1)] == [50]
    with pytest.raises(ValueError, match="too few"):
        fit(after_warm_up(samples, 0.1), "worker")
    assert draw(samples, 0.1, "").shapes


def test_a_line_that_a_kill_cut_short_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "soak.csv"
    for n in (1, 2):
        append(path, sample(1, n, 5))
    path.write_text(path.read_text() + "1,0.3,3")
    assert load(path) == [sample(1, 1, 5), sample(1, 2, 5)]


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_soak_that_is_stopped_is_gone_on_with_and_leaves_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "soak"
    words = [sys.executable, "-m", "tests.soak", "--short", "--no-samples", "--visits", str(VISITS), "--every", "0.2"]
    words += ["--folder", str(folder), "--warm-up", "0"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as begun:
        until = time.monotonic() + 120
        while not load(folder / "soak.csv"):
            assert time.monotonic() < until
            assert begun.poll() is None
            time.sleep(0.1)
        os.kill(begun.pid, signal.SIGINT)
        said, _ = begun.communicate(timeout=120)
    assert begun.returncode == 4, said
    done = subprocess.run(words, capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "going on" in done.stdout
    assert json.loads((folder / "done.json").read_text())["faults"] == []
    samples = load(folder / "soak.csv")
    assert {each.run for each in samples} == {1, 2}
    assert samples[-1].visits >= VISITS
    assert "<polyline" in (folder / "soak.svg").read_text("utf-8")
