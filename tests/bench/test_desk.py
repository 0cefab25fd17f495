"""The measurement of the desk asks what the desk answers, on both databases; how long it takes is for `make bench`."""

from pathlib import Path

from sqlalchemy import Engine

from tests.bench.desk import measure, table


def test_every_question_is_answered(engine: Engine, tmp_path: Path) -> None:
    times = measure(engine, 120, 1, tmp_path)
    assert all(set(found) == {"p50", "p95", "cpu", "cpu95"} for found in times.values())
    assert table("small", times).count("\n") == len(times) > 20
