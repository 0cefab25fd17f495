"""Waiting for a database that is away: it ends, and what waiting does not mend is told at once."""

from pathlib import Path

import pytest

from crawler.config import Config
from crawler.errors import NoRoomError
from crawler.patience import wait_out
from crawler.room import check_room
from storage.errors import DatabaseGoneError, DatabaseUnavailableError


def test_waiting_ends_and_what_waiting_does_not_mend_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.patience.PAUSES", (0.0,))
    tries: list[int] = []

    def work(error: Exception | None, failures: int) -> str:
        tries.append(1)
        if error and len(tries) <= failures:
            raise error
        return "done"

    assert wait_out(lambda: work(DatabaseGoneError("away", "đi vắng"), 3)) == "done"
    assert len(tries) == 4
    with pytest.raises(DatabaseGoneError):
        wait_out(lambda: work(DatabaseGoneError("away", "đi vắng"), 10**9), seconds=0)
    tries.clear()
    with pytest.raises(DatabaseUnavailableError, match="full"):
        wait_out(lambda: work(DatabaseUnavailableError("full", "đầy"), 10**9))
    assert len(tries) == 1


def test_room_is_asked_of_each_disk_that_a_sweep_writes_to(tmp_path: Path) -> None:
    (tmp_path / "evidence").mkdir()
    config = Config(data_dir=tmp_path, artifacts_url=f"file://{tmp_path / 'evidence'}", free_mb=0)
    check_room(config)
    with pytest.raises(NoRoomError, match="LACHAN_FREE_MB asks for 1000000000"):
        check_room(config.model_copy(update={"free_mb": 10**9}))
