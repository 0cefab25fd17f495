"""A short run of the coverage-guided fuzzer; `make fuzz` runs longer ones."""

from pathlib import Path

import pytest

pytest.importorskip("atheris", reason="there is no wheel of it for this Python or machine")

from tests.fuzz.__main__ import TARGETS, fuzz
from tests.fuzz.readers import READERS, Reader

SECONDS = 5


def reader(name: str) -> Reader:
    return next(each for each in READERS if each.name == name)


@pytest.mark.parametrize("name", TARGETS)
def test_nothing_is_found_in_a_few_seconds(name: str, tmp_path: Path) -> None:
    run = fuzz(reader(name), SECONDS, tmp_path)
    assert run.fault == ""
    assert run.tries > 20
    assert run.covered > 20
