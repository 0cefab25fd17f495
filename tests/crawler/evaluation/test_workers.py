"""A sample that hangs, dies or fails costs its own result and nothing else."""

import os
import time

import pytest

from crawler.evaluation import workers
from crawler.evaluation.labelled import Kind, Label, Sample
from crawler.evaluation.prediction import Fate, Prediction
from crawler.evaluation.workers import judge_all


def misbehave(sample: Sample) -> Prediction:
    """Does what its sample says."""
    if sample.content == "hang":
        time.sleep(600)
    if sample.content == "die":
        os._exit(7)
    if sample.content == "eat":
        bytearray(8_000_000_000)
    if sample.content == "raise":
        raise ValueError("a mistake")
    return Prediction(sample.id, Fate.JUDGED)


def test_each_fate_is_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_START_SECONDS", 20.0)  # there is no engine to import, and one that hangs is fresh
    words = ["fine", "hang", "die", "raise", "eat", "fine"]
    samples = [Sample(f"{n}-{word}", Kind.PAGE, Label.SCAM, word, "x:1") for n, word in enumerate(words)]
    fates = {
        outcome.sample.id.split("-")[1]: outcome.prediction.fate
        for outcome in judge_all(samples, misbehave, seconds=2.0, processes=2)
    }
    assert fates == {
        "fine": Fate.JUDGED,
        "hang": Fate.TIMED_OUT,
        "die": Fate.CRASHED,
        "raise": Fate.FAILED,
        "eat": Fate.FAILED,
    }


def test_nothing_to_judge_starts_and_ends() -> None:
    assert list(judge_all([], misbehave, seconds=1, processes=1)) == []
