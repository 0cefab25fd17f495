"""The end of a sweep: its last time-stamps under a stop, and a database that is away when what is left is counted."""

import os
import signal
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from crawler import stop_signals, sweep
from crawler.config import Config
from crawler.evidence.timestamp import StampReport
from crawler.stop_signals import AT_ONCE, WHEN_PRESSED_AGAIN, StopSignals
from crawler.sweep_summary import SweepExit, SweepSummary


def press(times: int) -> None:
    for _ in range(times):
        os.kill(os.getpid(), signal.SIGTERM)


@pytest.fixture
def stops(monkeypatch: pytest.MonkeyPatch) -> Iterator[StopSignals]:
    monkeypatch.setattr(stop_signals, "ONE_PRESS_SECONDS", 0.0)
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    with StopSignals() as heard:
        yield heard
    for number, handler in before.items():  # after two presses they stay, for the process is about to end
        signal.signal(number, handler)


@pytest.mark.parametrize(
    ("presses", "rounds", "left"), [(0, 3, False), (1, 1, True), (2, 0, True)], ids=["none", "one", "two"]
)
def test_the_first_stop_ends_the_last_stamping_after_its_round_and_the_second_within_it(
    tmp_path: Path, stops: StopSignals, monkeypatch: pytest.MonkeyPatch, presses: int, rounds: int, left: bool
) -> None:
    done: list[StampReport] = []

    def stamp_pending(*arguments: object, **named: object) -> StampReport:
        if not done:
            press(presses)
        done.append(StampReport(stamped=1, pending=max(0, 2 - len(done))))
        return done[-1]

    monkeypatch.setattr(sweep, "stamp_pending", stamp_pending)
    config = Config(data_dir=tmp_path, timestamp_urls="http://127.0.0.1:1/tsr", timestamp_ca="")
    assert (sweep.stamp_the_rest(config, stops).reason == sweep.STOPPED) is left
    assert len(done) == rounds
    assert (sweep.stamp_the_rest(config, stops).reason == sweep.STOPPED) is bool(presses), (
        "a stop that came before keeps it from being begun"
    )


def test_a_stop_is_noted_or_leaves_the_step_as_the_step_asks(stops: StopSignals) -> None:
    heard: list[int] = []
    stops.tell(lambda: heard.append(stops.presses))
    press(1)
    stops.tell(None)
    with stops.leaving(WHEN_PRESSED_AGAIN):
        heard.append(0)
    with pytest.raises(KeyboardInterrupt), stops.leaving(AT_ONCE):
        heard.append(-1)
    with pytest.raises(KeyboardInterrupt), stops.leaving(WHEN_PRESSED_AGAIN):
        press(1)
    assert heard == [1, 0]


def test_two_signals_at_once_are_one_press(stops: StopSignals, monkeypatch: pytest.MonkeyPatch) -> None:
    """As `timeout` sends them: to the process, and to the group that it is in."""
    monkeypatch.setattr(stop_signals, "ONE_PRESS_SECONDS", 3600.0)
    press(2)
    assert stops.presses == 1
    monkeypatch.setattr(stop_signals, "ONE_PRESS_SECONDS", 0.0)
    press(1)
    assert stops.presses == 2


def test_a_database_that_is_away_at_the_end_costs_the_count_and_not_the_summary(tmp_path: Path) -> None:
    config = Config(data_dir=tmp_path, database_url="postgresql+psycopg://nobody@127.0.0.1:1/none")
    assert sweep.counted(config, partial(sweep.count_due, batch=""), "what is still due") is None
    summary = SweepSummary(SweepExit.STOPPED, recorded=1, still_due=None)
    assert summary.to_json()["still_due"] is None
    assert any("chưa đếm được" in line for line in summary.lines("vi"))
    assert any("not counted" in line for line in summary.lines("en"))
