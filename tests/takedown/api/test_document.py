"""Every call keeps to the document, whatever is asked: no fault of ours, no undocumented answer, no open door."""

from pathlib import Path

from tests.takedown.api.fuzzing import seeded, try_all

EXAMPLES = 2  # of each kind, for each call; `make api` takes more


def test_every_call_keeps_to_the_document(tmp_path: Path) -> None:
    with seeded(tmp_path) as desk:
        assert try_all(desk, EXAMPLES) == []
