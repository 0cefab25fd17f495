"""However a registry answers, the question ends in a named state, and an abuse role alone says whom to write to."""

import pytest

from crawler.bounds import DEFAULT_BOUNDS
from tests.hostile.registries import CASES, look_up_all

pytestmark = [pytest.mark.timeout(300)]
LATE = 15.0  # seconds that a busy machine may add


def test_every_registry_ends_as_declared() -> None:
    rows = look_up_all(DEFAULT_BOUNDS, slow=4.0)
    assert [f"{row.name}: {'; '.join(row.faults)}" for row in rows if row.faults] == []
    assert max(row.seconds for row in rows) < DEFAULT_BOUNDS.lookup_seconds + LATE


def test_there_are_registries_enough() -> None:
    assert len(CASES) >= 50
