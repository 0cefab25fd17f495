"""Killed at any step, nothing is lost and nothing half done is taken for done."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.takedown.records.asking import OFFICER

ROOT = Path(__file__).parents[3]
FIRST = ["accepted", OFFICER, 1, [14], True]
SECOND = ["refused", OFFICER, 1, [14], True]


def killed_at_each_step(folder: Path, operation: str) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "tests.takedown.records.killed_clerk", str(folder), operation]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("operation", "requests", "answers", "action"),
    [
        ("take", [FIRST, SECOND, ["drafted", OFFICER, 2, [14], True]], 0, "records.drafted"),
        ("answer", [["answered", OFFICER, 1, [14, 13], True], SECOND], 1, "records.answered"),
        ("dossier", [["delivered", OFFICER, 1, [14, 300, 400, 300], True], SECOND], 0, "records.exported"),
        ("erase", [FIRST, ["refused", "erased", 0, True, []]], 0, "records.erased"),
        ("rotate", [FIRST, SECOND], 0, "records.rewrapped"),
    ],
)
def test_killed_at_any_step_it_is_wholly_done_or_not_at_all(
    tmp_path: Path, operation: str, requests: list[Any], answers: int, action: str
) -> None:
    seen = killed_at_each_step(tmp_path, operation)
    assert [entry["killed"] for entry in seen] == [True] * (len(seen) - 1) + [False]
    assert len(seen) > 8  # it was killed in many places
    before, after = seen[0], seen[-1]
    assert (after["requests"], after["answers"]) == (requests, answers)
    assert after["actions"].count(action) > before["actions"].count(action)
    for entry in seen:
        assert entry["audit"]
        if operation == "rotate":
            rotated = entry["keys"] == 2
            states = [[*told[:4], told[4] or rotated] for told in entry["requests"]]
            assert states == requests  # opened all the same, whichever key wraps it
            wrapped = {told[4] for told in entry["requests"]}
            assert len(wrapped) == 1  # all or none
            assert (entry["actions"] == after["actions"]) == (rotated and wrapped == {True})
            continue
        done = entry["actions"] == after["actions"]
        expected = after if done else before
        assert (entry["requests"], entry["answers"], entry["actions"]) == (
            expected["requests"], expected["answers"], expected["actions"],
        )  # fmt: skip
